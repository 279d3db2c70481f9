import type { Graph } from '../explore/graph.ts';
import { ofThisThread } from '../explore/memory.ts';
import type { Projection } from './projection.ts';
import type { Recogniser } from './recogniser.ts';

/** A state of the product, and what the recogniser has seen of the way to it. */
export interface Position {
  readonly state: number;
  readonly node: number;
}

/** The initial state, with nothing seen yet. */
export const START: Position = { state: 0, node: 0 };

/** Positions for which there is room at first. */
const FIRST = 1024;

/**
 * Searches runs breadth first over positions. A node of the recogniser fixes the place that is seen
 * (its last step ends there), so positions are numbered without gaps: those of node n start at
 * `base[n]`.
 */
export class Search {
  readonly #graph: Graph;
  readonly #projection: Projection;
  readonly #recogniser: Recogniser;
  readonly #base: Float64Array;
  readonly #rank: Int32Array;
  readonly #seen: Int32Array;
  #round = 0;
  /** The positions of this run in the order in which they were met, by what, and from which. */
  #states: Int32Array = new Int32Array(FIRST);
  #nodes: Int32Array = new Int32Array(FIRST);
  #before: Int32Array = new Int32Array(FIRST);
  #by: Int32Array = new Int32Array(FIRST);
  #met = 0;

  constructor(graph: Graph, projection: Projection, recogniser: Recogniser) {
    this.#graph = graph;
    this.#projection = projection;
    this.#recogniser = recogniser;
    const size = new Int32Array(projection.places);
    this.#rank = projection.place.map((place) => size[place]!++);
    this.#base = new Float64Array(recogniser.lastStep.length);
    let positions = graph.states;
    recogniser.lastStep.forEach((step, node) => {
      if (node === 0) return;
      this.#base[node] = positions;
      positions += size[projection.endOf(step)]!;
    });
    this.#seen = new Int32Array(positions);
  }

  /**
   * Visits every position that can be reached from `from` in at most `most` steps, the nearest
   * first, until `visit` says that it is enough.
   *
   * @param visit - is given the node, and a number for {@link edgesTo} and {@link positionAt}
   * @returns the number for which `visit` returned true, or -1
   */
  run(from: Position, most: number, visit: (node: number, at: number) => boolean): number {
    this.#begin(from);
    const { start, target } = this.#graph;
    let levelEnd = 1;
    let depth = 0;
    for (let at = 0; at < this.#met; at++) {
      if (at === levelEnd) {
        levelEnd = this.#met;
        depth++;
      }
      if (depth >= most) return -1;
      const state = this.#states[at]!;
      for (let edge = start[state]!; edge < start[state + 1]!; edge++) {
        const node = this.#after(this.#nodes[at]!, edge);
        const found = this.#add(target[edge]!, node, at, edge);
        if (found >= 0 && visit(node, found)) return found;
      }
    }
    return -1;
  }

  /** The transitions of the product that lead to a position of the last run, from its start. */
  edgesTo(at: number): number[] {
    const edges: number[] = [];
    for (let i = at; i > 0; i = this.#before[i]!) edges.push(this.#by[i]!);
    return edges.reverse();
  }

  positionAt(at: number): Position {
    return { state: this.#states[at]!, node: this.#nodes[at]! };
  }

  /** Follows transitions; `visit` is given each node that is entered and how many steps led to it. */
  follow(from: Position, edges: readonly number[], visit: (node: number, steps: number) => void) {
    let { state, node } = from;
    edges.forEach((edge, i) => {
      node = this.#after(node, edge);
      state = this.#graph.target[edge]!;
      visit(node, i + 1);
    });
    return { state, node };
  }

  #after(node: number, edge: number): number {
    const step = this.#projection.step[edge]!;
    return step < 0 ? node : this.#recogniser.next(node, step);
  }

  #begin(from: Position): void {
    this.#round++;
    this.#met = 0;
    this.#add(from.state, from.node, -1, -1);
  }

  /** The number of a position that is new in this run, or -1. */
  #add(state: number, node: number, before: number, by: number): number {
    const position = node === 0 ? state : this.#base[node]! + this.#rank[state]!;
    if (this.#seen[position] === this.#round) return -1;
    this.#seen[position] = this.#round;
    const at = this.#met++;
    if (at === this.#states.length) this.#lengthen();
    this.#states[at] = state;
    this.#nodes[at] = node;
    this.#before[at] = before;
    this.#by[at] = by;
    return at;
  }

  #lengthen(): void {
    const length = this.#states.length * 4;
    this.#states = ofThisThread.lengthen(this.#states, length);
    this.#nodes = ofThisThread.lengthen(this.#nodes, length);
    this.#before = ofThisThread.lengthen(this.#before, length);
    this.#by = ofThisThread.lengthen(this.#by, length);
  }
}
