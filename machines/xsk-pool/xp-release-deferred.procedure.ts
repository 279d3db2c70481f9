import { setup } from 'xstate';

const labelsOf = (errnos: readonly string[]) => [
  'sk.close:begin',
  'sk.close:end',
  'rtnl.mutex_lock',
  'rtnl.mutex_unlock',
  'pool.zc:true',
  'pool.zc:false',
  'drv.pool_disable:begin',
  'drv.pool_disable:ok',
  ...errnos.map((errno) => `drv.pool_disable:${errno}`),
  'pool.warn',
  'pool.clear_at_qid',
  'pool.destroy',
];

/**
 * What the close of the last socket of a pool leaves to a work: the driver is told where the core has the
 * pool down as zero copy; whatever it answers, the pool is freed.
 *
 * @param errnos - what the driver answers beside 0
 */
export function xpReleaseDeferred(errnos: readonly string[]) {
  return setup({ types: { events: {} as { type: string } } }).createMachine({
    id: 'xp_release_deferred',
    description: 'xp_release_deferred(), xp_clear_dev(), xp_disable_drv_zc()',
    meta: {
      labels: labelsOf(errnos),
      source: 'xp_release_deferred, xp_clear_dev, xp_disable_drv_zc, xsk_buff_pool.c, v7.3',
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'sk.close:begin': 'lock' } },
      lock: { on: { 'rtnl.mutex_lock': 'test' } },
      test: { on: { 'pool.zc:true': 'call', 'pool.zc:false': 'clear' } },
      call: { on: { 'drv.pool_disable:begin': 'disabling' } },
      disabling: {
        on: {
          'drv.pool_disable:ok': 'clear',
          ...Object.fromEntries(errnos.map((errno) => [`drv.pool_disable:${errno}`, 'warn'])),
        },
      },
      warn: {
        description: 'WARN(1, "Failed to disable zero-copy!")',
        on: { 'pool.warn': 'clear' },
      },
      clear: { on: { 'pool.clear_at_qid': 'unlock' } },
      unlock: { on: { 'rtnl.mutex_unlock': 'free' } },
      free: { on: { 'pool.destroy': 'end' } },
      end: { on: { 'sk.close:end': 'idle' } },
    },
  });
}
