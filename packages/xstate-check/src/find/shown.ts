import type { Counterexample } from '../check/verdict.ts';
import { always } from '../specification/predicate.ts';
import type { Found } from './find.ts';

/** A run that was found as a diagram takes it: what is said at its end is what was looked for. */
export function asCounterexample({ run, condition }: Found): Counterexample {
  if (run === undefined) throw new Error('there is no run to be shown');
  return {
    property: { id: '', kind: 'invariant', title: '', source: '', when: always, then: always },
    ...run,
    finding: `here ${condition}`,
  };
}
