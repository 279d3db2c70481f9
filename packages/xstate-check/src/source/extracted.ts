import { type AnyStateMachine, type AnyStateNodeConfig, createMachine } from 'xstate';
import { alphabetOf } from '../lts/alphabet.ts';
import { flatten } from '../lts/flatten.ts';
import { type Lts, transitionsOf } from '../lts/lts.ts';
import type { Place } from './ast.ts';
import { decidedByCalls } from './decided.ts';
import { finder, LOST, nextOf } from './found.ts';
import type { CGraph, CStep } from './graph.ts';

/** A state of the C, and where the machine is that it is made like; after a step of its own, `LOST`. */
interface Pair {
  readonly state: number;
  readonly at: number;
}

/**
 * The C as a machine of the specification's kind, to stand where `like` stood: the same labels, and
 * what `like` says at the same place of a run, its tags and the contract labels that steps commit.
 * Where the C has taken a step that `like` has not, a step says what `like` says of that label
 * wherever it has it, until the C is where both are at one place only. A choice without a label stays
 * a step of its own, under a label of its own. `meta.unsaid` has the contract labels of which it is
 * not known which step commits them.
 *
 * @param meta - what the machine says of itself besides
 */
export function machineFrom(
  graph: CGraph,
  like: AnyStateMachine,
  meta: Readonly<Record<string, unknown>> = {},
): AnyStateMachine {
  const lts = flatten(like);
  const walked = new Walk(withoutAmbiguity(decidedByCalls(graph.steps)), lts);
  const names = stateNames(walked);
  const own = graph.steps.flat().map(labelOf);
  const choices = walked.pairs.flatMap(({ state }) => walked.steps[state]!.map(labelOf));
  const labels = [...new Set([...alphabetOf(like).labels, ...own, ...choices])];
  const unsaid = walked.commitsNotSaid();
  return createMachine({
    id: like.id,
    meta: {
      ...like.root.meta,
      ...meta,
      labels,
      index: {},
      unused: labels,
      unreachable: [],
      unsaid,
    },
    initial: names[0]!,
    states: Object.fromEntries(
      walked.pairs.map((_, pair) => [names[pair]!, stateOf(walked, pair, names)]),
    ),
  });
}

/** A choice of the C as a label: it is performed by the machine alone. */
export function choiceLabel(choice: string): string {
  return `choice.${plain(choice)}`;
}

/** The label of a step in the machine; a return that the table does not know is one of its own. */
function labelOf({ label, choice }: Pick<CStep, 'label' | 'choice'>): string {
  if (label === undefined) return choiceLabel(choice!);
  const [, value] = /^return (.*)$/.exec(label) ?? [];
  return value === undefined ? label : `return.${plain(value)}`;
}

const plain = (text: string) => text.replace(/[^\w()&=<>!-]+/g, '_');

function stateOf(walked: Walk, pair: number, names: readonly string[]): AnyStateNodeConfig {
  const on: Record<string, { target: string; meta: Record<string, string> }> = {};
  for (const [step, to] of walked.from(pair)) {
    const { place, choice } = step;
    const commits = walked.commits(pair, step);
    on[labelOf(step)] = {
      target: names[to]!,
      meta: {
        ...placed(place),
        ...(choice !== undefined && { c: step.c ?? choice }),
        ...(commits !== undefined && { commits }),
      },
    };
  }
  const tags = walked.tags(pair);
  return { on, ...(tags.length > 0 && { tags }) };
}

/** A step that the machine has and the C has not is on no line. */
function placed({ file, line }: Place): { place?: string } {
  return line === 0 ? {} : { place: `${file}:${line}` };
}

/** The C and the machine, walked together. */
class Walk {
  readonly steps: readonly (readonly CStep[])[];
  readonly pairs: Pair[] = [];
  readonly #lts: Lts;
  /** Where a function that is called once ends, as its machine does: not before the call again. */
  readonly #end: number;
  /** Whether the machine can be where it began again. */
  readonly #comesBack: boolean;
  readonly #numbers = new Map<string, number>();
  /** By label, what the machine says of it anywhere: what it commits, and where it leads. */
  readonly #commits = new Map<string, Set<string | undefined>>();
  readonly #leads = new Map<string, Set<number>>();
  readonly #found: (step: CStep) => number;
  /** The tags of a pair in which the machine is lost: those of the step that led there. */
  readonly #lostTags = new Map<number, readonly string[]>();

