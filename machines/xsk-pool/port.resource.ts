import { setup } from 'xstate';

export const labels = [
  'port(DISABLE):ok',
  'port(DISABLE):-ETIMEDOUT',
  'port(FORWARD):ok',
  'port(FORWARD):-ETIMEDOUT',
] as const;

/**
 * Whether the firmware lets packets in from the wire. A command that is not acknowledged within 10 ms
 * leaves it as it was here; it may also be carried out late.
 */
export function port() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'port',
    description: 'icssg_set_port_state(), drivers/net/ethernet/ti/icssg/icssg_config.c',
    meta: { labels, source: 'icssg_set_port_state, icssg_config.c, v7.3' },
    initial: 'disabled',
    states: {
      disabled: {
        on: {
          'port(DISABLE):ok': 'disabled',
          'port(DISABLE):-ETIMEDOUT': 'disabled',
          'port(FORWARD):ok': 'forward',
          'port(FORWARD):-ETIMEDOUT': 'disabled',
        },
      },
      forward: {
        on: {
          'port(DISABLE):ok': 'disabled',
          'port(DISABLE):-ETIMEDOUT': 'forward',
          'port(FORWARD):ok': 'forward',
          'port(FORWARD):-ETIMEDOUT': 'forward',
        },
      },
    },
  });
}
