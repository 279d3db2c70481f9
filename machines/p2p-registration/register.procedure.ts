// Truth: what the rules ask for; nobody has code of it.
import { setup } from 'xstate';

export const labels = [
  'bar.p2p_register:begin',
  'dev.memory_lock.down_write',
  'bar.registered:false',
  'bar.registered:true',
  'dev.dmabufs.empty:true',
  'dev.dmabufs.empty:false',
  'bar.registered.set',
  'dev.zap_bars',
  'bar.add_resource:ok',
  'dev.memory_lock.up_write',
  'bar.p2p_register:ok',
  'bar.p2p_register:refused',
] as const;

const RULE =
  'derived: the test of the BAR and of the list, and the mark, are one section of memory_lock';

/**
 * VFIO_DEVICE_FEATURE_P2P_REGISTER of one BAR, as the rules ask for it: test and mark in one
 * section of memory_lock, then the PTEs go, then the pages are made. It is there for the race with mmap()
 * and export (p2p-register-race): the pages are one step that succeeds, and nobody takes them away. How
 * they are made and fail is `p2p_register` (p2p-register.procedure.ts), which has no mapping and no DMABUF;
 * `registered.set` is its `mark.registering` and `mark.registered` in one.
 */
export const register = setup({
  types: { events: {} as { type: (typeof labels)[number] } },
}).createMachine({
  id: 'register',
  description: 'VFIO_DEVICE_FEATURE_SET of VFIO_DEVICE_FEATURE_P2P_REGISTER',
  meta: { labels, source: RULE },
  initial: 'idle',
  states: {
    idle: { tags: ['quiescent'], on: { 'bar.p2p_register:begin': 'lock' } },
    lock: { meta: { source: RULE }, on: { 'dev.memory_lock.down_write': 'test' } },
    test: {
      meta: { source: RULE },
      initial: 'marked',
      states: {
        marked: {
          on: {
            'bar.registered:false': 'exported',
            'bar.registered:true': '#register.unlock_refused',
          },
        },
        exported: {
          on: {
            'dev.dmabufs.empty:true': '#register.mark',
            'dev.dmabufs.empty:false': '#register.unlock_refused',
          },
        },
      },
    },
    mark: { on: { 'bar.registered.set': 'zap' } },
    zap: { description: 'a VMA that is there loses its PTEs', on: { 'dev.zap_bars': 'add' } },
    add: {
      meta: { source: 'pci_p2pdma_add_resource, v7.3' },
      on: { 'bar.add_resource:ok': 'unlock' },
    },
    unlock: { on: { 'dev.memory_lock.up_write': 'return' } },
    return: { on: { 'bar.p2p_register:ok': 'idle' } },
    unlock_refused: { on: { 'dev.memory_lock.up_write': 'refuse' } },
    refuse: { on: { 'bar.p2p_register:refused': 'idle' } },
  },
});
