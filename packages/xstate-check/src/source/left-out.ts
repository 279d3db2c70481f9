import type { AnyStateMachine } from 'xstate';
import { flatten } from '../lts/flatten.ts';
import type { Lts } from '../lts/lts.ts';
import type { Place } from './ast.ts';
import { type Comparison, compare, type Difference, offersOfMachine } from './compare.ts';
import { finder, LOST, nextOf } from './found.ts';
import type { CGraph, CStep } from './graph.ts';
import type { AcceptedDifference } from './judge-source.ts';
import { minimised, reachable } from './minimise.ts';

/** What of the C, or of the machine, is as it is known to be in the other. */
export interface LeftOut {
  /** Steps that only the C has, and that are left out where it stands in a system. */
  readonly c: readonly { readonly label: string; readonly place: Place }[];
  /** Steps that only the machine has, and that it keeps there. */
  readonly machineOnly: readonly string[];
  readonly reason: string;
  /** What is known of it. */
  readonly accepted: AcceptedDifference;
}

/** The C as it stands in a system, and what of it does not. */
export interface Fitted {
  readonly graph: CGraph;
  readonly leftOut: readonly LeftOut[];
}

/** Where no line of C is. */
const NOWHERE: Place = { file: '', line: 0 };

/**
 * The C without what it is known to do and the machine does not, and with what the machine is known
 * to do and is none of the function's: what is accepted where both are compared breaks no rule where
 * the C stands in the machine's place. Nothing is left out where the C does nothing else.
 */
export function fitted(
  graph: CGraph,
  like: AnyStateMachine,
  accepted: readonly AcceptedDifference[],
): Fitted {
  const own = accepted.filter(({ machine }) => machine === like.id);
  if (own.length === 0) return { graph, leftOut: [] };
  const lts = flatten(like);
  const { differences, where } = compare(
    graph,
    offersOfMachine(lts, () => false),
  );
  const parts = differences.map((difference, i) => ({
    difference,
    states: where[i]!,
    ...partingOf(own, difference),
  }));
  const leftOut = parts.flatMap(({ out }) => out ?? []);
  if (leftOut.length === 0) return { graph, leftOut };
  const steps = new Fitting(graph.steps, lts, parts, own).steps();
  return { graph: minimised({ ...graph, steps }), leftOut };
}

interface Parting {
  readonly difference: Difference;
  readonly states: Comparison['where'][number];
  readonly out?: LeftOut;
}

/** What of a difference is accepted. */
function partingOf(
  accepted: readonly AcceptedDifference[],
  { run, c, other }: Difference,
): Pick<Parting, 'out'> {
  const isAfter = accepted.filter(({ after }) => plain(after) === plain(run.at(-1) ?? ''));
  const has = (all: readonly { readonly label: string }[], label: string) =>
    all.some((one) => one.label === label);
  for (const one of isAfter) {
    const cut = c.filter(
      ({ label }) => !has(other, label) && one.c.map(plain).includes(plain(label)),
    );
    const kept = other.filter(
      ({ label }) => !has(c, label) && one.machineOnly.map(plain).includes(plain(label)),
    );
    // A thread that can do nothing else would hang, which the C does not.
    const hangs = cut.length === c.length && kept.length === 0;
    if (cut.length + kept.length === 0 || hangs) continue;
    const machineOnly = kept.map(({ label }) => label);
    return { out: { c: cut, machineOnly, reason: one.reason, accepted: one } };
  }
  return {};
}

const plain = (label: string) => label.replace(/\[\d+\]/g, '[]');

/** Where the C is and where the machine; which of them goes on by itself, and from where. */
interface Pair {
  readonly state: number;
  readonly at: number;
  /** Where the machine left the C behind; it comes back to it there. */
  readonly alone?: number;
  /** The label that led there, where something is accepted after it. */
  readonly by?: string | undefined;
}

/** The C and the machine, walked together. */
class Fitting {
  readonly #c: CGraph['steps'];
  readonly #lts: Lts;
  readonly #found: (step: CStep) => number;
  /** By state of the C, state of the machine and label: whether every way there says it is left out. */
  readonly #cut = new Map<string, boolean>();
  readonly #kept = new Map<string, boolean>();
  readonly #pairs: Pair[] = [];
  readonly #numbers = new Map<string, number>();

  readonly #accepted: readonly AcceptedDifference[];

