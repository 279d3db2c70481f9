import type { StateSpace } from '../explore/explore.ts';
import type { Run } from '../explore/run.ts';
import type { Property } from '../specification/property.ts';

/** A run that breaks a property, in the state space in which it was found. */
export interface Counterexample {
  readonly property: Property;
  readonly space: StateSpace;
  readonly run: Run;
  /** There is no shorter one, unless it is said. */
  readonly isShortest?: false;
  /** For leads-to: what is repeated for ever after the run; empty where the run just stops. */
  readonly cycle?: Run;
  /** What is wrong in the last state, in one sentence. */
  readonly finding: string;
}

export type Verdict =
  | {
      readonly verdict: 'holds';
      /** Labels of a contract that no run uses, so that what it says of them was not tested. */
      readonly untested?: readonly string[];
    }
  | { readonly verdict: 'broken'; readonly counterexample: Counterexample }
  /** The rule was never put to the test: its premise never happens. */
  | { readonly verdict: 'vacuous'; readonly reason: string }
  /** A bound stopped the exploration, which keeps what it saw: nothing is said to hold. */
  | { readonly verdict: 'unfinished'; readonly reason: string };

export const HOLDS: { readonly verdict: 'holds' } = { verdict: 'holds' };

/**
 * What an exploration that was stopped says of a property that nothing it saw breaks.
 *
 * @param depth - how far every state was looked at
 */
export function nothingFound({ states }: StateSpace, depth: number): Verdict {
  const steps = `${depth} ${depth === 1 ? 'step' : 'steps'}`;
  const reason =
    `no violation found within ${states.toLocaleString('en-US')} states / depth ${depth}: every ` +
    `state within ${steps} of the start was looked at`;
  return { verdict: 'unfinished', reason };
}
