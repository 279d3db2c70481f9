import { count } from '../base/terminal.ts';
import type { Counterexample } from '../check/verdict.ts';

/**
 * How long a run is, in words: its steps, how many of them have no line of their own where it is drawn,
 * and how many are repeated for ever.
 */
export function runLength(
  { run, cycle }: Pick<Counterexample, 'run' | 'cycle'>,
  folded = 0,
): string {
  return lengthInWords(run.vectors.length, cycle?.vectors.length, folded);
}

/** @param repeated - the steps that come again and again after them */
export function lengthInWords(steps: number, repeated = 0, folded = 0): string {
  return [
    `${count(steps)} ${steps === 1 ? 'step' : 'steps'}`,
    ...(folded > 0 ? [`${count(folded)} of them folded`] : []),
    ...(repeated > 0 ? [`then ${count(repeated)} repeated`] : []),
  ].join(', ');
}
