import { setup } from 'xstate';

export const labels = [
  'att.submit:begin',
  'buf.resv.lock',
  'att.sgt:true',
  'att.sgt:false',
  'att.evicted:true',
  'att.evicted:false',
  'buf.resv.fence.add(BOOKKEEP)',
  'buf.resv.unlock',
  'att.submit:ok',
  'att.submit:-EAGAIN',
] as const;

/**
 * User work on a mapping: the importer queues it to its hardware and leaves a fence of usage
 * BOOKKEEP, both under dma_resv, and only on a mapping that it was not told to give up. Work that
 * it queued after that would have a fence for which nobody waits.
 */
export function submitWork() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'submit_work',
    description: 'an importer queues work that reads and writes the buffer',
    meta: {
      labels,
      source:
        'derived: include/linux/dma-resv.h, DMA_RESV_USAGE_BOOKKEEP; dma_buf_invalidate_mappings, v7.3: access ends with the fences',
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'att.submit:begin': 'lock' } },
      lock: { on: { 'buf.resv.lock': 'mapped' } },
      mapped: { on: { 'att.sgt:true': 'test', 'att.sgt:false': 'unlock_unmapped' } },
      test: { on: { 'att.evicted:false': 'add', 'att.evicted:true': 'unlock_unmapped' } },
      add: { on: { 'buf.resv.fence.add(BOOKKEEP)': 'unlock' } },
      unlock: { on: { 'buf.resv.unlock': 'return' } },
      return: { on: { 'att.submit:ok': 'idle' } },
      unlock_unmapped: { on: { 'buf.resv.unlock': 'return_unmapped' } },
      return_unmapped: { on: { 'att.submit:-EAGAIN': 'idle' } },
    },
  });
}
