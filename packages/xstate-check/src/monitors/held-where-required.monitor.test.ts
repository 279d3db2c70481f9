import { describe, expect, it } from 'vitest';
import { heldWhereRequired } from './held-where-required.monitor.ts';
import { neverRefuses, observed } from './monitors.fixture.ts';

const FINDING = 'the step is taken without the lock that it needs';

describe('held where required', () => {
  it.each([
    ['held', ['acquire', 'guarded', 'guarded']],
    ['free', ['acquire', 'guarded', 'release']],
  ])('is %s after %j', (state, labels) => {
    expect(observed(heldWhereRequired, ...labels)).toBe(state);
  });

  it.each([
    [['guarded']],
    [['acquire', 'release', 'guarded']],
    [['guarded', 'acquire', 'release']],
  ])('is violated for ever after %j', (labels) => {
    expect(observed(heldWhereRequired, ...labels)).toBe(FINDING);
  });

  it('never refuses', () => expect(neverRefuses(heldWhereRequired)).toBe(true));
});