  constructor(steps: readonly (readonly CStep[])[], lts: Lts) {
    this.#end = steps.length;
    this.steps = [...steps, []];
    this.#lts = lts;
    this.#comesBack = lts.next.includes(0);
    for (const { label, to, edge } of transitionsOf(lts)) {
      add(this.#commits, lts.labels[label]!, edge.commits);
      add(this.#leads, lts.labels[label]!, to);
    }
    this.#found = finder(this.steps, lts, (step, next) => this.#after(step, next));
    this.#arrive({ state: 0, at: 0 });
    for (let pair = 0; pair < this.pairs.length; pair++) this.from(pair);
  }

  /** The steps of a pair, and the pair that each leads to. */
  from(pair: number): (readonly [CStep, number])[] {
    const { state, at } = this.pairs[pair]!;
    // When a function is called is not its own: as the machine has it, where that is known.
    const isCalled = ({ label }: CStep) =>
      state !== 0 || at === LOST || label === undefined || nextOf(this.#lts, at, label) !== LOST;
    return this.steps[state]!.filter(isCalled).map((step) => {
      const next = step.label === undefined ? at : nextOf(this.#lts, at, step.label);
      const found = next === LOST ? this.#found(step) : next;
      const to = this.#arrive({ state: this.#after(step, next), at: found }, step.label);
      return [step, to] as const;
    });
  }

  commits(pair: number, { label }: CStep): string | undefined {
    if (label === undefined) return undefined;
    const edge = this.#edge(this.pairs[pair]!.at, label);
    return edge === undefined ? only(this.#commits.get(label)) : edge.commits;
  }

  tags(pair: number): readonly string[] {
    const { at } = this.pairs[pair]!;
    return at === LOST ? (this.#lostTags.get(pair) ?? []) : this.#lts.states[at]!.tags;
  }

  /**
   * Contract labels that no step of the C is known to commit, or that one of several steps of a label
   * does: what the C decides, and where, is then not known.
   */
  commitsNotSaid(): string[] {
    const made = new Set<string | undefined>();
    const open = new Set<string>();
    for (const [pair, { at }] of this.pairs.entries()) {
      for (const [step] of this.from(pair)) {
        const commits = this.commits(pair, step);
        made.add(commits);
        const isKnown = step.label === undefined || this.#edge(at, step.label) !== undefined;
        if (commits !== undefined || isKnown) continue;
        for (const one of this.#commits.get(step.label!) ?? []) if (one) open.add(one);
      }
    }
    const all = new Set([...this.#commits.values()].flatMap((values) => [...values]));
    for (const one of all) if (one !== undefined && !made.has(one)) open.add(one);
    return [...open].sort();
  }

  #arrive(pair: Pair, label?: string): number {
    const tags = pair.at === LOST ? this.#tagsAfter(label) : [];
    const key = `${pair.state} ${pair.at} ${tags.join()}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.pairs.push(pair) - 1;
    this.#numbers.set(key, number);
    if (pair.at === LOST) this.#lostTags.set(number, tags);
    return number;
  }

  /** The tags that every state has to which a label leads. */
  #tagsAfter(label: string | undefined): readonly string[] {
    const states = [...(this.#leads.get(label ?? '') ?? [])].map((to) => this.#lts.states[to]!);
    const [first, ...others] = states;
    return first?.tags.filter((tag) => others.every(({ tags }) => tags.includes(tag))) ?? [];
  }

  /**
   * The state of the C after a step that leads the machine to `next`. A machine that never comes back
   * to where it began is called once, also where it is lost.
   */
  #after({ to }: CStep, next: number): number {
    const isEnd = next === LOST ? !this.#comesBack : this.#isEnd(next);
    return to === 0 && isEnd ? this.#end : to;
  }

  #isEnd(state: number): boolean {
    const { labels, next } = this.#lts;
    return next.subarray(state * labels.length, (state + 1) * labels.length).every((to) => to < 0);
  }

  #edge(at: number, label: string) {
    const id = this.#lts.labels.indexOf(label);
    if (at === LOST || id < 0) return undefined;
    return this.#lts.edges.get(at * this.#lts.labels.length + id);
  }
}

function only<T>(values: ReadonlySet<T> | undefined): T | undefined {
  return values?.size === 1 ? [...values][0] : undefined;
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
function stateNames({ pairs, steps }: Walk): string[] {
  const used = new Map<string, number>();
  return pairs.map(({ state }, pair) => {
    const name = pair === 0 ? 'idle' : `line_${steps[state]![0]?.place.line ?? 'end'}`;
    const times = (used.get(name) ?? 0) + 1;
    used.set(name, times);
    return times === 1 ? name : `${name}_${times}`;
  });
}
