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
 * Strongly connected components of the part of the graph that `within` selects with 1. `of[s]` is
 * the component of a selected state, -1 elsewhere; components are numbered in reverse topological
 * order: a transition never leads to a higher number.
 *
 * Pearce's algorithm (An Improved Algorithm for Finding the Strongly Connected Components of a
 * Directed Graph, 2005), which keeps one number for each state: 0 before it is met, then the lowest
 * number of those that it reaches and that have no component, and in the end what says its component,
 * which is higher than all these.
 *
 * @param found - called with each component, whose states are those of the stack from a place on
 */
export function components(
  graph: Graph,
  within?: Uint8Array,
  found?: (component: number, stack: readonly number[], from: number) => void,
): { readonly of: Int32Array; readonly count: number } {
  const { start, target, states } = graph;
  const lowest = new Int32Array(states);
  if (within) for (let s = 0; s < states; s++) lowest[s] = within[s] === 1 ? 0 : states + 1;
  /** States that were left and have no component yet. */
  const stack: number[] = [];
  /** States that are being left, with the transition that is next, and whether they reach a lower one. */
  const path: number[] = [];
  const cursor: number[] = [];
  const isFirst: boolean[] = [];
  let next = 1;
  let count = 0;
  for (let root = 0; root < states; root++) {
    if (lowest[root] === 0) enter(root);
    while (path.length > 0) leave();
  }
  for (let s = 0; s < states; s++) lowest[s] = states - lowest[s]!;
  return { of: lowest, count };

  function enter(state: number): void {
    lowest[state] = next++;
    path.push(state);
    cursor.push(start[state]!);
    isFirst.push(true);
  }

  /** Goes on with the last state of the path, into one that was not met, or leaves it. */
  function leave(): void {
    const top = path.length - 1;
    const state = path[top]!;
    const end = start[state + 1]!;
    let low = lowest[state]!;
    for (let edge = cursor[top]!; edge < end; edge++) {
      const reached = lowest[target[edge]!]!;
      if (reached === 0) {
        // Looked at again when it was left.
        cursor[top] = edge;
        if (low !== lowest[state]) isFirst[top] = false;
        lowest[state] = low;
        enter(target[edge]!);
        return;
      }
      if (reached < low) low = reached;
    }
    if (low !== lowest[state]) isFirst[top] = false;
    lowest[state] = low;
    path.pop();
    cursor.pop();
    stack.push(state);
    if (isFirst.pop()) close(low);
  }

  /** Takes a component from the stack: the states that reach no lower one than its first. */
  function close(low: number): void {
    let from = stack.length - 1;
    while (from > 0 && lowest[stack[from - 1]!]! >= low) from--;
    found?.(count, stack, from);
    for (let i = from; i < stack.length; i++) lowest[stack[i]!] = states - count;
    next -= stack.length - from;
    stack.length = from;
    count++;
  }
}
