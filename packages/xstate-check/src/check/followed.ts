import type { Graph } from '../explore/graph.ts';
import { StateTable } from '../explore/state-table.ts';
import type { Lts } from '../lts/lts.ts';

/** What a contract is told of a step. */
export interface Decided {
  /** For each vector the label of the contract that it decides, or -1. */
  readonly labelOf: Int32Array;
  /** Deterministic, with a last state for what it does not allow. */
  readonly contract: Lts;
}

/**
 * Follows all runs of a graph through a contract. Most states are met with one state of the contract,
 * which is noted beside them: only others are looked up in a table.
 *
 * @param most - pairs beyond one for each state that are followed
 * @returns the vectors that runs take; nothing where the contract refuses a step, or there are more pairs
 */
export function followed(graph: Graph, decided: Decided, most: number): Set<number> | undefined {
  const walk = new Following(graph, decided);
  for (let state = 0; state < graph.states; state++) {
    if (!walk.leave(state, walk.first[state]!)) return undefined;
  }
  const { others } = walk;
  for (let pair = 0; pair < others.count; pair++) {
    if (others.count > most) return undefined;
    if (!walk.leave(others.states[pair * 2]!, others.states[pair * 2 + 1]!)) return undefined;
  }
  return new Set([...walk.taken.keys()].filter((vector) => walk.taken[vector] === 1));
}

class Following {
  readonly #graph: Graph;
  readonly #decided: Decided;
  /**
   * The state of the contract with which each state is met first. A state is reached from one with a
   * lower number, so that this is known when states are left in their order.
   */
  readonly first: Int32Array;
  /** Pairs of a state and another state of the contract. */
  readonly others = new StateTable(2);
  /** 1 for each vector that some run takes. */
  readonly taken: Uint8Array;
  readonly #pair = new Int32Array(2);

  constructor(graph: Graph, decided: Decided) {
    this.#graph = graph;
    this.#decided = decided;
    this.first = new Int32Array(graph.states).fill(-1);
    this.first[0] = 0;
    this.taken = new Uint8Array(decided.labelOf.length);
  }

  /** Takes the transitions of a state that is met with this one of the contract; false where one is refused. */
  leave(state: number, before: number): boolean {
    const { start, target, vector } = this.#graph;
    const { labelOf, contract } = this.#decided;
    const refused = contract.states.length - 1;
    const { first, taken } = this;
    for (let edge = start[state]!; edge < start[state + 1]!; edge++) {
      const by = vector[edge]!;
      const label = labelOf[by]!;
      const after = label < 0 ? before : contract.next[before * contract.labels.length + label]!;
      if (after === refused) return false;
      taken[by] = 1;
      const to = target[edge]!;
      if (first[to] === -1) first[to] = after;
      else if (first[to] !== after) this.#meetAgain(to, after);
    }
    return true;
  }

  #meetAgain(state: number, contract: number): void {
    this.#pair[0] = state;
    this.#pair[1] = contract;
    this.others.add(this.#pair, -1, -1);
  }
}
