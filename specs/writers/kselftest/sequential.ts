import { BEGIN, type Explored, plainLabel } from 'xstate-check';

/** One call of user space from its beginning to its return, with nobody else calling meanwhile. */
export interface WholeCall {
  /** As the tests call it, without beginning and outcome: `dev[0].write_command(MEM=0)`. */
  readonly call: string;
  /** What it returns: `ok` or an errno; `ok` too for what returns nothing. */
  readonly answer: string;
  /** Everything that happens from beginning to return, in order. */
  readonly labels: readonly string[];
  /** The transitions of machines that are taken, each a number of its own. */
  readonly takes: readonly number[];
  readonly from: number;
  readonly to: number;
}

/** The states in which no call is under way, and the calls that lead from one to the next. */
export interface SequentialGraph {
  readonly calls: ReadonlyMap<number, readonly WholeCall[]>;
}

/** Who acts in a step, and what a test cannot bring about. */
export interface SequentialRules {
  /** Whether user space does the step, or the kernel. */
  readonly performed: (vector: number) => boolean;
  /** Whether the step happens only where somebody provokes it. */
  readonly provoked: (label: string) => boolean;
}

/**
 * What one thread of user space sees of a system: it makes a call, waits for it to return and makes
 * the next. Every step between is the kernel's.
 */
export function sequentialGraph(explored: Explored, rules: SequentialRules): SequentialGraph {
  const calls = new Map<number, WholeCall[]>();
  const waiting = [0];
  while (waiting.length > 0) {
    const state = waiting.pop()!;
    if (calls.has(state)) continue;
    const made = callsFrom(explored, rules, state);
    calls.set(state, made);
    waiting.push(...made.map(({ to }) => to));
  }
  return { calls };
}

function callsFrom(explored: Explored, rules: SequentialRules, state: number): WholeCall[] {
  const { product } = explored;
  const begun = edgesFrom(explored, state).filter(({ vector }) => rules.performed(vector));
  return begun.flatMap(({ vector, to }) => {
    const { label } = product.vectors[vector]!;
    const { call, outcome } = plain(label);
    const first = { labels: [label], takes: takenBy(explored, state, vector), to };
    const ends = outcome === BEGIN ? returnsOf(explored, rules, call, first) : [first];
    return ends.map((end) => ({
      call,
      answer: plain(end.labels.at(-1)!).outcome,
      ...end,
      from: state,
    }));
  });
}

/** A label without variant and thread: what is called, and what comes of it. */
function plain(label: string): { call: string; outcome: string } {
  const [call = label, outcome = 'ok'] = plainLabel(label).split(':');
  return { call, outcome };
}

interface Stretch {
  readonly labels: readonly string[];
  readonly takes: readonly number[];
  readonly to: number;
}

/** The ways in which a call that has begun returns; the shortest for each answer and state. */
function returnsOf(
  explored: Explored,
  rules: SequentialRules,
  call: string,
  begun: Stretch,
): Stretch[] {
  const ends = new Map<string, Stretch>();
  const seen = new Set([begun.to]);
  for (let front: Stretch[] = [begun]; front.length > 0; ) {
    const next: Stretch[] = [];
    for (const stretch of front) {
      for (const { vector, to } of edgesFrom(explored, stretch.to)) {
        const { label } = explored.product.vectors[vector]!;
        if (rules.performed(vector) || rules.provoked(label)) continue;
        const longer = {
          labels: [...stretch.labels, label],
          takes: [...stretch.takes, ...takenBy(explored, stretch.to, vector)],
          to,
        };
        const key = `${label} ${to}`;
        if (plain(label).call === call) ends.set(key, ends.get(key) ?? longer);
        else if (!seen.has(to)) {
          seen.add(to);
          next.push(longer);
        }
      }
    }
    front = next;
  }
  return [...ends.values()];
}

function edgesFrom({ graph }: Explored, state: number): { vector: number; to: number }[] {
  const start = graph.start[state]!;
  return Array.from({ length: graph.start[state + 1]! - start }, (_, i) => ({
    vector: graph.vector[start + i]!,
    to: graph.target[start + i]!,
  }));
}

/** The transitions of machines that make up a step, numbered over all parts. */
function takenBy({ product, local }: Explored, state: number, vector: number): number[] {
  const width = product.parts.length;
  return product.vectors[vector]!.participants.map(({ part, local: labels }) => {
    const at = local[state * width + part]!;
    const before = product.ltss
      .slice(0, part)
      .reduce((sum, lts) => sum + lts.states.length * lts.labels.length, 0);
    return before + at * product.ltss[part]!.labels.length + labels[at]!;
  });
}
