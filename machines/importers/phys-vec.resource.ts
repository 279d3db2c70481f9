import { setup } from 'xstate';

export const labels = ['export:two', 'attach:begin', 'len:1', 'len:2'] as const;

/**
 * The length of one range of a buffer, in units of the smallest page: 1, or 2 where it is exported
 * so, which is enough to tell a sum from a count.
 */
export function physVec() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'phys_vec',
    description: 'phys_vec[i].len',
    meta: { labels, source: 'struct phys_vec; vfio_pci_core_fill_phys_vec, v7.3' },
    initial: 'exported',
    states: {
      exported: {
        description: 'one unit, or what the export says ahead of the first attach',
        tags: ['quiescent'],
        on: { 'export:two': 'two', 'attach:begin': 'one', 'len:1': 'exported' },
      },
      one: { tags: ['quiescent'], on: { 'len:1': 'one', 'attach:begin': 'one' } },
      two: { tags: ['quiescent'], on: { 'len:2': 'two', 'attach:begin': 'two' } },
    },
  });
}
