import { setup } from 'xstate';

export const labels = [
  'bind(ZEROCOPY):begin',
  'bind(ZEROCOPY):zero_copy',
  'bind(auto):begin',
  'bind(auto):zero_copy',
  'bind(auto):copy',
  'close:begin',
] as const;

/** Who has a socket: binds one, closes it, makes another. */
export const xskSocket = setup({
  types: { events: {} as { type: (typeof labels)[number] } },
}).createMachine({
  id: 'xsk_socket',
  description: 'bind() and close() of an AF_XDP socket, one after the other',
  meta: { labels, source: 'xsk_bind, xsk_release, net/xdp/xsk.c, v7.3' },
  initial: 'unbound',
  states: {
    unbound: {
      tags: ['quiescent'],
      on: {
        'bind(ZEROCOPY):begin': 'unbound',
        'bind(auto):begin': 'unbound',
        'bind(ZEROCOPY):zero_copy': 'bound',
        'bind(auto):zero_copy': 'bound',
        'bind(auto):copy': 'bound',
      },
    },
    bound: { tags: ['quiescent'], on: { 'close:begin': 'unbound' } },
  },
});
