import { Batch } from './batch.ts';
import type { StateSpace } from './explore.ts';

/** The transitions of a state space: those of state s are `start[s] … start[s + 1] - 1`. */
export interface Graph {
  readonly states: number;
  readonly start: Int32Array;
  readonly target: Int32Array;
  readonly vector: Int32Array;
}

/** Transitions that are looked up in the state table together. */
const BATCH = 256;

export function graphOf(space: StateSpace): Graph {
  const { table, stepper, states, product } = space;
  const start = new Int32Array(states + 1);
  const target = new Int32Array(space.transitions);
  const vector = new Int32Array(space.transitions);
  const batch = new Batch(table.words, BATCH + product.vectors.length);
  let edge = 0;
  for (let state = 0; state < states; ) {
    batch.count = 0;
    for (; state < states && batch.count < BATCH; state++) {
      stepper.expand(table, state, batch);
      start[state + 1] = edge + batch.count;
    }
    batch.hash();
    table.findAll(batch, target, edge);
    for (let i = 0; i < batch.count; i++) vector[edge + i] = batch.vector[i]!;
    edge += batch.count;
  }
  return { states, start, target, vector };
}

/**
 * Strongly connected components (Tarjan, iterative) of the part of the graph that `within`
 * selects with 1. `of[s]` is the component of a selected state, -1 elsewhere; components are numbered
 * in reverse topological order: a transition never leads to a higher number.
 *
 * @param found - called with each component, whose states are those of the stack from a place on
 */
export function components(
  graph: Graph,
  within?: Uint8Array,
  found?: (component: number, stack: readonly number[], from: number) => void,
): { readonly of: Int32Array; readonly count: number } {
  const { start, target } = graph;
  const of = new Int32Array(graph.states).fill(-1);
  const index = new Int32Array(graph.states);
  const low = new Int32Array(graph.states);
  const cursor = new Int32Array(graph.states);
  const stack: number[] = [];
  const path: number[] = [];
  let met = 0;
  let count = 0;
  for (let root = 0; root < graph.states; root++) {
    if (index[root] !== 0 || within?.[root] === 0) continue;
    path.push(root);
    while (path.length > 0) {
      const state = path[path.length - 1]!;
      if (index[state] === 0) {
        index[state] = low[state] = ++met;
        cursor[state] = start[state]!;
        stack.push(state);
      }
      const next = advance(state);
      if (next >= 0) {
        path.push(next);
        continue;
      }
      path.pop();
      if (low[state] === index[state]) close(state);
      const parent = path[path.length - 1];
      if (parent !== undefined) low[parent] = Math.min(low[parent]!, low[state]!);
    }
  }
  return { of, count };

  /** The next successor not yet visited, or -1 when all are done. */
  function advance(state: number): number {
    const end = start[state + 1]!;
    let lowest = low[state]!;
    for (let edge = cursor[state]!; edge < end; edge++) {
      const to = target[edge]!;
      if (within !== undefined && within[to] === 0) continue;
      if (index[to] === 0) {
        cursor[state] = edge + 1;
        low[state] = lowest;
        return to;
      }
      if (of[to] === -1) lowest = Math.min(lowest, index[to]!);
    }
    cursor[state] = end;
    low[state] = lowest;
    return -1;
  }

  /** Takes a component from the stack, of which this state was met first. */
  function close(first: number): void {
    const from = stack.lastIndexOf(first);
    for (let i = from; i < stack.length; i++) of[stack[i]!] = count;
    found?.(count, stack, from);
    stack.length = from;
    count++;
  }
}
