import { describe, expect, it } from 'vitest';
import { Transitions } from './transitions.ts';

/** A reduced exploration that took these transitions and made progress in these states. */
function taken(transitions: readonly (readonly [number, number])[], progress: readonly number[]) {
  const all = new Transitions();
  for (const [from, to] of transitions) all.add(from, to);
  for (const state of progress) all.progressAt(state);
  return all;
}

describe('the transitions that were taken', () => {
  const roundAfterStart = [
    [0, 1],
    [1, 2],
    [2, 1],
  ] as const;

  it('end in the components that none of them leaves, each as a whole', () => {
    expect(taken(roundAfterStart, []).terminal(3)).toEqual([[1, 2]]);
    expect(taken([[0, 1]], []).terminal(3)).toEqual([[1], [2]]);
  });

  it('put something off for ever where a last component makes no progress at all', () => {
    expect(taken(roundAfterStart, []).terminalWithoutProgress(3)).toEqual([1]);
    expect(taken(roundAfterStart, [0]).terminalWithoutProgress(3)).toEqual([1]);
    expect(taken(roundAfterStart, [2]).terminalWithoutProgress(3)).toEqual([]);
  });
});
