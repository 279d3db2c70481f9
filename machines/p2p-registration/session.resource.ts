// Truth: the C of v7.3.
import { assign, setup } from 'xstate';

export const labels = ['call', 'return', 'close', 'closed', 'unbind'] as const;

/**
 * The device file: calls go through it, the last reference closes it, and the driver is unbound when
 * nobody has the device open.
 *
 * @param most - most calls at once
 */
export function session(most: number) {
  const machine = setup({
    types: {
      context: {} as { calls: number },
      events: {} as { type: (typeof labels)[number] },
    },
    guards: {
      idle: ({ context }) => context.calls === 0,
      room: ({ context }) => context.calls < most,
    },
    actions: {
      enter: assign({ calls: ({ context }) => context.calls + 1 }),
      leave: assign({ calls: ({ context }) => Math.max(context.calls - 1, 0) }),
    },
  });
  return machine.createMachine({
    id: 'session',
    description: 'struct file of a VFIO device, and the driver that it keeps bound',
    meta: {
      labels,
      source: 'vfio_device_fops_release, vfio_unregister_group_dev, v7.3',
      unused: most > 0 ? [] : ['call'],
    },
    context: { calls: 0 },
    initial: 'open',
    states: {
      open: {
        tags: ['quiescent'],
        on: {
          call: { guard: 'room', target: 'open', actions: 'enter' },
          return: { target: 'open', actions: 'leave' },
          close: { guard: 'idle', target: 'closing' },
        },
      },
      closing: { on: { closed: 'closed', return: 'closing' } },
      closed: { tags: ['quiescent'], on: { unbind: 'unbound', return: 'closed' } },
      unbound: { tags: ['quiescent'], on: { return: 'unbound' } },
    },
  });
}
