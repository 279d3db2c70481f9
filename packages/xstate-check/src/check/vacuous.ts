import { inWords, type Predicate } from '../specification/predicate.ts';
import type { Verdict } from './verdict.ts';

/** Why a rule was never put to the test, in the words of every way to check it. */
export const unasked = {
  premise: (when: Predicate): string => `no run reaches: ${inWords(when)}`,
  /** @param idle - the parts that a monitor rule watches and that nothing happens to */
  watched: (idle: readonly string[]): string =>
    idle.length === 0
      ? 'it watches no part'
      : `nothing that it watches ever happens: ${idle.join(', ')}`,
  calls: 'no call is ever offered',
  contract: 'no step decides anything that the contract speaks of',
  rest: 'no part has a quiescent state',
};

export function vacuous(reason: string): Verdict {
  return { verdict: 'vacuous', reason };
}
