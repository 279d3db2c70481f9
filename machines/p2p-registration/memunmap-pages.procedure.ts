// Truth: the C of v7.3.
import { setup } from 'xstate';

export const labels = [
  'bar.memunmap_pages:begin',
  'bar.pgmap.kill',
  'bar.pgmap.put_many',
  'bar.pgmap.wait',
  'bar.pgmap.unmap_range',
  'bar.memunmap_pages:end',
] as const;

/**
 * `memunmap_pages()`: nobody new gets a reference to the pages of a BAR, and the last is waited for: in
 * D state, without a timeout, as long as a page is mapped or an O_DIRECT is in flight.
 */
export function memunmapPages() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'memunmap_pages',
    description: 'memunmap_pages(), mm/memremap.c',
    meta: { labels, c: inC, source: 'memunmap_pages, mm/memremap.c, v7.3' },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'bar.memunmap_pages:begin': 'kill' } },
      kill: { on: { 'bar.pgmap.kill': 'put' } },
      put: {
        description: 'the references of memremap_pages() itself',
        on: { 'bar.pgmap.put_many': 'wait' },
      },
      wait: {
        tags: ['waits_for_pages'],
        on: { 'bar.pgmap.wait': 'unmap' },
      },
      unmap: {
        description: 'the struct pages and the linear mapping go',
        on: { 'bar.pgmap.unmap_range': 'done' },
      },
      done: { on: { 'bar.memunmap_pages:end': 'idle' } },
    },
  });
}

/** What its C is, for the comparison. */
const inC = {
  function: 'memunmap_pages',
  file: 'mm/memremap.c',
  entries: [{ begins: 'bar.memunmap_pages:begin', parameters: { pgmap: '@bar' } }],
  rows: [
    { c: '$bar->type', is: 'MEMORY_DEVICE_PCI_P2PDMA', because: 'pages of a BAR' },
    { c: '$bar->nr_range', is: '1', because: 'pci_p2pdma_add_resource() has one range' },
    { c: 'percpu_ref_kill($_)', label: 'bar.pgmap.kill' },
    { c: 'percpu_ref_put_many($_, $_)', label: 'bar.pgmap.put_many' },
    { c: 'wait_for_completion($_)', label: 'bar.pgmap.wait' },
    { c: 'pageunmap_range($_, $_)', label: 'bar.pgmap.unmap_range' },
    { c: 'percpu_ref_exit($_)', because: 'nobody counts any more' },
    { c: '$bar->altmap.alloc', is: '0', because: 'no altmap' },
  ],
};
