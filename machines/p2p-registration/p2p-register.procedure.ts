// Truth: what the RFC states; where it is silent, derived.
import { setup } from 'xstate';
import { RFC0 } from './rfc.ts';

export const labels = [
  'bar.p2p_register:begin',
  'dev.memory_lock.down_write',
  'dev.unregistering:false',
  'dev.unregistering:true',
  'bar.mark:free',
  'bar.mark:registering',
  'bar.mark:registered',
  'bar.mark:unregistering',
  'bar.mark.registering',
  'bar.add_resource:begin',
  'bar.add_resource:ok',
  'bar.add_resource:failed',
  'bar.mark.registered',
  'bar.mark.free',
  'dev.memory_lock.up_write',
  'bar.p2p_register:ok',
  'bar.p2p_register:failed',
  'bar.p2p_register:refused',
] as const;

/**
 * VFIO_DEVICE_FEATURE_P2P_REGISTER of one BAR, as the RFC states it: it triggers
 * pci_p2pdma_add_resource(). That the mark and the making are one section of memory_lock is what the
 * text does not touch, and taken as a review completes it. Here it is the steps of
 * pci_p2pdma_add_resource() that matter, each of which can fail, against those that take the memory away;
 * what mappings and DMABUFs stand in its way is `register` (register.procedure.ts), where the pages are one
 * step that succeeds. Both in one system would be too large to check.
 */
export function p2pRegister() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'p2p_register',
    description:
      'VFIO_DEVICE_FEATURE_SET of VFIO_DEVICE_FEATURE_P2P_REGISTER, as the RFC states it',
    meta: { labels, source: `${RFC0}, section 1` },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'bar.p2p_register:begin': 'lock' } },
      lock: {
        meta: { source: 'derived: the test and the mark are one section of memory_lock' },
        on: { 'dev.memory_lock.down_write': 'others' },
      },
      others: {
        description: 'a removal runs without the lock, and the pool is that of all BARs',
        meta: { source: 'derived: pci_p2pdma_setup_pool, v7.3, takes no lock of its own' },
        on: { 'dev.unregistering:false': 'test', 'dev.unregistering:true': 'unlock_refused' },
      },
      test: {
        meta: { source: 'derived: VFIO answers from its own state, and never makes pages twice' },
        on: {
          'bar.mark:free': 'mark',
          'bar.mark:registering': 'unlock_refused',
          'bar.mark:registered': 'unlock_refused',
          'bar.mark:unregistering': 'unlock_refused',
        },
      },
      mark: {
        on: {
          'bar.mark.registering': { target: 'add', meta: { commits: 'bar.register:admitted' } },
        },
      },
      add: { on: { 'bar.add_resource:begin': 'adding' } },
      adding: {
        tags: ['adds'],
        on: { 'bar.add_resource:ok': 'done', 'bar.add_resource:failed': 'undo' },
      },
      done: { on: { 'bar.mark.registered': 'unlock' } },
      unlock: { on: { 'dev.memory_lock.up_write': 'return' } },
      return: { on: { 'bar.p2p_register:ok': 'idle' } },
      undo: {
        tags: ['has_failed'],
        on: {
          'bar.mark.free': {
            target: 'unlock_failed',
            meta: { commits: 'bar.add_resource:failed' },
          },
        },
      },
      unlock_failed: { tags: ['has_failed'], on: { 'dev.memory_lock.up_write': 'fail' } },
      fail: { tags: ['has_failed'], on: { 'bar.p2p_register:failed': 'idle' } },
      unlock_refused: { on: { 'dev.memory_lock.up_write': 'refuse' } },
      refuse: { on: { 'bar.p2p_register:refused': 'idle' } },
    },
  });
}
