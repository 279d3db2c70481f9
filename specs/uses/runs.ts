import {
  compose,
  explore,
  isIn,
  partNamed,
  type StateSpace,
  type System,
  withoutVariant,
} from 'xstate-check';
import { type Graph, graphOf } from 'xstate-check/engine';

/** A step that can be taken in a state. */
export interface Step {
  /** The label without thread and variant. */
  readonly label: string;
  /** Who starts it: a part, or `environment`. */
  readonly by: string;
  readonly to: number;
}

/** What the pages of flows say is read off here: the state space of a system, followed step by step. */
export class Runs {
  readonly #space: StateSpace;
  readonly #graph: Graph;
  readonly #vectors: readonly { readonly label: string; readonly by: string }[];

  constructor(system: System) {
    this.#space = explore(compose(system));
    this.#graph = graphOf(this.#space);
    const { vectors, parts } = this.#space.product;
    this.#vectors = vectors.map(({ label, initiator }) => ({
      label: withoutVariant(label).replace(/@.*/, ''),
      by: parts[initiator]?.name ?? 'environment',
    }));
  }

  steps(state: number): Step[] {
    const { start, target, vector } = this.#graph;
    const steps: Step[] = [];
    for (let edge = start[state]!; edge < start[state + 1]!; edge++) {
      steps.push({ ...this.#vectors[vector[edge]!]!, to: target[edge]! });
    }
    return steps;
  }

  /** The states in which nothing is left of such steps, in whatever order they are taken. */
  ends(from: number, allowed: (step: Step) => boolean): number[] {
    const seen = new Set([from]);
    const ends: number[] = [];
    for (const state of seen) {
      const next = this.steps(state).filter(allowed);
      if (next.length === 0) ends.push(state);
      for (const { to } of next) seen.add(to);
    }
    return ends;
  }

  /**
   * A call from its beginning until all that it started has come to its end; user space makes no other
   * call meanwhile, and nothing fails but what is said to.
   */
  after(from: number, call: string, outcome: string, fails: readonly string[] = []): number[] {
    const begun = this.steps(from).find(({ label }) => label === `${call}:begin`);
    if (begun === undefined) throw new Error(`${call} cannot be called here`);
    const others = (label: string) =>
      label.startsWith(`${call}:`) && ![`${call}:${outcome}`, `${call}:begin`].includes(label);
    const ends = this.ends(begun.to, ({ by, label }) => {
      if (by === 'environment' || others(label)) return false;
      return fails.includes(label) || !CHOSEN.test(label);
    });
    const returned = ends.filter((state) => !this.steps(state).some(({ label }) => others(label)));
    if (returned.length === 0) throw new Error(`no run of ${call} ends with ${outcome}`);
    return returned;
  }

  /** How a call can end where nothing fails, by what it answers. */
  answersOf(from: number, call: string, chosen: readonly string[] = []): string[] {
    const begun = this.steps(from).find(({ label }) => label === `${call}:begin`);
    if (begun === undefined) return [];
    const answers = new Set<string>();
    const seen = new Set([begun.to]);
    for (const state of seen) {
      for (const { label, by, to } of this.steps(state)) {
        if (by === 'environment' || by === 'owner[0]') continue;
        if (CHOSEN.test(label) && !chosen.includes(label)) continue;
        if (label.startsWith(`${call}:`)) answers.add(label.slice(call.length + 1));
        else seen.add(to);
      }
    }
    return [...answers].sort();
  }

  is(state: number, part: string, ...names: string[]): boolean {
    const { product, stepper, table } = this.#space;
    const index = partNamed(product, part);
    const local = product.ltss[index]!.states[stepper.local(table, state)[index]!]!;
    return names.some((name) => isIn(local, name));
  }
}

/** What is somebody's choice: no route, no memory, a reset that fails, an exit. */
const CHOSEN = /\.map:-(EINVAL|ENOMEM)$|\.reset:failed$|\.close:begin$/;

/** What all are, where that is one thing. */
export function one<T>(all: readonly T[]): T {
  const [first, ...others] = [...new Set(all.map((each) => JSON.stringify(each)))];
  if (first === undefined || others.length > 0) {
    throw new Error(`not one answer: ${[first, ...others].join(' and ')}`);
  }
  return JSON.parse(first);
}
