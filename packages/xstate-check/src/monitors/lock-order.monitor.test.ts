import { describe, expect, it } from 'vitest';
import { lockOrder } from './lock-order.monitor.ts';
import { neverRefuses, observed } from './monitors.fixture.ts';

describe('lock order', () => {
  it.each([
    ['none', ['outer.wait', 'inner.acquire', 'inner.release', 'outer.release']],
    ['none', ['inner.acquire', 'inner.release', 'outer.wait', 'outer.release']],
    ['both', ['inner.acquire', 'outer.acquire']],
    ['none', ['inner.acquire', 'outer.acquire', 'outer.release', 'inner.release']],
    ['outer', ['outer.acquire', 'inner.acquire', 'inner.release']],
  ])('is %s after %j', (state, labels) => {
    expect(observed(lockOrder, ...labels)).toBe(state);
  });

  it('does not ask in which order the locks are released', () => {
    expect(observed(lockOrder, 'outer.wait', 'inner.acquire', 'outer.release')).toBe('inner');
    expect(observed(lockOrder, 'inner.acquire', 'outer.acquire', 'inner.release')).toBe('outer');
  });

  const AGAINST = 'the thread waits for the outer lock while it holds the inner one';
  it.each([
    [['inner.acquire', 'outer.wait']],
    [['outer.wait', 'inner.acquire', 'outer.release', 'outer.wait']],
  ])('says where the thread waits against the order, and keeps to it: %j', (labels) => {
    expect(observed(lockOrder, ...labels)).toBe(AGAINST);
    expect(observed(lockOrder, ...labels, 'inner.release', 'outer.release', 'outer.wait')).toBe(
      AGAINST,
    );
  });

  it('never refuses', () => expect(neverRefuses(lockOrder)).toBe(true));
});
