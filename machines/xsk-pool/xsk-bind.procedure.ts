import { setup } from 'xstate';

export type Mode = 'ZEROCOPY' | 'auto';

const labelsOf = (errnos: readonly string[]) => [
  'rtnl.mutex_lock',
  'rtnl.mutex_unlock',
  'pool.at_qid:true',
  'pool.at_qid:false',
  'pool.reg_at_qid',
  'pool.clear_at_qid',
  'pool.zc.set',
  'pool.destroy',
  'drv.pool_enable:begin',
  'drv.pool_enable:ok',
  ...errnos.map((errno) => `drv.pool_enable:${errno}`),
  'sk.bind(ZEROCOPY):begin',
  'sk.bind(ZEROCOPY):zero_copy',
  ...[...new Set([...errnos, '-EBUSY'])].map((errno) => `sk.bind(ZEROCOPY):${errno}`),
  'sk.bind(auto):begin',
  'sk.bind(auto):zero_copy',
  'sk.bind(auto):copy',
  'sk.bind(auto):-EBUSY',
];

/**
 * bind() of an AF_XDP socket to a queue, with XDP_ZEROCOPY or with no flag: the core turns an error of
 * the driver into copy mode where nobody asked for zero copy, and keeps the pool at the queue.
 *
 * @param errnos - what the driver answers beside 0
 */
export function xskBind(errnos: readonly string[]) {
  return setup({ types: { events: {} as { type: string } } }).createMachine({
    id: 'xsk_bind',
    description: 'xsk_bind(), net/xdp/xsk.c; xp_assign_dev(), net/xdp/xsk_buff_pool.c',
    meta: { labels: labelsOf(errnos), source: 'xsk_bind, xp_assign_dev, v7.3' },
    initial: 'idle',
    states: {
      idle: {
        tags: ['quiescent'],
        on: { 'sk.bind(ZEROCOPY):begin': 'ZEROCOPY', 'sk.bind(auto):begin': 'auto' },
      },
      ZEROCOPY: bindStates(
        'ZEROCOPY',
        zeroCopyOrError(errnos),
        errnos,
        (errno) => `clear_${errno}`,
      ),
      auto: bindStates('auto', copyInstead(), errnos, () => 'copy'),
    },
  });
}

function bindStates(
  mode: Mode,
  failed: object,
  errnos: readonly string[],
  onError: (errno: string) => string,
) {
  return {
    initial: 'lock',
    states: {
      lock: { on: { 'rtnl.mutex_lock': 'find' } },
      find: { on: { 'pool.at_qid:true': 'busy', 'pool.at_qid:false': 'register' } },
      busy: { on: { 'rtnl.mutex_unlock': 'return_busy' } },
      return_busy: { on: { [`sk.bind(${mode}):-EBUSY`]: '#xsk_bind.idle' } },
      register: { on: { 'pool.reg_at_qid': 'call' } },
      call: { on: { 'drv.pool_enable:begin': 'enabling' } },
      enabling: {
        on: {
          'drv.pool_enable:ok': 'zero_copy',
          ...Object.fromEntries(
            errnos.map((errno) => [`drv.pool_enable:${errno}`, onError(errno.slice(1))]),
          ),
        },
      },
      zero_copy: { on: { 'pool.zc.set': 'unlock' } },
      unlock: { on: { 'rtnl.mutex_unlock': 'return' } },
      return: { on: { [`sk.bind(${mode}):zero_copy`]: '#xsk_bind.idle' } },
      ...failed,
    },
  };
}

function zeroCopyOrError(errnos: readonly string[]) {
  return Object.fromEntries(
    errnos.flatMap((errno) => {
      const name = errno.slice(1);
      return [
        [`clear_${name}`, { on: { 'pool.clear_at_qid': `free_${name}` } }],
        [`free_${name}`, { on: { 'pool.destroy': `unlock_${name}` } }],
        [`unlock_${name}`, { on: { 'rtnl.mutex_unlock': `return_${name}` } }],
        [`return_${name}`, { on: { [`sk.bind(ZEROCOPY):${errno}`]: '#xsk_bind.idle' } }],
      ];
    }),
  );
}

function copyInstead() {
  return {
    copy: {
      description: 'err = 0: fallback to copy mode; umem->zc stays false',
      on: { 'rtnl.mutex_unlock': 'return_copy' },
    },
    return_copy: { on: { 'sk.bind(auto):copy': '#xsk_bind.idle' } },
  };
}
