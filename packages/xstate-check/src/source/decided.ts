import { callOf } from '../lts/label.ts';
import type { CGraph, CStep } from './graph.ts';
import { reachable } from './minimise.ts';

/**
 * The same steps, where nothing is chosen that a call decides: a call that the C writes as several,
 * one after the other, offers all its outcomes at once. Who calls does not choose the answer.
 */
export function decidedByCalls(steps: CGraph['steps']): CGraph['steps'] {
  const decided = steps.map((own, state) => {
    if (state === 0 || own.every(({ label }) => label !== undefined)) return own;
    const outcomes = outcomesFrom(steps, state);
    const calls = new Set(outcomes?.map(({ label }) => callOf(label!)));
    return outcomes !== undefined && calls.size === 1 ? outcomes : own;
  });
  return decided.every((own, state) => own === steps[state]) ? steps : reachable(decided);
}

/** The labelled steps to which choices alone lead; undefined where one leads to the beginning, or on for ever. */
function outcomesFrom(steps: CGraph['steps'], from: number): CStep[] | undefined {
  const found: CStep[] = [];
  const seen = new Set([from]);
  for (const state of seen) {
    if (state === 0) return undefined;
    for (const step of steps[state]!) {
      if (step.label === undefined) seen.add(step.to);
      else if (!found.some(({ label, to }) => label === step.label && to === step.to))
        found.push(step);
    }
  }
  return found;
}
