import { type Bounds, explore } from '../explore/explore.ts';
import { type Graph, graphOf } from '../explore/graph.ts';
import type { Run } from '../explore/run.ts';
import type { Product } from '../system/product.ts';
import type { Path, Transition } from './labelled-graph.ts';

/** A product with its states and transitions, made once and shared by all searches. */
export interface Explored {
  readonly product: Product;
  /** The transitions of a state are in the order of vectors. */
  readonly graph: Graph;
  /** `local[state * parts + part]`: the state of the part. */
  readonly local: Int32Array;
}

/**
 * Explores a product and numbers its states anew, breadth first in the order of vectors, so that
 * the numbers, and with them all suites, depend on the product alone and not on how the explorer
 * goes about it. The runs of suites have these numbers.
 *
 * @throws InputError when a bound is reached
 */
export function exploreForPaths(product: Product, bounds: Bounds = {}): Explored {
  const space = explore(product, bounds);
  const found = graphOf(space);
  const { graph, order } = canonical(found);
  const parts = product.parts.length;
  const local = new Int32Array(graph.states * parts);
  order.forEach((before, state) => {
    local.set(space.stepper.local(space.table, before), state * parts);
  });
  return { product, graph, local };
}

/** The graph with states numbered breadth first; `order[state]` is the number it had before. */
function canonical(graph: Graph): { readonly graph: Graph; readonly order: readonly number[] } {
  const start = new Int32Array(graph.states + 1);
  const target = new Int32Array(graph.target.length);
  const vector = new Int32Array(graph.target.length);
  const numberOf = new Int32Array(graph.states).fill(-1);
  const order = [0];
  const edges: number[] = [];
  numberOf[0] = 0;
  let next = 0;
  for (let state = 0; state < order.length; state++) {
    for (const edge of edgesByVector(graph, order[state]!, edges)) {
      const to = graph.target[edge]!;
      if (numberOf[to] === -1) numberOf[to] = order.push(to) - 1;
      target[next] = numberOf[to]!;
      vector[next++] = graph.vector[edge]!;
    }
    start[state + 1] = next;
  }
  return { graph: { states: graph.states, start, target, vector }, order };
}

/** Into an array that the next call overwrites: a state has few transitions, nearly in order. */
function edgesByVector({ start, vector }: Graph, state: number, edges: number[]): number[] {
  edges.length = 0;
  for (let edge = start[state]!; edge < start[state + 1]!; edge++) {
    let at = edges.push(edge) - 1;
    for (; at > 0 && vector[edges[at - 1]!]! > vector[edge]!; at--) edges[at] = edges[at - 1]!;
    edges[at] = edge;
  }
  return edges;
}

/** What is seen of the transitions of a product from one part, or from all of it. */
export interface Projection {
  /** For each transition of the product the step that is seen, or -1. */
  readonly step: Int32Array;
  /** For each state of the product the place where it is seen to be. */
  readonly place: Int32Array;
  readonly places: number;
  /** The step that a transition of the part, or of the product, is seen as. */
  readonly stepOf: (transition: Transition) => number;
  /** The place in which a step ends. */
  readonly endOf: (step: number) => number;
}

/** The steps in which a part takes part, as transitions of its machine. */
export function ontoPart({ product, graph, local }: Explored, part: number): Projection {
  const lts = product.ltss[part]!;
  const width = lts.labels.length;
  const taken = product.vectors.map(
    (vector) => vector.participants.find((participant) => participant.part === part)?.local,
  );
  const place = Int32Array.from(
    { length: graph.states },
    (_, state) => local[state * product.parts.length + part]!,
  );
  const step = new Int32Array(graph.target.length).fill(-1);
  for (let state = 0; state < graph.states; state++) {
    for (let edge = graph.start[state]!; edge < graph.start[state + 1]!; edge++) {
      const label = taken[graph.vector[edge]!]?.[place[state]!];
      if (label !== undefined && label >= 0) step[edge] = place[state]! * width + label;
    }
  }
  return {
    step,
    place,
    places: lts.states.length,
    stepOf: ({ from, label }) => from * width + label,
    endOf: (step) => lts.next[step]!,
  };
}

/** Every transition of the product is seen. */
export function ontoSystem({ graph }: Explored): Projection {
  const edgeOf = ({ from, label }: Transition) => {
    const end = graph.start[from + 1]!;
    for (let edge = graph.start[from]!; edge < end; edge++) {
      if (graph.vector[edge] === label) return edge;
    }
    return -1;
  };
  return {
    step: Int32Array.from(graph.target.keys()),
    place: Int32Array.from({ length: graph.states }, (_, state) => state),
    places: graph.states,
    stepOf: edgeOf,
    endOf: (step) => graph.target[step]!,
  };
}

/** A run as a path of the product: labels are the numbers of its vectors. */
export function systemPath(run: Run): Path {
  return run.vectors.map((label, i) => ({ from: run.states[i]!, label, to: run.states[i + 1]! }));
}

/** The path of a part's machine that a run takes it along; steps of other parts are left out. */
export function partPath({ product, local }: Explored, run: Run, part: number): Path {
  const at = (i: number) => local[run.states[i]! * product.parts.length + part]!;
  return run.vectors.flatMap((vector, i) => {
    const own = product.vectors[vector]!.participants.find((p) => p.part === part);
    const label = own?.local[at(i)] ?? -1;
    return label < 0 ? [] : [{ from: at(i), label, to: at(i + 1) }];
  });
}
