import { setup } from 'xstate';
import { POC } from './export.procedure.ts';

/**
 * The last reference to the file of a buffer is gone: off the list, and, as the proof of concept has
 * it, a count of 0 for each of its pages, whoever has them.
 *
 * @param pages - those of the BAR that the buffer is made of
 */
export function pageRelease(pages: readonly number[]) {
  const given = (i: number) => (i < pages.length ? `give${i}` : 'return');
  return setup({ types: { events: {} as { type: string } } }).createMachine({
    id: 'page_release',
    description: 'vfio_pci_dma_buf_release()',
    meta: {
      labels: [
        'buf.release:begin',
        'dev.memory_lock.down_write',
        'buf.list_del',
        'dev.memory_lock.up_write',
        ...pages.map((page) => `page[${page}].set_page_count(0)`),
        'buf.release:end',
      ],
      source: `${POC}, vfio_pci_dma_buf_release`,
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'buf.release:begin': 'lock' } },
      lock: { on: { 'dev.memory_lock.down_write': 'delist' } },
      delist: { on: { 'buf.list_del': { target: 'unlock', meta: { commits: 'buf.release' } } } },
      unlock: { on: { 'dev.memory_lock.up_write': given(0) } },
      ...Object.fromEntries(
        pages.map((page, i) => [
          `give${i}`,
          { on: { [`page[${page}].set_page_count(0)`]: given(i + 1) } },
        ]),
      ),
      return: { on: { 'buf.release:end': 'released' } },
      released: { tags: ['quiescent', 'released'] },
    },
  });
}
