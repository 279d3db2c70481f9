import { setup } from 'xstate';
import { MOST_PAGES } from './sgl.resource.ts';

const lengths = Array.from({ length: MOST_PAGES }, (_, i) => i + 1);

/** How long a buffer is, in pages; the export says so ahead of the first map. */
export function bufferLength() {
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
