/**
 * The labelled transition system (LTS) that a machine denotes, as integer tables.
 *
 * States and labels are numbered from 0 in the order in which they are found or declared; state 0
 * is the initial state. An LTS is deterministic: a state has at most one transition for a label.
 */
export interface Lts {
  readonly name: string;
  /** The alphabet: every declared label, also one that never happens. */
  readonly labels: readonly string[];
  readonly states: readonly LtsState[];
  /** `next[state * labels.length + label]` is the state reached, or -1. */
  readonly next: Int32Array;
  /** What the machine says about the transition, by the same index as `next`. */
  readonly edges: ReadonlyMap<number, LtsEdge>;
}

export interface LtsState {
  /** Readable and unique within the machine: `unwind (i=1)`. */
  readonly name: string;
  /** Dotted paths of all active state nodes, ancestors first. */
  readonly nodes: readonly string[];
  readonly context: Readonly<Record<string, unknown>>;
  readonly tags: readonly string[];
  /** The `meta` of the active state nodes, merged, inner over outer. */
  readonly meta: Readonly<Record<string, unknown>>;
  /** The machine is done: it has reached a final state and takes nothing more. */
  readonly done?: boolean;
  /** It has failed by an actor's error that nobody takes, and takes nothing more. */
  readonly failed?: boolean;
}

export interface LtsEdge {
  /**
   * The transitions of the machine that are taken, each with the node where it is written: first
   * those that answer the label (one, or one per parallel region), then the eventless ones (event
   * `''`) and those of raised events that complete the step.
   */
  readonly via: readonly { readonly node: string; readonly event: string }[];
  /** The contract label that this step decides, if it says so. */
  readonly commits?: string;
  /** The `meta` of the transitions in `via`, merged, later over earlier. */
  readonly meta: Readonly<Record<string, unknown>>;
}

/**
 * Where a transition is written, by its `meta`: what it says itself, else the line of the source that
 * it was made of.
 */
export function sourceOf(meta: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const written = meta?.source ?? meta?.place;
  return typeof written === 'string' ? written : undefined;
}

/** All transitions of the LTS, in the order of states and labels. */
export function* transitionsOf(
  lts: Lts,
): Generator<{ from: number; label: number; to: number; edge: LtsEdge }> {
  const width = lts.labels.length;
  for (let from = 0; from < lts.states.length; from++) {
    for (let label = 0; label < width; label++) {
      const index = from * width + label;
      const to = lts.next[index]!;
      if (to >= 0) yield { from, label, to, edge: lts.edges.get(index)! };
    }
  }
}

/** Whether the state has the tag, or is in the state node with this dotted path. */
export function isIn(state: LtsState, what: string): boolean {
  return what.startsWith('#') ? state.tags.includes(what.slice(1)) : state.nodes.includes(what);
}
