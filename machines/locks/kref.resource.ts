import { assign, setup } from 'xstate';

export const labels = ['kref.init', 'kref.get', 'kref.put:more', 'kref.put:last'] as const;

/**
 * A reference count (`struct kref`) on top of `refcount_t`: it starts at 1, the last put calls the
 * release function, and a get or a put at 0 is a violation after which the count is saturated.
 *
 * @param most - highest count there can be, which bounds the machine
 */
export function kref(most: number) {
  return setup({
    types: {
      context: {} as { count: number },
      events: {} as { type: (typeof labels)[number] },
    },
    guards: {
      roomForOne: ({ context }) => context.count < most,
      several: ({ context }) => context.count > 1,
      one: ({ context }) => context.count === 1,
    },
    actions: {
      setToOne: assign({ count: 1 }),
      add: assign({ count: ({ context }) => context.count + 1 }),
      drop: assign({ count: ({ context }) => context.count - 1 }),
    },
  }).createMachine({
    id: 'kref',
    description: 'include/linux/kref.h: kref_init, kref_get, kref_put',
    meta: { labels, source: 'include/linux/kref.h, lib/refcount.c' },
    context: { count: 1 },
    initial: 'counting',
    states: {
      counting: {
        tags: ['quiescent'],
        on: {
          'kref.init': { target: 'counting', actions: 'setToOne' },
          'kref.get': { guard: 'roomForOne', target: 'counting', actions: 'add' },
          'kref.put:more': { guard: 'several', target: 'counting', actions: 'drop' },
          'kref.put:last': { guard: 'one', target: 'released', actions: 'drop' },
        },
      },
      released: {
        on: {
          'kref.init': { target: 'counting', actions: 'setToOne' },
          'kref.get': 'saturated',
          'kref.put:more': 'saturated',
        },
      },
      saturated: {
        description: 'refcount_warn_saturate: addition on 0, or underflow; use-after-free',
        tags: ['violation'],
        meta: { finding: 'is taken or dropped at 0: refcount_t warns and saturates' },
        on: {
          'kref.init': { target: 'counting', actions: 'setToOne' },
          'kref.get': 'saturated',
          'kref.put:more': 'saturated',
        },
      },
    },
  });
}
