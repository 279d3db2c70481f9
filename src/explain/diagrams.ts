import type { Counterexample } from '../check/verdict.ts';
import { wrap } from '../text.ts';
import { conclusion } from './conclusion.ts';
import { type DiagramOptions, diagram, WIDTH } from './diagram.ts';
import { stepText } from './kernel-text.ts';
import { objectNames } from './object-names.ts';
import { waitsOf } from './waits.ts';

/** The rule that a run breaks, with the objects named as its diagram names them. */
export function ruleBroken({ property, space }: Counterexample): string {
  return `Rule '${property.id}': ${objectNames(space.product)(property.title)}.`;
}

/**
 * The diagrams of the counterexamples of one change, in their order. Where a run is that of one
 * before, or its beginning, only what is wrong is said.
 */
export function diagrams(
  counterexamples: readonly Counterexample[],
  options: DiagramOptions = {},
): string[] {
  return counterexamples.map((counterexample, i) => {
    const shown = counterexamples.slice(0, i).find((before) => isShownBy(counterexample, before));
    return shown === undefined ? diagram(counterexample, options) : sameRun(counterexample, shown);
  });
}

/** Whether a run, at the end of which nobody waits, begins another one. */
function isShownBy(counterexample: Counterexample, other: Counterexample): boolean {
  const labels = labelsOf(counterexample);
  const others = labelsOf(other);
  const begins = labels.every((label, i) => label === others[i]);
  return begins && counterexample.cycle === undefined && waitsOf(counterexample).length === 0;
}

function labelsOf({ run, space }: Counterexample): string[] {
  return run.vectors.map((vector) => space.product.vectors[vector]!.label);
}

function sameRun(counterexample: Counterexample, other: Counterexample): string {
  const { run, space } = counterexample;
  const last = run.vectors.length - 1;
  const isWhole = run.vectors.length === other.run.vectors.length;
  const upTo = isWhole ? '' : `, up to ${stepText(space, run.vectors[last]!, run.states[last]!)}`;
  const text = [`The same run${upTo}.`, ...conclusion(counterexample, [], () => -1)];
  return `${text.flatMap((line) => wrap(line, WIDTH)).join('\n')}\n`;
}
