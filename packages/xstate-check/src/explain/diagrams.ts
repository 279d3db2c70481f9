import { wrap } from '../base/text.ts';
import type { Counterexample } from '../check/verdict.ts';
import { parseLabel } from '../lts/label.ts';
import { conclusion } from './conclusion.ts';
import { type DiagramOptions, diagram, returnText, WIDTH } from './diagram.ts';
import { objectNames } from './object-names.ts';
import { stepText } from './step-text.ts';
import { waitsOf } from './waits.ts';

/** The rule that a run breaks, with the objects named as its diagram names them. */
export function ruleBroken({ property, space }: Counterexample): string {
  return `Rule '${property.id}': ${objectNames(space.product)(property.title)}.`;
}

/**
 * The diagrams of the counterexamples of one change, in their order. Where a run is that of one
 * before, or its beginning up to a line that is there once, only what is wrong is said.
 */
export function diagrams(
  counterexamples: readonly Counterexample[],
  options: DiagramOptions = {},
): string[] {
  const whole = counterexamples.map((counterexample) => diagram(counterexample, options));
  return counterexamples.map((counterexample, i) => {
    for (const [at, before] of counterexamples.slice(0, i).entries()) {
      if (!isShownBy(counterexample, before)) continue;
      const isAll = counterexample.run.vectors.length === before.run.vectors.length;
      const line = isAll ? undefined : lastLine(counterexample, whole[at]!);
      if (isAll) return sameRun(counterexample, 'The same run.');
      if (line !== undefined) return sameRun(counterexample, `The same run, up to '${line}'.`);
    }
    return whole[i]!;
  });
}

/** Whether a run, at the end of which nobody waits, begins another one. */
function isShownBy(counterexample: Counterexample, other: Counterexample): boolean {
  const others = labelsOf(other);
  const begins = labelsOf(counterexample).every((label, i) => label === others[i]);
  return begins && counterexample.cycle === undefined && waitsOf(counterexample).length === 0;
}

function labelsOf({ run, space }: Counterexample): string[] {
  return run.vectors.map((vector) => space.product.vectors[vector]!.label);
}

/** How the last step of a run is written in a diagram that goes on; absent where that is not clear. */
function lastLine({ run, space }: Counterexample, shown: string): string | undefined {
  const at = run.vectors.length - 1;
  const vector = run.vectors[at]!;
  const { outcome } = parseLabel(space.product.vectors[vector]!.label);
  const written = [stepText(space, vector, run.states[at]!).trim(), returnText(outcome)];
  const cells = shown.split('\n').flatMap((line) => line.trim().split(/ {3,}/));
  return written.find((text) => cells.filter((cell) => cell === text).length === 1);
}

function sameRun(counterexample: Counterexample, head: string): string {
  const text = [head, ...conclusion(counterexample, [], String)];
  return `${text.flatMap((line) => wrap(line, WIDTH)).join('\n')}\n`;
}
