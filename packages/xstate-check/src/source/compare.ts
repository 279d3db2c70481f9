import { type Lts, transitionsOf } from '../lts/lts.ts';
import type { Place } from './ast.ts';
import type { CGraph, CStep } from './graph.ts';

/** What two descriptions of one function offer after the same run, where they part. */
export interface Difference {
  /** The labels up to here, the shortest such run. */
  readonly run: readonly string[];
  /** What the C can do next, and where it stands. */
  readonly c: readonly { readonly label: string; readonly place: Place }[];
  /** What the other side can do next, and where: a state of a machine, or a place in other C. */
  readonly other: readonly { readonly label: string; readonly at: string }[];
}

export interface Comparison {
  /** Pairs of states that were looked at. */
  readonly pairs: number;
  /** Where they part, shortest runs first; none where every run of one is a run of the other. */
  readonly differences: readonly Difference[];
  /** Where each side may be at each difference. */
  readonly where: readonly { readonly c: readonly number[]; readonly other: readonly number[] }[];
}

/** The other side of a comparison: something with labelled steps. */
export interface Offers {
  readonly initial: readonly number[];
  /** The steps of a set of states, with where each stands. */
  steps(states: readonly number[]): Map<string, { readonly to: number[]; readonly at: string }>;
}

/**
 * Compares what the C can do with what the other side can: their runs of labels, walked together. A
 * choice without a label is followed both ways, so the C offers after a run all that it may offer.
 */
export function compare(graph: CGraph, other: Offers): Comparison {
  const c = offersOfC(graph);
  const differences: Difference[] = [];
  const where: { c: readonly number[]; other: readonly number[] }[] = [];
  const seen = new Map<string, number>();
  const pairs: {
    left: readonly number[];
    right: readonly number[];
    from: number;
    label: string;
  }[] = [];
  const arrive = (
    left: readonly number[],
    right: readonly number[],
    from: number,
    label: string,
  ) => {
    const key = `${left.join()}|${right.join()}`;
    if (seen.has(key)) return;
    seen.set(key, pairs.length);
    pairs.push({ left, right, from, label });
  };
  arrive(c.initial, other.initial, -1, '');
  const taken = new Set<string>();
  const begins = [...c.places([0]).keys()];
  for (let at = 0; at < pairs.length; at++) {
    const { left, right } = pairs[at]!;
    const own = c.places(left);
    const offered = other.steps(right);
    for (const [label, { to }] of own) {
      const same = offered.get(label);
      if (same === undefined) continue;
      taken.add(label);
      arrive(to, same.to, at, label);
    }
    // When a function is called, once or again, is not the function's: the other side may leave it out,
    // unless the function may have returned where the other side goes on.
    const isBetween = left.includes(0) && (left.length === 1 || begins.some((b) => offered.has(b)));
    const differs =
      [...own.keys()].some((label) => !isBetween && !offered.has(label)) ||
      [...offered.keys()].some((label) => !own.has(label));
    if (!differs) continue;
    const run = runTo(pairs, at);
    const places = placesAfter(graph, run);
    differences.push({
      run,
      c: [...own].map(([label, { place }]) => ({ label, place: places.get(label) ?? place })),
      other: [...offered].map(([label, step]) => ({ label, at: step.at })),
    });
    where.push({ c: left, other: right });
  }
  const states = { c: c.initial, other: other.initial };
  const never = neverCalled(c.places(states.c), other.steps(states.other), taken);
  if (never !== undefined) {
    differences.push(never);
    where.push(states);
  }
  return { pairs: pairs.length, differences, where };
}

/** Where the C stands after a run, at each of its next steps: in the steps as they were read. */
function placesAfter(graph: CGraph, run: readonly string[]): Map<string, Place> {
  const { initial, places } = offersOfC({ ...graph, steps: graph.whole ?? graph.steps });
  let states: readonly number[] = initial;
  for (const label of run) states = places(states).get(label)?.to ?? [];
  return new Map([...places(states)].map(([label, { place }]) => [label, place]));
}

/** A way of calling the function that the other side has nowhere. */
function neverCalled(
  begins: ReadonlyMap<string, { readonly place: Place }>,
  offered: ReadonlyMap<string, { readonly at: string }>,
  taken: ReadonlySet<string>,
): Difference | undefined {
  if ([...begins.keys()].every((label) => taken.has(label))) return undefined;
  return {
    run: [],
    c: [...begins].map(([label, { place }]) => ({ label, place })),
    other: [...offered].map(([label, { at }]) => ({ label, at })),
  };
}

function runTo(
  pairs: readonly { readonly from: number; readonly label: string }[],
  at: number,
): string[] {
  const run: string[] = [];
  for (let pair = at; pairs[pair]!.from >= 0; pair = pairs[pair]!.from)
    run.unshift(pairs[pair]!.label);
  return run;
}

/** The C as sets of states between which only choices without a label lie. */
export function offersOfC(graph: CGraph) {
  const places = (states: readonly number[]) => {
    const steps = new Map<string, { to: number[]; place: Place }>();
    for (const state of states) {
      for (const { label, to, place } of graph.steps[state]!) {
        if (label === undefined) continue;
        const known = steps.get(label) ?? { to: [], place };
        known.to.push(to);
        steps.set(label, known);
      }
    }
    for (const step of steps.values()) step.to = closed(graph.steps, step.to);
    return steps;
  };
  return { initial: closed(graph.steps, [0]), places };
}

/** C as the other side of a comparison. */
export function offersOf(graph: CGraph): Offers {
  const { initial, places } = offersOfC(graph);
  return {
    initial,
    steps: (states) =>
      new Map(
        [...places(states)].map(([label, { to, place }]) => [
          label,
          { to, at: `${place.file}:${place.line}` },
        ]),
      ),
  };
}

/** All states that are reached by choices alone, in order. */
function closed(steps: CGraph['steps'], from: readonly number[]): number[] {
  const found = new Set(from);
  const open = [...from];
  while (open.length > 0) {
    for (const { label, to } of steps[open.pop()!]!) {
      if (label !== undefined || found.has(to)) continue;
      found.add(to);
      open.push(to);
    }
  }
  return [...found].sort((a, b) => a - b);
}

/**
 * A flattened machine as the other side.
 *
 * @param isInside - labels of what happens inside a call that the C is not followed into: the machine
 * takes these steps alone, as the C takes a choice
 */
export function offersOfMachine(lts: Lts, isInside: (label: string) => boolean): Offers {
  const steps: CStep[][] = lts.states.map(() => []);
  for (const { from, label, to } of transitionsOf(lts)) {
    const name = lts.labels[label]!;
    const place = { file: '', line: 0 };
    steps[from]!.push(isInside(name) ? { choice: name, to, place } : { label: name, to, place });
  }
  return {
    initial: closed(steps, [0]),
    steps: (states) => {
      const found = new Map<string, { to: number[]; readonly at: string }>();
      for (const state of states) {
        for (const { label, to } of steps[state]!) {
          if (label === undefined) continue;
          const at = `${lts.name}.${lts.states[state]!.name}`;
          const known = found.get(label) ?? { to: [], at };
          found.set(label, { ...known, to: closed(steps, [...known.to, to]) });
        }
      }
      return found;
    },
  };
}
