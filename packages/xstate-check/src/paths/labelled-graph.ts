import type { Graph } from '../explore/graph.ts';
import { type Lts, transitionsOf } from '../lts/lts.ts';

/** One transition of a labelled graph; two labels between the same states are two transitions. */
export interface Transition {
  readonly from: number;
  readonly label: number;
  readonly to: number;
}

/** Transitions that follow one another: each starts where the one before it ends. */
export type Path = readonly Transition[];

/**
 * What coverage criteria are counted on: a graph whose state 0 is initial and in which a state has
 * at most one transition for a label. A machine has one, and so has a product.
 */
export interface LabelledGraph {
  readonly name: string;
  /** The transitions that leave each state, in the order of labels. */
  readonly outgoing: readonly (readonly Transition[])[];
}

/** The labelled graph of a machine; labels are those of the LTS. */
export function machineGraph(lts: Lts): LabelledGraph {
  const outgoing = lts.states.map(() => [] as Transition[]);
  for (const { from, label, to } of transitionsOf(lts)) outgoing[from]!.push({ from, label, to });
  return { name: lts.name, outgoing };
}

/** The labelled graph of a product; labels are the numbers of its vectors, in their order. */
export function productGraph(name: string, graph: Graph): LabelledGraph {
  const outgoing = Array.from({ length: graph.states }, (_, from) => {
    const transitions: Transition[] = [];
    for (let edge = graph.start[from]!; edge < graph.start[from + 1]!; edge++) {
      transitions.push({ from, label: graph.vector[edge]!, to: graph.target[edge]! });
    }
    return transitions;
  });
  return { name, outgoing };
}

/** The transitions that enter each state. */
export function incoming(graph: LabelledGraph): Transition[][] {
  const into = graph.outgoing.map(() => [] as Transition[]);
  for (const transition of graph.outgoing.flat()) into[transition.to]!.push(transition);
  return into;
}

/** A path of a machine as one line: `idle -take:ok-> held -give-> idle`. */
export function formatPath(lts: Lts, path: Path): string {
  const [first] = path;
  if (first === undefined) return lts.states[0]!.name;
  const steps = path.map(({ label, to }) => `-${lts.labels[label]}-> ${lts.states[to]!.name}`);
  return `${lts.states[first.from]!.name} ${steps.join(' ')}`;
}
