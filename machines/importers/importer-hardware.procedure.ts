import { setup } from 'xstate';

export const labels = [
  'att.submit:begin',
  'att.submit:-EAGAIN',
  'buf.resv.fence.add(BOOKKEEP)',
  'buf.resv.fence.signal(BOOKKEEP)',
] as const;

/** The importer's hardware, with room for one piece of work, which it does in bounded time. */
export function importerHardware() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'importer_hardware',
    description: 'dma_fence_signal() from the interrupt of the importer',
    meta: {
      labels,
      source: 'Documentation/driver-api/dma-buf.rst: a fence signals in bounded time',
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'att.submit:begin': 'reserved' } },
      reserved: {
        description: 'room is kept for work that is being queued',
        tags: ['quiescent'],
        on: { 'buf.resv.fence.add(BOOKKEEP)': 'working', 'att.submit:-EAGAIN': 'idle' },
      },
      working: {
        description: 'reads and writes the buffer',
        on: { 'buf.resv.fence.signal(BOOKKEEP)': 'idle' },
      },
    },
  });
}
