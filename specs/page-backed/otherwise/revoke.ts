import type { MachineChanges } from '../../written-anew.ts';

const AWAITED =
  'derived: as dax_break_layout, fs/dax.c, v7.3, does it for a file: zap, look, let go of the lock, wait, look again';
const HELD = 'derived: a wait for pins where the revoke is, under memory_lock';

type Caller = 'page_reset' | 'page_revoke';

const END: Readonly<Record<Caller, string>> = {
  page_reset: '#page_reset.reset',
  page_revoke: '#page_revoke.unlock',
};

/** What of a revoke leads to the pins, where it would end. */
function looksAtPins(caller: Caller): NonNullable<MachineChanges['steps']> {
  const forGood = caller === 'page_revoke';
  const first = `#${caller}.pins`;
  return {
    [`${caller}.revoke.find`]: { on: { 'buf.listed:false': first } },
    [`${caller}.revoke.test`]: {
      on: {
        // It may be revoked, and pinned still; whoever revoked it has taken its PTEs away.
        'buf.status:TEMP_REVOKED': forGood ? 'upgrade' : first,
        ...(!forGood && { 'buf.status:PERM_REVOKED': first }),
      },
    },
    ...(forGood && {
      [`${caller}.revoke.upgrade.unlock_resv`]: {
        on: { 'buf.resv.unlock': first },
      },
    }),
    [`${caller}.revoke.zap1`]: {
      on: { 'page[1].zap': { target: first, meta: { commits: 'page[1].zap' } } },
    },
  };
}

const PINNED = [0, 1].flatMap((page) => [
  `page[${page}].pinned:false`,
  `page[${page}].pinned:true`,
]);
const WAITS = [0, 1].map((page) => `page[${page}].wait_unpinned`);

/** The step of a caller behind which it looks at the pins. */
const BEHIND: Readonly<Record<Caller, string>> = {
  page_reset: 'buf.status.set(OK)',
  page_revoke: 'page[1].zap',
};

/** A revoke waits for pins with memory_lock held. */
export function waitsUnderLock(caller: Caller): MachineChanges {
  return {
    labels: { [caller]: [BEHIND[caller], ...WAITS] },
    steps: looksAtPins(caller),
    states: {
      [`${caller}.pins`]: {
        meta: { source: HELD },
        initial: 'hold_first',
        states: {
          hold_first: { on: { 'page[0].wait_unpinned': 'hold_second' } },
          hold_second: { on: { 'page[1].wait_unpinned': END[caller] } },
        },
      },
    },
  };
}

/**
 * A revoke looks for pins under memory_lock, where nobody can make one any more. Where there is one it
 * lets go of the lock, waits, and does everything once more: the device may have come back meanwhile.
 */
export function waitsWithoutLock(caller: Caller): MachineChanges {
  const again = caller === 'page_revoke' ? 'again' : 'lock';
  return {
    labels: { [caller]: [BEHIND[caller], ...PINNED, ...WAITS] },
    steps: looksAtPins(caller),
    states: {
      [`${caller}.pins`]: {
        meta: { source: AWAITED },
        initial: 'first',
        states: {
          first: {
            on: { 'page[0].pinned:false': 'second', 'page[0].pinned:true': 'unlock' },
          },
          second: {
            on: { 'page[1].pinned:false': END[caller], 'page[1].pinned:true': 'unlock' },
          },
          unlock: { on: { 'dev.memory_lock.up_write': 'wait_first' } },
          wait_first: { on: { 'page[0].wait_unpinned': 'wait_second' } },
          wait_second: { on: { 'page[1].wait_unpinned': `#${caller}.${again}` } },
        },
      },
      // It is revoked for good already, and by nobody else.
      ...(caller === 'page_revoke' && {
        [`${caller}.again`]: { on: { 'dev.memory_lock.down_write': 'pins' } },
      }),
    },
  };
}
