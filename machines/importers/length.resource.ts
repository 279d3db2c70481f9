import { setup } from 'xstate';
import { MOST_PAGES } from './scatterlist.monitor.ts';

/**
 * How long a buffer is, in pages; the export says so ahead of the first map.
 *
 * @param most - the longest that is exported
 */
export function bufferLength(most = MOST_PAGES) {
  const lengths = Array.from({ length: most }, (_, i) => i + 1);
  const of = (pages: number) => `pages_${pages}`;
  return setup({}).createMachine({
    id: 'length',
    description: 'dma->size, in pages',
    meta: {
      labels: [...lengths.map((n) => `export:${n}`), ...lengths.map((n) => `is:${n}`)],
      source: 'vfio_pci_core_fill_phys_vec, validate_dmabuf_input, v7.3: multiples of PAGE_SIZE',
    },
    initial: 'none',
    states: {
      none: {
        tags: ['quiescent'],
        on: Object.fromEntries(lengths.map((n) => [`export:${n}`, of(n)])),
      },
      ...Object.fromEntries(
        lengths.map((n) => [of(n), { tags: ['quiescent'], on: { [`is:${n}`]: of(n) } }]),
      ),
    },
  });
}
