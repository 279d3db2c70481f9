import { InputError } from '../base/errors.ts';
import { components, type Graph } from '../explore/graph.ts';
import { incoming, type LabelledGraph, type Path, type Transition } from './labelled-graph.ts';

/** Where the search for prime paths gives up. */
export interface PrimePathBounds {
  /** Most prime paths. */
  readonly paths?: number;
  /** Most transitions in all of them together. */
  readonly length?: number;
  /** Most transitions followed. */
  readonly work?: number;
}

/** All prime paths, or how many there are at least. */
export type PrimePaths =
  | { readonly kind: 'all'; readonly paths: readonly Path[] }
  | { readonly kind: 'at least'; readonly count: number; readonly reason: string };

/**
 * All prime paths (Ammann and Offutt), over transitions.
 *
 * A path is simple when no state occurs twice in it, except that its first may be its last (then
 * it is a cycle, and each state of the cycle starts one of its own). A simple path is prime when it
 * is no proper part of another simple path. As paths are sequences of transitions, two labels
 * between the same states make two prime paths where Ammann and Offutt, who count nodes, see one; a
 * self-loop is a cycle of length 1. A path has at least one transition.
 *
 * Where a bound is reached, none is listed: those found until then are a lower bound.
 */
export function findPrimePaths(graph: LabelledGraph, bounds: PrimePathBounds = {}): PrimePaths {
  const search = new PrimeSearch(graph, bounds);
  for (let start = 0; start < graph.outgoing.length; start++) {
    if (search.from(start)) continue;
    const { found, work } = search;
    const reason =
      `too many prime paths: stopped at ${found.length} of them after ${work} steps, ` +
      `in the paths from state ${start + 1} of ${graph.outgoing.length}`;
    return { kind: 'at least', count: Math.max(1, found.length), reason };
  }
  return { kind: 'all', paths: search.found };
}

/** The same. @throws InputError when a bound is reached, with how far it got; nothing is left out */
export function primePaths(graph: LabelledGraph, bounds: PrimePathBounds = {}): readonly Path[] {
  const found = findPrimePaths(graph, bounds);
  if (found.kind === 'all') return found.paths;
  throw new InputError(
    `'${graph.name}' has ${found.reason}; split the machine, or ask for transition pairs`,
  );
}

/** Depth first and without recursion: a path may be as long as the graph has states. */
class PrimeSearch {
  readonly found: Path[] = [];
  work = 0;
  readonly #outgoing: LabelledGraph['outgoing'];
  readonly #bounds: Required<PrimePathBounds>;
  readonly #into: Transition[][];
  readonly #component: Int32Array;
  readonly #onPath: Uint8Array;
  /** For each state on the path, how many of its transitions were tried. */
  readonly #tried: Int32Array;
  readonly #path: Transition[] = [];
  #length = 0;

  constructor(graph: LabelledGraph, bounds: PrimePathBounds) {
    this.#outgoing = graph.outgoing;
    this.#bounds = { paths: 20_000, length: 4_000_000, work: 50_000_000, ...bounds };
    this.#into = incoming(graph);
    this.#component = components(tableOf(graph)).of;
    this.#onPath = new Uint8Array(graph.outgoing.length);
    this.#tried = new Int32Array(graph.outgoing.length);
  }

  /**
   * Finds the prime paths that begin in a state. A path that is no cycle is prime only where all that
   * leads to its first state is on it, and so can be reached from there; elsewhere only cycles are
   * looked for, and those lie in the component of the state.
   *
   * @returns whether no bound was reached
   */
  from(start: number): boolean {
    const of = this.#component;
    const isOnlyCycles = this.#into[start]!.some(({ from }) => of[from] !== of[start]);
    const extended: boolean[] = [false];
    this.#onPath[start] = 1;
    this.#tried[start] = 0;
    for (let at = start; ; ) {
      const transition = this.#outgoing[at]![this.#tried[at]!++];
      if (transition === undefined) {
        if (!extended.pop() && !isOnlyCycles && !this.#keepWhole(start)) return false;
        this.#onPath[at] = 0;
        const last = this.#path.pop();
        if (last === undefined) return true;
        at = last.from;
        continue;
      }
      if (++this.work > this.#bounds.work) return false;
      const { to } = transition;
      if (isOnlyCycles && of[to] !== of[start]) continue;
      if (to !== start && this.#onPath[to] === 1) continue;
      extended[extended.length - 1] = true;
      this.#path.push(transition);
      if (to === start) {
        if (!this.#keep()) return false;
        this.#path.pop();
      } else {
        this.#onPath[to] = 1;
        this.#tried[to] = 0;
        extended.push(false);
        at = to;
      }
    }
  }

  /** Keeps a path that cannot go on, where it cannot have begun earlier either. */
  #keepWhole(start: number): boolean {
    const isWhole =
      this.#path.length > 0 && this.#into[start]!.every(({ from }) => this.#onPath[from] === 1);
    return !isWhole || this.#keep();
  }

  #keep(): boolean {
    this.#length += this.#path.length;
    this.found.push([...this.#path]);
    return this.found.length <= this.#bounds.paths && this.#length <= this.#bounds.length;
  }
}

/** A graph as the table of its transitions. */
function tableOf({ outgoing }: LabelledGraph): Graph {
  const start = new Int32Array(outgoing.length + 1);
  outgoing.forEach((leaving, state) => {
    start[state + 1] = start[state]! + leaving.length;
  });
  const all = outgoing.flat();
  return {
    states: outgoing.length,
    start,
    target: Int32Array.from(all, ({ to }) => to),
    vector: Int32Array.from(all, ({ label }) => label),
  };
}
