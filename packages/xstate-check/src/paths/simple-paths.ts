import type { LabelledGraph, Path, Transition } from './labelled-graph.ts';

/** All simple paths from the initial state, or how many there are. */
export type SimplePaths =
  | { readonly kind: 'all'; readonly count: bigint; readonly paths: readonly Path[] }
  | { readonly kind: 'counted'; readonly count: bigint; readonly reason: string }
  | { readonly kind: 'at least'; readonly count: bigint; readonly reason: string };

/** Where listing and counting give up. */
export interface SimplePathBounds {
  /** Most paths that are listed. */
  readonly paths?: number;
  /** Most transitions followed while counting. */
  readonly work?: number;
}

/**
 * The simple paths from the initial state: those in which no state occurs twice, one for each
 * choice of labels, so without self-loops and cycles. The empty path, which ends in the initial
 * state, is one of them. This is what `getSimplePaths` of `xstate/graph` counts.
 *
 * Where there are more than `paths`, they are counted; where that takes more than `work`, the count
 * is a lower bound: of the paths it stands for, each exists.
 */
export function simplePaths(graph: LabelledGraph, bounds: SimplePathBounds = {}): SimplePaths {
  const mostPaths = bounds.paths ?? 2_000;
  const paths = listed(graph, mostPaths);
  if (paths !== undefined) return { kind: 'all', count: BigInt(paths.length), paths };
  const mostWork = bounds.work ?? 5_000_000;
  const { count, complete } = counted(graph, mostWork);
  const more = `more than ${mostPaths} simple paths, which are too many to list`;
  return complete
    ? { kind: 'counted', count, reason: more }
    : {
        kind: 'at least',
        count,
        reason: `${more}, and counting stopped after following ${mostWork} transitions`,
      };
}

/** Depth first; `undefined` when there are more than `most`. */
function listed(graph: LabelledGraph, most: number): Path[] | undefined {
  const onPath = new Uint8Array(graph.outgoing.length);
  const tried = new Int32Array(graph.outgoing.length);
  const path: Transition[] = [];
  const paths: Path[] = [[]];
  onPath[0] = 1;
  for (let at = 0; paths.length <= most; ) {
    const transition = graph.outgoing[at]![tried[at]!++];
    if (transition === undefined) {
      onPath[at] = 0;
      const last = path.pop();
      if (last === undefined) return paths;
      at = last.from;
    } else if (!onPath[transition.to]) {
      path.push(transition);
      paths.push([...path]);
      at = transition.to;
      onPath[at] = 1;
      tried[at] = 0;
    }
  }
  return undefined;
}

/** A state from which simple paths are counted, and what is known of them so far. */
interface Situation {
  readonly key: string;
  readonly open: Uint8Array;
  readonly leaving: readonly Transition[];
  tried: number;
  count: bigint;
}

/**
 * Counts without listing. How a simple path can go on depends on where it is and on which states
 * can still be reached without one that it has been in, so equal situations are counted once.
 * When the work runs out, a situation not yet counted stands for the one path that ends in it.
 */
function counted(graph: LabelledGraph, mostWork: number): { count: bigint; complete: boolean } {
  const states = graph.outgoing.length;
  const known = new Map<string, bigint>();
  const stack: Situation[] = [];
  let work = 0;

  /** The states that can be reached from `state` within `allowed`, itself left out. */
  const reachable = (state: number, allowed: Uint8Array): Uint8Array => {
    const reached = new Uint8Array(states);
    const open = [state];
    while (open.length > 0) {
      for (const { to } of graph.outgoing[open.pop()!]!) {
        work++;
        if (to === state || !allowed[to] || reached[to]) continue;
        reached[to] = 1;
        open.push(to);
      }
    }
    return reached;
  };

  /** The number of paths where it is known; else it is found out next. */
  const ask = (state: number, allowed: Uint8Array): bigint => {
    if (work > mostWork) return 1n;
    const open = reachable(state, allowed);
    const key = `${state}:${Buffer.from(open).toString('latin1')}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    stack.push({ key, open, leaving: graph.outgoing[state]!, tried: 0, count: 1n });
    return 0n;
  };

  let count = ask(0, new Uint8Array(states).fill(1));
  while (stack.length > 0) {
    const situation = stack.at(-1)!;
    const transition = situation.leaving[situation.tried++];
    if (transition === undefined) {
      stack.pop();
      ({ count } = situation);
      if (work <= mostWork) known.set(situation.key, count);
      const above = stack.at(-1);
      if (above !== undefined) above.count += count;
    } else if (situation.open[transition.to]) {
      situation.count += ask(transition.to, situation.open);
    }
  }
  return { count, complete: work <= mostWork };
}
