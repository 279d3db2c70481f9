// Truth: what the rules ask for; nobody has code of it.
import { setup } from 'xstate';

export const labels = [
  'buf.dma_buf_export:begin',
  'dev.memory_lock.down_write',
  'bar.registered:false',
  'bar.registered:true',
  'dev.dmabufs.list_add',
  'dev.memory_lock.up_write',
  'buf.dma_buf_export:ok',
  'buf.dma_buf_export:refused',
] as const;

const EXPORT =
  'vfio_pci_core_feature_dma_buf, v7.3: everything is tested first, memory_lock is taken for list_add_tail';

/** VFIO_DEVICE_FEATURE_DMA_BUF with a test, in the section that adds to the list, whether the BAR is registered. */
export const exportBuffer = setup({
  types: { events: {} as { type: (typeof labels)[number] } },
}).createMachine({
  id: 'export',
  description: 'VFIO_DEVICE_FEATURE_DMA_BUF of a range of the BAR',
  meta: { labels, source: EXPORT },
  initial: 'idle',
  states: {
    idle: { tags: ['quiescent'], on: { 'buf.dma_buf_export:begin': 'lock' } },
    lock: { on: { 'dev.memory_lock.down_write': 'test' } },
    test: {
      description: 'in the section of list_add_tail',
      on: { 'bar.registered:false': 'list_add', 'bar.registered:true': 'unlock_refused' },
    },
    list_add: { meta: { source: EXPORT }, on: { 'dev.dmabufs.list_add': 'unlock' } },
    unlock: { on: { 'dev.memory_lock.up_write': 'return' } },
    return: { on: { 'buf.dma_buf_export:ok': 'idle' } },
    unlock_refused: { on: { 'dev.memory_lock.up_write': 'refuse' } },
    refuse: { on: { 'buf.dma_buf_export:refused': 'idle' } },
  },
});
