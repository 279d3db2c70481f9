import { describe, expect, it } from 'vitest';
import { lockOrder } from './lock-order.monitor.ts';
import { neverRefuses, observed } from './monitors.fixture.ts';

describe('lock order', () => {
  it.each([
    ['none', ['outer.wait', 'inner.acquire', 'inner.release', 'outer.release']],
    ['none', ['inner.acquire', 'inner.release', 'outer.wait', 'outer.release']],
    ['inner_outer', ['inner.acquire', 'outer.acquire']],
    ['none', ['inner.acquire', 'outer.acquire', 'outer.release', 'inner.release']],
    ['outer', ['outer.acquire', 'inner.acquire', 'inner.release']],
  ])('is %s after %j', (state, labels) => {
    expect(observed(lockOrder, ...labels)).toBe(state);
  });

  const NOT_REVERSE = 'the locks are not released in the reverse of the order they were taken in';
  it.each([
    [
      'the thread waits for the outer lock while it holds the inner one',
      ['inner.acquire', 'outer.wait'],
    ],
    [NOT_REVERSE, ['outer.wait', 'inner.acquire', 'outer.release']],
    [NOT_REVERSE, ['inner.acquire', 'outer.acquire', 'inner.release']],
  ])('says: %s, and keeps to it', (finding, labels) => {
    expect(observed(lockOrder, ...labels)).toBe(finding);
    expect(observed(lockOrder, ...labels, 'inner.release', 'outer.release', 'outer.wait')).toBe(
      finding,
    );
  });

  it('never refuses', () => expect(neverRefuses(lockOrder)).toBe(true));
});
