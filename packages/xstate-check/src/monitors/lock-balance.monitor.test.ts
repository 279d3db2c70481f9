import { describe, expect, it } from 'vitest';
import { lockBalance } from './lock-balance.monitor.ts';
import { neverRefuses, observed } from './monitors.fixture.ts';

describe('lock balance', () => {
  it.each([
    ['free', []],
    ['held', ['acquire']],
    ['free', ['acquire', 'release', 'return', 'acquire', 'release', 'return']],
    ['free', ['return', 'return']],
  ])('is %s after %j', (state, labels) => {
    expect(observed(lockBalance, ...labels)).toBe(state);
  });

  it.each([
    ['the call returns and the lock is still held', ['acquire', 'return']],
    ['the thread releases a lock that it does not hold', ['release']],
    ['the thread releases a lock that it does not hold', ['acquire', 'release', 'release']],
    ['the thread takes a lock that it holds', ['acquire', 'acquire']],
  ])('says: %s, and keeps to it', (finding, labels) => {
    expect(observed(lockBalance, ...labels)).toBe(finding);
    expect(observed(lockBalance, ...labels, 'release', 'acquire', 'return')).toBe(finding);
  });

  it('never refuses', () => expect(neverRefuses(lockBalance)).toBe(true));
});
