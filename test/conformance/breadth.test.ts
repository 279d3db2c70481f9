import { expect, it } from 'vitest';
import { withoutInstance } from 'xstate-check';
import { specification } from '../../specs/catalogue.ts';

/** A rule that catches nearly everything says little. More than a handful: */
const HANDFUL = 6;

/** Rules that more than a handful of faults break, and why they are allowed to. */
const BROAD: Readonly<Record<string, string>> = {
  refinement:
    'the contract is everything that callers rely on; each fault breaks a narrower rule as well',
  'no-misuse':
    'one monitor per lock, count and flag, each of which names its own resource in the run',
  'lock-balance': 'one monitor per lock and thread, each of which names its own in the run',
  deadlock: 'one for every lock that is waited for; the run names who waits for what',
  rest: 'one for every call and lock of a system; whoever waits for ever breaks it',
  'memory-safe': 'one rule for each kind of memory: struct file, dma-buf, priv',
};

it('no rule is so broad that it catches nearly everything', () => {
  const caught = new Map<string, Set<string>>();
  for (const fault of specification.faults) {
    for (const id of fault.expected.map(withoutInstance)) {
      caught.set(id, (caught.get(id) ?? new Set()).add(fault.defect ?? fault.id));
    }
  }
  const broad = [...caught].filter(([, faults]) => faults.size > HANDFUL).map(([id]) => id);
  expect(broad.filter((id) => BROAD[id] === undefined)).toEqual([]);
});

it('what breaks a broad rule breaks a narrower one as well', () => {
  const alone = specification.faults.filter(({ expected }) =>
    expected.every((id) => id === 'refinement'),
  );
  expect(alone.map(({ id }) => id)).toEqual([]);
});
