import type { AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import { type Alphabet, alphabetOf } from './alphabet.ts';
import { assertFiniteMachine } from './finite.ts';
import { withoutIdleHistory } from './idle-history.ts';
import { fillTemplate } from './label.ts';
import type { Lts, LtsEdge, LtsState } from './lts.ts';
import { MachineError } from './machine-error.ts';
import {
  activeNodes,
  describe,
  nodePath,
  notPlain,
  type StateNode,
  snapshotKey,
} from './snapshot.ts';
import { nameOf, type Step, Stepper, type Transition } from './step.ts';

export { handledEvents } from './alphabet.ts';

/** Most states of one machine, unless told. */
const BOUND = 20_000;

/**
 * Flattens a machine into the LTS that XState's own pure functions reach, breadth first.
 *
 * A label is enabled in a state when XState selects a transition for it that has an effect or an
 * explicit target; `E: {}` selects one without either and is therefore a refusal, as in XState
 * (where it also keeps ancestors from taking the event). Nothing is enabled in a final state of
 * the machine. Snapshots are told apart by value, context, history and status; those that differ in
 * history alone are one state where no run ever tells which it was.
 *
 * @param bound - most states before the machine is refused
 * @throws InputError (a `MachineError`) when the machine is outside the finite part of XState, does
 * not settle, throws, changes its context in place, or has more than `bound` states
 */
export function flatten(machine: AnyStateMachine, bound = BOUND): Lts {
  return walk(machine, bound).lts;
}

/** An LTS and what was seen on the way, for the linter. */
export interface Walk {
  readonly lts: Lts;
  /** Paths of all state nodes that are ever active, also for one microstep only. */
  readonly entered: ReadonlySet<string>;
  /** Names of all transitions that are ever taken, with their place among the node's candidates. */
  readonly taken: ReadonlySet<string>;
  /** The steps in which XState selects a transition in more than one region. */
  readonly concurrent: readonly Concurrency[];
}

export interface Concurrency {
  /** A state of the LTS. */
  readonly state: number;
  readonly event: string;
  /** Paths of the nodes whose transitions are selected. */
  readonly selected: readonly string[];
  /** Paths of those whose transitions are taken; the others would exit the same states. */
  readonly taken: readonly string[];
}

/** Flattens a machine and keeps what was seen on the way. @throws as `flatten` */
export function walk(machine: AnyStateMachine, bound = BOUND): Walk {
  assertFiniteMachine(machine);
  return new Walker(machine, bound).walk();
}

class Walker {
  readonly #machine: AnyStateMachine;
  readonly #bound: number;
  readonly #alphabet: Alphabet;
  readonly #stepper: Stepper;
  readonly #snapshots: AnyMachineSnapshot[] = [];
  readonly #idOf = new Map<string, number>();
  readonly #next: number[] = [];
  readonly #edges = new Map<number, LtsEdge>();
  readonly #entered = new Set<StateNode>();
  readonly #taken = new Set<Transition>();
  readonly #concurrent: Concurrency[] = [];

  constructor(machine: AnyStateMachine, bound: number) {
    this.#machine = machine;
    this.#bound = bound;
    this.#alphabet = alphabetOf(machine);
    this.#stepper = new Stepper(machine);
  }

  walk(): Walk {
    this.#arrive(this.#stepper.initial());
    for (let state = 0; state < this.#snapshots.length; state++) this.#leave(state);
    const found = {
      name: this.#machine.id,
      labels: this.#alphabet.labels,
      next: Int32Array.from(this.#next),
      edges: this.#edges,
    };
    const kept = withoutIdleHistory(this.#snapshots, found);
    const { next, edges } = kept;
    const lts = { ...found, next, edges, states: namedStates(kept.states) };
    return {
      lts,
      entered: new Set([...this.#entered].map(nodePath)),
      taken: new Set([...this.#taken].map(transitionKey)),
      concurrent: this.#concurrent.map((each) => ({ ...each, state: kept.of(each.state) })),
    };
  }

  /** Takes every enabled label of a state. */
  #leave(state: number): void {
    const { labels, events, labelOf } = this.#alphabet;
    const snapshot = this.#snapshots[state]!;
    const key = snapshotKey(snapshot);
    const row = state * labels.length;
    for (let label = 0; label < labels.length; label++) this.#next.push(-1);
    const handled = handledIn(snapshot);
    for (const event of events) {
      if (!handled.has(event)) continue;
      const selected = this.#stepper.selected(snapshot, event);
      if (selected.length === 0) continue;
      const label = labelOf(event, snapshot);
      if (this.#next[row + label] !== -1) throw this.#ambiguous(snapshot, labels[label]!);
      const step = this.#stepper.take(snapshot, event);
      this.#next[row + label] = this.#arrive(step, snapshot);
      this.#edges.set(row + label, this.#edgeOf(step, snapshot));
      this.#noteConcurrency(state, event, selected, step);
    }
    if (snapshotKey(snapshot) !== key) throw this.#mutated(key, snapshot);
  }

  /** The number of the state that a step reaches. */
  #arrive(step: Step, from?: AnyMachineSnapshot): number {
    for (const node of step.entered) this.#entered.add(node);
    for (const transition of step.taken) this.#taken.add(transition);
    const { snapshot } = step;
    const problem = notPlain(snapshot.context);
    if (problem !== undefined) throw this.#notPlain(problem, from);
    const key = snapshotKey(snapshot);
    const known = this.#idOf.get(key);
    if (known !== undefined) return known;
    if (this.#snapshots.length >= this.#bound) throw this.#tooManyStates(snapshot);
    this.#idOf.set(key, this.#snapshots.length);
    return this.#snapshots.push(snapshot) - 1;
  }

  #edgeOf({ taken }: Step, snapshot: AnyMachineSnapshot): LtsEdge {
    const metas = taken.map((transition) => (transition.meta ?? {}) as Record<string, unknown>);
    const commits = new Set(metas.map((meta) => meta.commits).filter((c) => typeof c === 'string'));
    if (commits.size > 1) throw this.#twoCommits(snapshot, [...commits]);
    const [committed] = commits;
    return {
      via: namesOf(taken),
      ...(committed !== undefined && { commits: fillTemplate(committed, snapshot.context) }),
      meta: Object.assign({}, ...metas) as Record<string, unknown>,
    };
  }

  #noteConcurrency(state: number, event: string, selected: Transition[], step: Step): void {
    if (selected.length < 2) return;
    const answers = new Set(step.taken.slice(0, step.answers));
    const taken = selected.filter((transition) => answers.has(transition));
    const paths = (transitions: Transition[]) => transitions.map((t) => nameOf(t).node);
    this.#concurrent.push({ state, event, selected: paths(selected), taken: paths(taken) });
  }

  #notPlain(problem: string, from?: AnyMachineSnapshot): MachineError {
    const when = from === undefined ? 'initially' : 'after a step from here';
    const reason = `${when} the context${problem}; keep the context a small plain object of numbers, strings and booleans`;
    const state = from === undefined ? '' : describe(from);
    return new MachineError('context-not-plain', this.#machine.id, state, reason);
  }

  #tooManyStates(snapshot: AnyMachineSnapshot): MachineError {
    const reason = `it has more than ${this.#bound} states; bound its context`;
    return new MachineError('too-many-states', this.#machine.id, describe(snapshot), reason);
  }

  #ambiguous(snapshot: AnyMachineSnapshot, label: string): MachineError {
    const reason = `two events stand for the label '${label}'; a state may have one transition for a label`;
    return new MachineError('label', this.#machine.id, describe(snapshot), reason);
  }

  #twoCommits(snapshot: AnyMachineSnapshot, commits: readonly string[]): MachineError {
    const reason = `one step commits '${commits.join("' and '")}'; only the transition that decides may say so`;
    return new MachineError('label', this.#machine.id, describe(snapshot), reason);
  }

  #mutated(key: string, snapshot: AnyMachineSnapshot): MachineError {
    const reason = `a guard or an assign changes the context in place (${key} became ${snapshotKey(snapshot)}); return new values`;
    return new MachineError('impure', this.#machine.id, describe(snapshot), reason);
  }
}

/** The events that an active node has a transition for: XState would go through all of them for each. */
function handledIn(snapshot: AnyMachineSnapshot): Set<string> {
  const handled = new Set<string>();
  for (const node of snapshot._nodes as StateNode[]) {
    for (const event of node.transitions.keys()) handled.add(event);
  }
  return handled;
}

/** Tells a transition of a machine apart from all others: source, event and place among them. */
export function transitionKey(transition: Transition): string {
  const { node, event } = nameOf(transition);
  const source = transition.source as {
    transitions: Map<string, Transition[]>;
    always?: Transition[];
  };
  const candidates = (event === '' ? source.always : source.transitions.get(event)) ?? [];
  return JSON.stringify([node, event, candidates.indexOf(transition)]);
}

/** Each transition once, in the order in which they are first taken. */
export function namesOf(taken: readonly Transition[]): LtsEdge['via'] {
  if (taken.length === 1) return [nameOf(taken[0]!)];
  const names = new Map<string, LtsEdge['via'][number]>();
  for (const name of taken.map(nameOf)) {
    const key = `${name.event} ${name.node}`;
    if (!names.has(key)) names.set(key, name);
  }
  return [...names.values()];
}

/** The states of an LTS. @param words - what else tells each of them apart, for its name */
export function namedStates(
  snapshots: readonly AnyMachineSnapshot[],
  words: readonly string[] = [],
): LtsState[] {
  const used = new Map<string, number>();
  return snapshots.map((snapshot, i) => {
    const plain = describe(snapshot) + (words[i] ? `, ${words[i]}` : '');
    const times = (used.get(plain) ?? 0) + 1;
    used.set(plain, times);
    const active = activeNodes(snapshot);
    const inner = active.filter((node) => node.path.length > 0);
    return {
      name: times === 1 ? plain : `${plain} ~${times}`,
      nodes: inner.map(nodePath),
      context: snapshot.context,
      tags: [...new Set(active.flatMap((node) => node.tags))],
      ...(snapshot.status === 'done' && { done: true }),
      ...(snapshot.status === 'error' && { failed: true }),
      meta: Object.assign({}, ...inner.map((node) => node.meta ?? {})),
    };
  });
}
