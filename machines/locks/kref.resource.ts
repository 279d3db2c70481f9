import { assign, setup } from 'xstate';
import { madeOnce } from '../made-once.ts';

export const labels = ['kref.init', 'kref.get', 'kref.put:more', 'kref.put:last'] as const;

/**
 * A reference count (`struct kref`) on top of `refcount_t`: kref_init() makes it 1, the last put calls
 * the release function, and a get or a put at 0 is a violation after which the count is saturated.
 * In zeroed memory it is 0, and a get or a put finds the same as after the last put.
 *
 * @param most - most references that all who are here can have at once; who takes more has lost some
 * @param initially - `uninitialised` where the system starts before kref_init()
 */
export const kref = madeOnce(function kref(
  most: number,
  initially: 'uninitialised' | 'counting' = 'counting',
) {
  /** A second reference neither comes nor goes. */
  const onlyOne = most < 2 && { meta: { unused: true } };
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
      lose: assign({ count: 0 }),
    },
  }).createMachine({
    id: 'kref',
    description: 'include/linux/kref.h: kref_init, kref_get, kref_put',
    meta: {
      labels,
      source: 'include/linux/kref.h, include/linux/refcount.h, lib/refcount.c, v7.3',
      unreachable: initially === 'uninitialised' ? [] : ['uninitialised', 'used_before_init'],
    },
    context: { count: initially === 'uninitialised' ? 0 : 1 },
    on: { 'kref.init': { target: '.counting', actions: 'setToOne' } },
    initial: initially,
    states: {
      uninitialised: {
        description: 'zeroed memory',
        tags: ['quiescent'],
        on: { 'kref.get': 'used_before_init', 'kref.put:more': 'used_before_init' },
      },
      counting: {
        tags: ['quiescent'],
        on: {
          'kref.get': [
            { guard: 'roomForOne', target: 'counting', actions: 'add', ...onlyOne },
            { target: 'lost', actions: 'lose' },
          ],
          'kref.put:more': { guard: 'several', target: 'counting', actions: 'drop', ...onlyOne },
          'kref.put:last': { guard: 'one', target: 'released', actions: 'drop' },
        },
      },
      lost: {
        description: 'more references than users: some are never put, and it never comes down',
        on: { 'kref.get': 'lost', 'kref.put:more': 'lost' },
      },
      released: { on: { 'kref.get': 'saturated', 'kref.put:more': 'saturated' } },
      used_before_init: {
        description: 'refcount_warn_saturate: addition on 0, or underflow',
        tags: ['violation'],
        meta: { finding: 'is taken or dropped before kref_init(): refcount_t warns and saturates' },
        on: { 'kref.get': 'used_before_init', 'kref.put:more': 'used_before_init' },
      },
      saturated: {
        description: 'refcount_warn_saturate: addition on 0, or underflow; use-after-free',
        tags: ['violation'],
        meta: { finding: 'is taken or dropped at 0: refcount_t warns and saturates' },
        on: { 'kref.get': 'saturated', 'kref.put:more': 'saturated' },
      },
    },
  });
});