  constructor(
    c: CGraph['steps'],
    lts: Lts,
    parts: readonly Parting[],
    accepted: readonly AcceptedDifference[],
  ) {
    this.#c = c;
    this.#lts = lts;
    this.#accepted = accepted;
    this.#found = finder(c, lts);
    for (const one of parts) this.#note(one);
  }

  steps(): CGraph['steps'] {
    const steps: CStep[][] = [];
    this.#arrive({ state: 0, at: 0 });
    for (let at = 0; at < this.#pairs.length; at++) steps.push(this.#from(this.#pairs[at]!));
    return withoutEnds(steps, this.#pairs, this.#c);
  }

  #note({ difference: { c, other }, states, out }: Parting): void {
    const say = (all: Map<string, boolean>, key: string, is: boolean) =>
      all.set(key, is && all.get(key) !== false);
    const has = (all: readonly { readonly label: string }[], label: string) =>
      all.some((one) => one.label === label);
    for (const state of states.c) {
      for (const at of states.other) {
        for (const { label } of c.filter((one) => !has(other, one.label)))
          say(this.#cut, `${state} ${at} ${label}`, out !== undefined && has(out.c, label));
        for (const { label } of other.filter((one) => !has(c, one.label))) {
          const isKept = out?.machineOnly.includes(label) === true;
          say(this.#kept, `${state} ${at} ${label}`, isKept);
        }
      }
    }
  }

  #from({ state, at, alone, by }: Pair): CStep[] {
    if (alone !== undefined) return this.#ofMachine(state, at, alone, () => true);
    // A function that is called once is not called again.
    if (state === 0 && at === LOST && !this.#lts.next.includes(0)) return [];
    const own = this.#c[state]!.flatMap((step) => {
      const { label } = step;
      // When it is called is not the function's own.
      if (state === 0 && label !== undefined && nextOf(this.#lts, at, label) === LOST) return [];
      if (label !== undefined && this.#cut.get(`${state} ${at} ${label}`) === true) return [];
      const next = label === undefined ? at : nextOf(this.#lts, at, label);
      if (label !== undefined && next === LOST && this.#isAccepted({ state, at, by }, label)) {
        return [];
      }
      const to = next === LOST ? this.#found(step) : next;
      const led = label === undefined ? by : this.#after(label);
      return [{ ...step, to: this.#arrive({ state: step.to, at: to, by: led }) }];
    });
    const isKept = (label: string) => this.#kept.get(`${state} ${at} ${label}`) === true;
    return at === LOST ? own : [...own, ...this.#ofMachine(state, at, at, isKept)];
  }

  /** A label after which something is accepted. */
  #after(label: string): string | undefined {
    return this.#accepted.some(({ after }) => plain(after) === plain(label)) ? label : undefined;
  }

  /** What is accepted after a label where the two, compared from the beginning, never came to. */
  #isAccepted({ state, at, by }: Pair, label: string): boolean {
    if (by === undefined || at === LOST || this.#cut.has(`${state} ${at} ${label}`)) return false;
    return this.#accepted.some(
      ({ after, c }) => plain(after) === plain(by) && c.map(plain).includes(plain(label)),
    );
  }

  /** Steps of the machine alone, until it is where it left the C. */
  #ofMachine(
    state: number,
    at: number,
    alone: number,
    isMeant: (label: string) => boolean,
  ): CStep[] {
    return this.#lts.labels.filter(isMeant).flatMap((label) => {
      const next = nextOf(this.#lts, at, label);
      if (next === LOST) return [];
      const to = this.#arrive(next === alone ? { state, at: next } : { state, at: next, alone });
      return [{ label, place: NOWHERE, to }];
    });
  }

  #arrive(pair: Pair): number {
    const key = `${pair.state} ${pair.at} ${pair.alone} ${pair.by}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.#pairs.length);
    return this.#pairs.push(pair) - 1;
  }
}

/** Without steps that lead only to what was left out. */
function withoutEnds(
  steps: readonly (readonly CStep[])[],
  pairs: readonly Pair[],
  c: CGraph['steps'],
): CGraph['steps'] {
  const isLeftOut = (own: readonly CStep[], { state }: Pair) =>
    own.length === 0 && state !== 0 && c[state]!.length > 0;
  let left = steps.map((own) => [...own]);
  for (;;) {
    const isEnd = left.map((own, i) => isLeftOut(own, pairs[i]!));
    const fewer = left.map((own) => own.filter(({ to }) => !isEnd[to]));
    if (fewer.every((own, i) => own.length === left[i]!.length)) return reachable(left);
    left = fewer;
  }
}
