import { setup } from 'xstate';

export const labels = [
  'att.attach:begin',
  'att.state.kzalloc:ok',
  'att.state.kzalloc:-ENOMEM',
  'att.iova.try_alloc:true',
  'att.attach:ok',
  'att.attach:-ENOMEM',
  'att.map:begin',
  'att.iova.link:ok',
  'att.iova.link:-ENOMEM',
  'att.iova.destroy',
  'att.map:ok',
  'att.map:-ENOMEM',
  'att.unmap:begin',
  'att.unmap:ok',
  'att.detach:begin',
  'att.state.kfree',
  'att.detach:ok',
] as const;

/**
 * The DMA addresses of an attachment in v5 of the export series: the IOVA range is allocated at
 * attach, destroyed at unmap and where a map fails, and detach frees its state only. What holds
 * the range is drawn; the sg_table is not.
 */
export function attachedIova() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'attached_iova',
    description: 'attach, map, unmap, detach of the export series v5, through the host bridge',
    meta: {
      labels,
      source:
        'Jason Gunthorpe on v5 9/9, 2025-10-17, <20251017155850.GN3901471@nvidia.com>: "It is freed here too, but we can call map multiple times"',
    },
    initial: 'detached',
    states: {
      detached: { tags: ['quiescent'], on: { 'att.attach:begin': 'state' } },
      state: {
        on: { 'att.state.kzalloc:ok': 'alloc', 'att.state.kzalloc:-ENOMEM': 'return_no_memory' },
      },
      return_no_memory: { on: { 'att.attach:-ENOMEM': 'detached' } },
      alloc: { on: { 'att.iova.try_alloc:true': 'return_attached' } },
      return_attached: { on: { 'att.attach:ok': 'attached' } },
      attached: {
        tags: ['quiescent'],
        on: { 'att.map:begin': 'link', 'att.detach:begin': 'free' },
      },
      link: { on: { 'att.iova.link:ok': 'return_mapped', 'att.iova.link:-ENOMEM': 'undo' } },
      undo: { on: { 'att.iova.destroy': 'return_not_mapped' } },
      return_not_mapped: { on: { 'att.map:-ENOMEM': 'attached' } },
      return_mapped: { on: { 'att.map:ok': 'mapped' } },
      mapped: { tags: ['quiescent'], on: { 'att.unmap:begin': 'unmap' } },
      unmap: { on: { 'att.iova.destroy': 'return_unmapped' } },
      return_unmapped: { on: { 'att.unmap:ok': 'attached' } },
      free: { on: { 'att.state.kfree': 'return_detached' } },
      return_detached: { on: { 'att.detach:ok': 'detached' } },
    },
  });
}
