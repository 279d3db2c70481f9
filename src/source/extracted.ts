import { type AnyStateMachine, type AnyStateNodeConfig, createMachine } from 'xstate';
import { alphabetOf } from '../lts/alphabet.ts';
import { flatten } from '../lts/flatten.ts';
import { type Lts, transitionsOf } from '../lts/lts.ts';
import { offersOfC } from './compare.ts';
import type { CGraph, CStep } from './graph.ts';

/** What a step or state of a machine says of itself besides its label. */
interface Said {
  readonly commits: Map<string, Set<string | undefined>>;
  readonly tags: Map<number, Set<string>>;
  /** Steps, by state and label, after which the machine does nothing any more. */
  readonly ends: Set<string>;
}

/**
 * The C as a machine of the specification's kind, to stand where `like` stood: the same labels, and
 * what `like` says at the same place of a run, its tags and the contract labels that steps commit. A
 * choice without a label stays a step of its own, under a label of its own.
 */
export function machineFrom(graph: CGraph, like: AnyStateMachine): AnyStateMachine {
  const lts = flatten(like);
  const { steps: ended, said } = endingAsIn(graph, lts);
  const steps = withoutAmbiguity(ended);
  const names = stateNames(steps);
  const own = steps.flat().map(({ label, choice }) => label ?? choiceLabel(choice!));
  const labels = [...new Set([...alphabetOf(like).labels, ...own])];
  const states = Object.fromEntries(
    steps.map((all, state) => [names[state]!, stateOf(all, state, names, said)]),
  );
  return createMachine({
    id: like.id,
    meta: { ...like.root.meta, labels, index: {}, unused: labels, unreachable: [] },
    initial: names[0]!,
    states,
  });
}

/** A choice of the C as a label: it is performed by the machine alone. */
export function choiceLabel(choice: string): string {
  return `choice.${choice.replace(/[^\w()&=<>!-]+/g, '_')}`;
}

function stateOf(
  all: readonly CStep[],
  state: number,
  names: readonly string[],
  said: Said,
): AnyStateNodeConfig {
  const on: Record<string, { target: string; meta: Record<string, string> }> = {};
  for (const { label, choice, to, place } of all) {
    const commits =
      label === undefined
        ? undefined
        : only(said.commits.get(`${state} ${label}`) ?? said.commits.get(label));
    on[label ?? choiceLabel(choice!)] = {
      target: names[to]!,
      meta: { place: `${place.file}:${place.line}`, ...(commits !== undefined && { commits }) },
    };
  }
  const tags = [...(said.tags.get(state) ?? [])];
  return { on, ...(tags.length > 0 && { tags }) };
}

/**
 * A function that is called once ends where the machine ends: what returns there goes to a state of
 * its own, and not to that before the call.
 */
function endingAsIn(graph: CGraph, lts: Lts): { steps: CGraph['steps']; said: Said } {
  const first = saidAlong(graph, lts);
  if (first.ends.size === 0) return { steps: graph.steps, said: first };
  const end = graph.steps.length;
  const steps = graph.steps.map((all, state) =>
    all.map((step) =>
      step.to === 0 && first.ends.has(`${state} ${step.label}`) ? { ...step, to: end } : step,
    ),
  );
  const ended = { ...graph, steps: [...steps, []] };
  return { steps: ended.steps, said: saidAlong(ended, lts) };
}

function only(values: ReadonlySet<string | undefined> | undefined): string | undefined {
  return values?.size === 1 ? [...values][0] : undefined;
}

/** Walks both together, as far as they agree, and notes what the machine says at each place. */
function saidAlong(graph: CGraph, lts: Lts): Said {
  const said: Said = { commits: new Map(), tags: new Map(), ends: new Set() };
  const c = offersOfC(graph);
  const seen = new Set<string>();
  const along = new Set<string>();
  const open: { states: readonly number[]; machine: number }[] = [
    { states: c.initial, machine: 0 },
  ];
  while (open.length > 0) {
    const { states, machine } = open.pop()!;
    const key = `${states.join()}|${machine}`;
    if (seen.has(key)) continue;
    seen.add(key);
    noteTags(said, states, lts, machine);
    for (const [label, { to }] of c.places(states)) {
      const id = lts.labels.indexOf(label);
      const index = machine * lts.labels.length + id;
      const next = id < 0 ? -1 : lts.next[index]!;
      if (next < 0) continue;
      const { commits } = lts.edges.get(index)!;
      const isEnd = lts.labels.every((_, other) => lts.next[next * lts.labels.length + other]! < 0);
      for (const state of states) {
        add(said.commits, `${state} ${label}`, commits);
        if (isEnd) said.ends.add(`${state} ${label}`);
      }
      add(said.commits, label, commits);
      along.add(label);
      open.push({ states: to, machine: next });
    }
  }
  // Beyond where they agree, a label commits what it commits everywhere in the machine.
  for (const { from, label } of transitionsOf(lts)) {
    const { commits } = lts.edges.get(from * lts.labels.length + label)!;
    const name = lts.labels[label]!;
    if (!along.has(name)) add(said.commits, name, commits);
  }
  return said;
}

/** A state has the tags that the machine has at every place that the state stands for. */
function noteTags(said: Said, states: readonly number[], lts: Lts, machine: number): void {
  const { tags } = lts.states[machine]!;
  for (const state of states) {
    const before = said.tags.get(state);
    said.tags.set(
      state,
      new Set(before === undefined ? tags : tags.filter((tag) => before.has(tag))),
    );
  }
}

function add<K, V>(map: Map<K, Set<V>>, key: K, value: V): void {
  map.set(key, (map.get(key) ?? new Set()).add(value));
}

/** A label that leads to two states leads to one from which a choice leads to each of them. */
function withoutAmbiguity(steps: CGraph['steps']): CStep[][] {
  const all: CStep[][] = steps.map((own) => [...own]);
  for (let state = 0; state < steps.length; state++) {
    const byLabel = new Map<string, CStep[]>();
    for (const step of all[state]!) {
      const key = step.label ?? choiceLabel(step.choice!);
      byLabel.set(key, [...(byLabel.get(key) ?? []), step]);
    }
    all[state] = [...byLabel].map(([, same]) => {
      if (same.length === 1) return same[0]!;
      const between = all.push(
        same.map(({ to, place }, i) => ({ choice: `one of ${same.length}: ${i + 1}`, to, place })),
      );
      return { ...same[0]!, to: between - 1 };
    });
  }
  return all;
}

/** `line_2579`, by the line of the next step; `idle` where nothing was called yet. */
function stateNames(steps: readonly (readonly CStep[])[]): string[] {
  const used = new Map<string, number>();
  return steps.map((all, state) => {
    const plain = state === 0 ? 'idle' : `line_${all[0]?.place.line ?? 'end'}`;
    const times = (used.get(plain) ?? 0) + 1;
    used.set(plain, times);
    return times === 1 ? plain : `${plain}_${times}`;
  });
}
