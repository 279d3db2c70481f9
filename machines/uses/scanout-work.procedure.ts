import { setup } from 'xstate';

export const labels = [
  'told',
  'screen.lock.mutex_lock',
  'bo.mapped:true',
  'bo.mapped:false',
  'screen.hide',
  'att.unmap',
  'screen.lock.mutex_unlock',
] as const;

/**
 * What the driver of the GPU that shows does when it is told that a piece goes: it stops the scanout
 * first and unmaps then, both with the lock that a flip needs. The revoke waits for the unmap.
 */
export function scanoutWork() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'scanout_work',
    description: 'takes a framebuffer off the screen, and gives one piece of it up',
    meta: {
      labels,
      source:
        'derived: dma_buf_invalidate_mappings, v7.3: importers must unmap in bounded time; what of that a scanout takes no driver of v7.3 states',
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { told: 'lock' } },
      lock: { on: { 'screen.lock.mutex_lock': 'test', told: 'lock' } },
      test: {
        on: { 'bo.mapped:true': 'hide', 'bo.mapped:false': 'unlock', told: 'test' },
      },
      hide: { on: { 'screen.hide': 'unmap', told: 'hide' } },
      unmap: { on: { 'att.unmap': 'unlock', told: 'unmap' } },
      unlock: { on: { 'screen.lock.mutex_unlock': 'idle', told: 'unlock_and_again' } },
      unlock_and_again: {
        on: { 'screen.lock.mutex_unlock': 'lock', told: 'unlock_and_again' },
      },
    },
  });
}
