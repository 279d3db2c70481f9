import { describe, expect, it } from 'vitest';
import { compose, explore } from 'xstate-check';
import { benchmarkSystem, statesOf, transitionsOf } from './model.ts';

/** What SPIN, Rumur and xstate/graph count for the same model. */
const COUNTED = [
  { devices: 1, states: 14, transitions: 18 },
  { devices: 2, states: 132, transitions: 328 },
  { devices: 3, states: 1_080, transitions: 3_960 },
  { devices: 4, states: 8_208, transitions: 39_744 },
  { devices: 5, states: 59_616, transitions: 358_560 },
];

describe('the benchmark model', () => {
  it.each(COUNTED)(
    'has $states states and $transitions transitions for $devices devices',
    (row) => {
      const space = explore(compose(benchmarkSystem(row.devices)));
      expect(space.states).toBe(row.states);
      expect(space.transitions).toBe(row.transitions);
    },
  );

  it('has closed forms that agree with the other engines for 6, 7 and 8 devices too', () => {
    expect([6, 7, 8].map(statesOf)).toEqual([419_904, 2_892_672, 19_595_520]);
    expect([6, 7, 8].map(transitionsOf)).toEqual([3_017_088, 24_167_808, 186_624_000]);
  });
});
