import { setup } from 'xstate';

const labelsOf = (errnos: readonly string[]) => [
  'dev.open:begin',
  'dev.open:ok',
  ...errnos.map((errno) => `dev.open:${errno}`),
  'dev.stop:begin',
  'dev.stop:ok',
  'rtnl.mutex_lock',
  'rtnl.mutex_unlock',
  'dev.running:true',
  'dev.running:false',
  'dev.running.set',
  'dev.running.clear',
  'drv.open:begin',
  'drv.open:ok',
  ...errnos.map((errno) => `drv.open:${errno}`),
  'drv.stop:begin',
  'drv.stop:end',
];

/**
 * `ip link set up` and `down`: netif_running() is so before ndo_open(), and no longer before ndo_stop().
 *
 * @param errnos - what the driver's ndo_open() answers beside 0
 */
export function devOpenClose(errnos: readonly string[]) {
  return setup({ types: { events: {} as { type: string } } }).createMachine({
    id: 'dev_open_close',
    description: '__dev_open(), __dev_close_many(), net/core/dev.c, under rtnl',
    meta: { labels: labelsOf(errnos), source: '__dev_open, __dev_close_many, v7.3' },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'dev.open:begin': 'open', 'dev.stop:begin': 'stop' } },
      open: {
        initial: 'lock',
        states: {
          lock: { on: { 'rtnl.mutex_lock': 'test' } },
          test: { on: { 'dev.running:true': 'unlock', 'dev.running:false': 'set' } },
          set: { on: { 'dev.running.set': 'call' } },
          call: { on: { 'drv.open:begin': 'opening' } },
          opening: {
            on: {
              'drv.open:ok': 'unlock',
              ...Object.fromEntries(
                errnos.map((errno) => [`drv.open:${errno}`, `clear_${errno.slice(1)}`]),
              ),
            },
          },
          unlock: { on: { 'rtnl.mutex_unlock': 'return' } },
          return: { on: { 'dev.open:ok': '#dev_open_close.idle' } },
          ...failed(errnos),
        },
      },
      stop: {
        initial: 'lock',
        states: {
          lock: { on: { 'rtnl.mutex_lock': 'test' } },
          test: { on: { 'dev.running:true': 'clear', 'dev.running:false': 'unlock' } },
          clear: { on: { 'dev.running.clear': 'call' } },
          call: { on: { 'drv.stop:begin': 'stopping' } },
          stopping: { on: { 'drv.stop:end': 'unlock' } },
          unlock: { on: { 'rtnl.mutex_unlock': 'return' } },
          return: { on: { 'dev.stop:ok': '#dev_open_close.idle' } },
        },
      },
    },
  });
}

function failed(errnos: readonly string[]) {
  return Object.fromEntries(
    errnos.flatMap((errno) => {
      const name = errno.slice(1);
      return [
        [`clear_${name}`, { on: { 'dev.running.clear': `unlock_${name}` } }],
        [`unlock_${name}`, { on: { 'rtnl.mutex_unlock': `return_${name}` } }],
        [`return_${name}`, { on: { [`dev.open:${errno}`]: '#dev_open_close.idle' } }],
      ];
    }),
  );
}
