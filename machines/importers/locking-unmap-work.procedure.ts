import { setup } from 'xstate';

export const labels = [
  'att.queue_work',
  'dev.memory_lock.down_read',
  'buf.resv.lock',
  'att.sgt:true',
  'att.sgt:false',
  'att.free_sgt',
  'buf.kref.put:more',
  'buf.kref.put:last',
  'buf.resv.unlock',
  'dev.memory_lock.up_read',
] as const;

/**
 * A work item that needs memory_lock of the exporting device before it can unmap, for example to
 * read a register of it through vfio. No importer in the tree does that; the one who revokes holds
 * memory_lock for writing while it waits for the unmap.
 */
export function lockingUnmapWork() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'locking_unmap_work',
    description: 'an importer whose unmap takes memory_lock of the exporter',
    meta: {
      labels,
      source: 'derived: vfio_pci_dma_buf_move, v7.3, waits while memory_lock is held for writing',
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'att.queue_work': 'queued' } },
      queued: { on: { 'dev.memory_lock.down_read': 'lock', 'att.queue_work': 'queued' } },
      lock: { on: { 'buf.resv.lock': 'mapped' } },
      mapped: { on: { 'att.sgt:true': 'free', 'att.sgt:false': 'unlock' } },
      free: { on: { 'att.free_sgt': 'put' } },
      put: {
        on: {
          'buf.kref.put:more': { target: 'unlock', meta: { commits: 'att.unmap' } },
          'buf.kref.put:last': { target: 'unlock', meta: { commits: 'att.unmap' } },
        },
      },
      unlock: { on: { 'buf.resv.unlock': 'leave' } },
      leave: { on: { 'dev.memory_lock.up_read': 'idle' } },
    },
  });
}
