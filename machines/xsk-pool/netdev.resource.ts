import { setup } from 'xstate';

export const labels = ['running:true', 'running:false', 'running.set', 'running.clear'] as const;

/** Whether a network device is up (`__LINK_STATE_START`), which rtnl protects. */
export function netdev() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'netdev',
    description: 'struct net_device: netif_running()',
    meta: { labels, source: '__dev_open, __dev_close_many, net/core/dev.c, v7.3' },
    initial: 'down',
    states: {
      down: {
        tags: ['quiescent'],
        on: { 'running:false': 'down', 'running.set': 'up', 'running.clear': 'down' },
      },
      up: {
        tags: ['quiescent'],
        on: { 'running:true': 'up', 'running.set': 'up', 'running.clear': 'down' },
      },
    },
  });
}
