// Truth: what the RFC states; where it is silent, derived.
import { assign, setup } from 'xstate';

/** The labels by which whoever takes the memory of a device away ends its registrations. */
export const teardownLabels = [
  'dev.memory_lock.down_write',
  'bar[b].mark:free',
  'bar[b].mark:registering',
  'bar[b].mark:registered',
  'bar[b].mark:unregistering',
  'bar[b].mark.unregistering',
  'bar[b].mark.wait_free',
  'dev.memory_lock.up_write',
  'bar[b].remove_resource:begin',
  'bar[b].remove_resource:end',
  'bar[b].mark.free',
] as const;

/** Bits of BARs: those that this call has marked, and those of them that are still to be removed. */
export interface Teardown {
  readonly b: number;
  readonly mine: number;
  readonly left: number;
}

export const NOTHING: Teardown = { b: 0, mine: 0, left: 0 };

/** What every machine that tears registrations down is made with. */
export function teardownSetup(bars: number) {
  return setup({
    types: { context: {} as Teardown, events: {} as { type: string } },
    guards: {
      more: ({ context }) => context.b < bars - 1,
      isMine: ({ context: { b, mine } }) => (mine & (1 << b)) !== 0,
      isLeft: ({ context: { b, left } }) => (left & (1 << b)) !== 0,
      anyLeft: ({ context }) => context.left !== 0,
    },
    actions: {
      next: assign({ b: ({ context }) => context.b + 1 }),
      fromFirst: assign({ b: 0 }),
      take: assign({
        mine: ({ context: { b, mine } }) => mine | (1 << b),
        left: ({ context: { b, left } }) => left | (1 << b),
      }),
      removed: assign({ left: ({ context: { b, left } }) => left & ~(1 << b) }),
      forget: assign(NOTHING),
    },
  });
}

/**
 * Until no BAR is registered: under memory_lock the registered ones are marked, then the lock is dropped
 * and they are removed, because the wait for their pages has no end that VFIO knows; and the lock is
 * taken again. It is left with the lock held, at `section`.
 *
 * @param at - the path of the state that these are the states of: `p2p_reset.teardown`
 * @param section - where to go, with memory_lock held and nothing registered
 * @param begins - the contract's label that the first section decides
 */
export function teardownStates(bars: number, at: string, section: string, begins: string) {
  const loops = { meta: { unused: bars < 2 } };
  return {
    lock: {
      on: { 'dev.memory_lock.down_write': { target: 'scan', meta: { commits: begins } } },
    },
    lock_again: { on: { 'dev.memory_lock.down_write': 'scan' } },
    scan: {
      description: 'those that this call has marked before stay as they are until the end',
      always: [{ guard: 'isMine', target: 'scanned' }, { target: 'ask' }],
    },
    ask: {
      description:
        '`registering` is seen by a teardown that skips memory_lock alone: mark and add_resource are one section',
      on: {
        'bar[b].mark:registered': 'mark',
        'bar[b].mark:free': 'scanned',
        'bar[b].mark:registering': 'scanned',
        'bar[b].mark:unregistering': 'unlock_wait',
      },
    },
    mark: { on: { 'bar[b].mark.unregistering': { target: 'scanned', actions: 'take' } } },
    scanned: {
      always: [
        { guard: 'more', target: 'scan', actions: 'next', ...loops },
        { guard: 'anyLeft', target: 'unlock', actions: 'fromFirst' },
        { target: section, actions: 'fromFirst' },
      ],
    },
    unlock_wait: {
      description: 'somebody else is removing it',
      on: { 'dev.memory_lock.up_write': 'wait' },
    },
    wait: { on: { 'bar[b].mark.wait_free': { target: 'lock_again', actions: 'fromFirst' } } },
    unlock: { on: { 'dev.memory_lock.up_write': 'remove' } },
    remove: {
      initial: 'pick',
      states: {
        pick: {
          always: [
            { guard: 'isLeft', target: 'call' },
            { target: 'next', ...loops },
          ],
        },
        call: { tags: ['removes'], on: { 'bar[b].remove_resource:begin': 'calling' } },
        calling: {
          tags: ['removes'],
          on: { 'bar[b].remove_resource:end': { target: 'next', actions: 'removed' } },
        },
        next: {
          always: [
            { guard: 'more', target: 'pick', actions: 'next', ...loops },
            { target: `#${at}.lock_again`, actions: 'fromFirst' },
          ],
        },
      },
    },
  } as const;
}

/** The marks of the BARs that were removed go last, still under memory_lock. */
export function freeMarks(bars: number, next: string) {
  const loops = { meta: { unused: bars < 2 } };
  return {
    initial: 'pick',
    states: {
      pick: { always: [{ guard: 'isMine', target: 'free' }, { target: 'next' }] },
      free: { on: { 'bar[b].mark.free': 'next' } },
      next: {
        always: [
          { guard: 'more', target: 'pick', actions: 'next', ...loops },
          { target: next, actions: 'forget' },
        ],
      },
    },
  } as const;
}
