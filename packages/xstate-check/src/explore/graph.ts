import type { StateSpace } from './explore.ts';

/** The transitions of a state space: those of state s are `start[s] … start[s + 1] - 1`. */
export interface Graph {
  readonly states: number;
  readonly start: Int32Array;
  readonly target: Int32Array;
  readonly vector: Int32Array;
}

export function graphOf(space: StateSpace): Graph {
  const { table, stepper, states } = space;
  const start = new Int32Array(states + 1);
  const target = new Int32Array(space.transitions);
  const vector = new Int32Array(space.transitions);
  let edge = 0;
  const enter = (by: number, key: Int32Array) => {
    target[edge] = table.find(key);
    vector[edge++] = by;
  };
  for (let state = 0; state < states; state++) {
    stepper.each(table, state, enter);
    start[state + 1] = edge;
  }
  return { states, start, target, vector };
}

/**
 * Strongly connected components (Tarjan, iterative) of the part of the graph that `within`
 * selects. `of[s]` is the component of a selected state, -1 elsewhere; components are numbered in
 * reverse topological order: a transition never leads to a higher number.
 */
export function components(
  graph: Graph,
  within?: (state: number) => boolean,
  edgeAllowed?: (edge: number) => boolean,
): { readonly of: Int32Array; readonly count: number } {
  const of = new Int32Array(graph.states).fill(-1);
  const index = new Int32Array(graph.states);
  const low = new Int32Array(graph.states);
  const cursor = new Int32Array(graph.states);
  const stack: number[] = [];
  const path: number[] = [];
  let found = 0;
  let count = 0;
  for (let root = 0; root < graph.states; root++) {
    if (index[root] !== 0 || (within && !within(root))) continue;
    path.push(root);
    while (path.length > 0) {
      const state = path[path.length - 1]!;
      if (index[state] === 0) {
        index[state] = low[state] = ++found;
        cursor[state] = graph.start[state]!;
        stack.push(state);
      }
      const next = advance(state);
      if (next >= 0) {
        path.push(next);
        continue;
      }
      path.pop();
      if (low[state] === index[state]) {
        for (;;) {
          const member = stack.pop()!;
          of[member] = count;
          if (member === state) break;
        }
        count++;
      }
      const parent = path[path.length - 1];
      if (parent !== undefined) low[parent] = Math.min(low[parent]!, low[state]!);
    }
  }
  return { of, count };

  /** The next successor not yet visited, or -1 when all are done. */
  function advance(state: number): number {
    while (cursor[state]! < graph.start[state + 1]!) {
      const edge = cursor[state]!++;
      const to = graph.target[edge]!;
      if ((within && !within(to)) || (edgeAllowed && !edgeAllowed(edge))) continue;
      if (index[to] === 0) return to;
      if (of[to] === -1) low[state] = Math.min(low[state]!, index[to]!);
    }
    return -1;
  }
}
