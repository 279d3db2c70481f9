import { describe, expect, it } from 'vitest';
import { productOf } from '../explore/random-product.fixture.ts';
import { WholeSpace } from './whole-space.ts';

/** Two counters: nine states, twelve transitions. */
const counters = productOf({
  sizes: [3, 3],
  vectors: [[[0, [1, 2, -1]]], [[1, [1, 2, -1]]]],
});

describe('the whole space', () => {
  it('is explored once, and has all states and transitions', () => {
    const whole = new WholeSpace(counters, {});
    const [one, other] = [0, 1].map(() =>
      whole.judge((space, graph) => ({ space, edges: graph.target.length })),
    );
    expect([one!.space.states, one!.edges]).toEqual([9, 12]);
    expect(other!.space).toBe(one!.space);
  });

  it('that is larger than a bound is not judged, also where what was seen would be kept', () => {
    for (const keepSeen of [false, true]) {
      const whole = new WholeSpace(counters, { states: 8, keepSeen });
      expect(whole.judge(() => expect.unreachable())).toBeUndefined();
      expect(whole.judge(() => expect.unreachable())).toBeUndefined();
    }
    expect(new WholeSpace(counters, { states: 9 }).judge(({ states }) => states)).toBe(9);
  });

  it('does not take what else goes wrong for a bound', () => {
    const progress = () => {
      throw new RangeError('no such terminal');
    };
    const whole = new WholeSpace(counters, { progress });
    expect(() => whole.judge(() => true)).toThrow(new RangeError('no such terminal'));
  });
});
