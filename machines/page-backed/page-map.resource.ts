import { setup } from 'xstate';

export const labels = ['add_resource:ok', 'add_resource:conflict', 'add_resource:-ENOMEM'] as const;

/** Whether a BAR has struct pages, which are made once and stay until the driver is unbound. */
export function pageMap() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'page_map',
    description: 'pci_p2pdma_add_resource(), devm_memremap_pages() of a whole BAR',
    meta: { labels, source: 'pci_p2pdma_add_resource, pagemap_range, mm/memremap.c, v7.3' },
    initial: 'none',
    states: {
      none: { on: { 'add_resource:ok': 'made', 'add_resource:-ENOMEM': 'none' } },
      made: {
        on: {
          'add_resource:conflict': {
            target: 'made_twice',
            meta: { source: 'pagemap_range, mm/memremap.c, v7.3: -ENOMEM, and not -EEXIST' },
          },
        },
      },
      made_twice: {
        tags: ['violation'],
        meta: { finding: 'WARN "Conflicting mapping in same section", and -ENOMEM' },
        on: { 'add_resource:conflict': 'made_twice' },
      },
    },
  });
}
