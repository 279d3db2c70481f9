// Truth: the C of v7.3.
import { setup } from 'xstate';

export const labels = ['add_resource:ok'] as const;

/** The struct pages of a BAR; making them over ones that exist is a WARN and fails. */
export function pgmap() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'pgmap',
    description: 'pci_p2pdma_add_resource(), devm_memremap_pages()',
    meta: { labels, source: 'pagemap_range, mm/memremap.c, v7.3' },
    initial: 'absent',
    states: {
      absent: { on: { 'add_resource:ok': 'present' } },
      present: { on: { 'add_resource:ok': 'conflict' } },
      conflict: {
        tags: ['violation'],
        meta: { finding: 'WARN "Conflicting mapping in same section", and -ENOMEM' },
        on: { 'add_resource:ok': 'conflict' },
      },
    },
  });
}
