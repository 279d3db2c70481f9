import type { SequentialGraph, WholeCall } from './sequential.ts';

/** Calls that follow one another, from the state in which nothing has happened yet. */
export type CallPath = readonly WholeCall[];

/** What a path is to begin with, where it can: without it most states say nothing. */
export type Beginning = readonly string[];

/**
 * Paths that together take every transition of every machine that user space reaches by itself.
 * Each is the shortest way to a call; those that take nothing new are left out.
 */
export function choosePaths(graph: SequentialGraph, beginning: Beginning): CallPath[] {
  const [begun, fresh] = candidatesOf(graph, beginning);
  const open = new Set([...begun, ...fresh].flatMap(takes));
  const chosen = [...cover(begun, open), ...cover(fresh, open)];
  return inOrder(withoutSurplus(chosen), [...begun, ...fresh]);
}

/** Takes the most that is open with each path, until none takes any of it; that is open no more. */
function cover(candidates: readonly CallPath[], open: Set<number>): CallPath[] {
  const chosen: CallPath[] = [];
  for (;;) {
    const best = candidates
      .map((path) => ({ path, worth: new Set(takes(path).filter((one) => open.has(one))).size }))
      .reduce((a, b) => (isBetter(b, a) ? b : a));
    if (best.worth === 0) return chosen;
    chosen.push(best.path);
    for (const one of takes(best.path)) open.delete(one);
  }
}

interface Worth {
  readonly path: CallPath;
  readonly worth: number;
}

function isBetter(a: Worth, b: Worth): boolean {
  if (a.worth !== b.worth) return a.worth > b.worth;
  return a.path.length < b.path.length;
}

function takes(path: CallPath): number[] {
  return path.flatMap((call) => call.takes);
}

/** Ways to every call: those that have the beginning, and those from nothing. */
function candidatesOf(graph: SequentialGraph, beginning: Beginning): [CallPath[], CallPath[]] {
  const begun: WholeCall[] = [];
  for (const name of beginning) {
    const state = begun.at(-1)?.to ?? 0;
    begun.push(graph.calls.get(state)!.find(({ call }) => call === name)!);
  }
  return [waysToCalls(graph, begun), waysToCalls(graph, [])];
}

function waysToCalls(graph: SequentialGraph, prefix: CallPath): CallPath[] {
  return [...shortestWays(graph, prefix)].flatMap(([state, way]) =>
    graph.calls.get(state)!.map((call) => [...way, call]),
  );
}

/** The shortest way to each state that can be reached after a prefix, nearest first. */
function shortestWays(graph: SequentialGraph, prefix: CallPath): Map<number, CallPath> {
  const ways = new Map([[prefix.at(-1)?.to ?? 0, prefix]]);
  for (const [state, way] of ways) {
    for (const call of graph.calls.get(state)!) {
      if (!ways.has(call.to)) ways.set(call.to, [...way, call]);
    }
  }
  return ways;
}

/** What was chosen early may take only what the others take too. */
function withoutSurplus(chosen: readonly CallPath[]): CallPath[] {
  let kept = [...chosen];
  for (const path of [...chosen].sort((a, b) => b.length - a.length)) {
    const others = kept.filter((other) => other !== path);
    const taken = new Set(others.flatMap(takes));
    if (takes(path).every((one) => taken.has(one))) kept = others;
  }
  return kept;
}

function inOrder(chosen: readonly CallPath[], candidates: readonly CallPath[]): CallPath[] {
  const rank = new Map(candidates.map((path, i) => [path, i]));
  return [...chosen].sort((a, b) => a.length - b.length || rank.get(a)! - rank.get(b)!);
}
