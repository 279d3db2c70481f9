// Truth: the C of v7.3.
import { setup } from 'xstate';
import { p2pdmaInC } from './in-c.ts';

export const labels = [
  'dev.size_show:begin',
  'rcu_read_lock',
  'dev.p2pdma:set',
  'dev.p2pdma:NULL',
  'dev.pool:set',
  'dev.pool:NULL',
  'dev.gen_pool_size',
  'rcu_read_unlock',
  'dev.size_show:ok',
] as const;

/**
 * A read of `p2pmem/size` (or `available`): what keeps the pool there meanwhile is RCU alone. That
 * `p2pdma->pool` is read once, and not for the test and the use anew, is the compiler's choice.
 */
export function sizeShow() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'size_show',
    description: 'size_show(), available_show(), drivers/pci/p2pdma.c',
    meta: { labels, c: inC, source: 'size_show, v7.3' },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'dev.size_show:begin': 'lock' } },
      lock: { on: { rcu_read_lock: 'p2pdma' } },
      p2pdma: { on: { 'dev.p2pdma:set': 'pool', 'dev.p2pdma:NULL': 'unlock' } },
      pool: { on: { 'dev.pool:set': 'size', 'dev.pool:NULL': 'unlock' } },
      size: { on: { 'dev.gen_pool_size': 'unlock' } },
      unlock: { on: { rcu_read_unlock: 'return' } },
      return: { on: { 'dev.size_show:ok': 'idle' } },
    },
  });
}

/** What its C is, for the comparison. */
const inC = {
  function: 'size_show',
  file: 'drivers/pci/p2pdma.c',
  entries: [
    {
      begins: 'dev.size_show:begin',
      parameters: { dev: '@dev' },
      returns: { 'dev.size_show:ok': '0' },
    },
  ],
  ...p2pdmaInC,
  rows: [
    ...p2pdmaInC.rows,
    { c: 'sysfs_emit($_, $rest)', is: '0', because: 'how many characters were written' },
  ],
};
