import { type Lts, transitionsOf } from '../lts/lts.ts';
import type { CGraph, CStep } from './graph.ts';

/** The machine is not where the C is. */
export const LOST = -1;

/** Where a machine is after a label; `LOST` where it has none there. */
export function nextOf({ labels, next }: Lts, at: number, label: string): number {
  const id = labels.indexOf(label);
  return at === LOST || id < 0 ? LOST : next[at * labels.length + id]!;
}

/**
 * Where a machine that is lost is found again, after a step of the C: where a return leads it, if
 * that is one place; else where it can only be at one place while both agree there, after this label
 * where it has it.
 *
 * @param after - the state of the C after a step that leads the machine to `next`
 */
export function finder(
  steps: CGraph['steps'],
  lts: Lts,
  after: (step: CStep, next: number) => number = ({ to }) => to,
): (step: CStep) => number {
  const together = togetherOf(steps, lts, after);
  const leads = new Map<string, Set<number>>();
  for (const { label, to } of transitionsOf(lts)) add(leads, lts.labels[label]!, to);
  const isRest = (place: number) => lts.states[place]!.tags.includes('quiescent');
  return ({ to, label }) => {
    const led = leads.get(label ?? '');
    const returns = led !== undefined && [...led].every(isRest);
    const places = returns ? [...led] : [...(together.get(to) ?? [])];
    const here = led === undefined ? places : places.filter((place) => led.has(place));
    return here.length === 1 ? here[0]! : LOST;
  };
}

/** By state of the C: where the machine can be, while both agree. */
function togetherOf(
  steps: CGraph['steps'],
  lts: Lts,
  after: (step: CStep, next: number) => number,
): Map<number, Set<number>> {
  const together = new Map<number, Set<number>>();
  const open = [{ state: 0, at: 0 }];
  const seen = new Set<string>();
  while (open.length > 0) {
    const { state, at } = open.pop()!;
    if (seen.has(`${state} ${at}`)) continue;
    seen.add(`${state} ${at}`);
    for (const step of steps[state]!) {
      const next = step.label === undefined ? at : nextOf(lts, at, step.label);
      if (next === LOST) continue;
      const to = after(step, next);
      add(together, to, next);
      open.push({ state: to, at: next });
    }
  }
  return together;
}

function add<K, V>(map: Map<K, Set<V>>, key: K, value: V): void {
  map.set(key, (map.get(key) ?? new Set()).add(value));
}
