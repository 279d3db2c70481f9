import type { StateSpace } from '../explore/explore.ts';
import { components, type Graph } from '../explore/graph.ts';
import { AT_ONCE, bitsWhere } from './entered.ts';
import { restOf } from './quiescence.ts';
import { threadsOf } from './threads.ts';

/**
 * Who has to go on, and which locks have to be handed on.
 *
 * A step is a duty where a thread can take it and some participant is not quiescent; what the
 * environment starts, and a call that finds everybody at rest, is none. A thread with a duty is
 * obliged.
 */
export interface Duties {
  readonly graph: Graph;
  readonly threads: number;
  /** For each transition the thread that takes it, or -1 where the environment does. */
  readonly threadOf: (edge: number) => number;
  /** For each transition the lock acquisition that it is a duty to make, or -1. */
  readonly acquisitionOf: (edge: number) => number;
  /** Whether no thread has a duty in a state, so that everything may stop there. */
  readonly mayStop: (state: number) => boolean;
  readonly isObliged: (state: number, thread: number) => boolean;
  /** The obligations of a state as a row of bits, `words` of them. */
  readonly words: number;
  readonly obliged: Int32Array;
}

const known = new WeakMap<Graph, Duties>();

/** @param graph - of the space; all properties that are judged on it ask for the same duties */
export function dutiesOf(space: StateSpace, graph: Graph): Duties {
  const duties = known.get(graph) ?? dutiesIn(space, graph);
  known.set(graph, duties);
  return duties;
}

function dutiesIn(space: StateSpace, graph: Graph): Duties {
  const { product } = space;
  const { names, of } = threadsOf(product);
  const words = Math.max(1, Math.ceil(names.length / 32));
  const started = product.vectors.map(({ initiator }) => initiator >= 0);
  const obliged = new Int32Array(space.states * words);
  const isDuty = new Uint8Array(graph.target.length);
  const busy = busyIn(space);
  for (let state = 0; state < space.states; state++) {
    for (let edge = graph.start[state]!; edge < graph.start[state + 1]!; edge++) {
      const vector = graph.vector[edge]!;
      if (!busy.meets(vector, state)) continue;
      isDuty[edge] = 1;
      obliged[state * words + (of[vector]! >> 5)]! |= 1 << (of[vector]! & 31);
    }
  }
  const acquisition = acquisitionsOf(space);
  return {
    graph,
    threads: names.length,
    threadOf: (edge) => (started[graph.vector[edge]!] ? of[graph.vector[edge]!]! : -1),
    acquisitionOf: (edge) => (isDuty[edge] === 1 ? acquisition[graph.vector[edge]!]! : -1),
    mayStop: (state) => isZero(obliged, state * words, words),
    isObliged: (state, thread) =>
      ((obliged[state * words + (thread >> 5)]! >>> (thread & 31)) & 1) === 1,
    words,
    obliged,
  };
}

/** Whether a part starts a step, and some participant is not at rest in the state where it is taken. */
interface Busy {
  meets(vector: number, state: number): boolean;
}

function busyIn(space: StateSpace): Busy {
  const { product } = space;
  const rest = restOf(product);
  const owing = rest.flatMap((at, part) => (at.includes(0) ? [part] : []));
  const groups = Array.from({ length: Math.ceil(owing.length / AT_ONCE) }, (_, i) => {
    const parts = owing.slice(i * AT_ONCE, (i + 1) * AT_ONCE);
    const isBusy = parts.map((part) => rest[part]!.map((atRest) => 1 - atRest));
    const asked = Int32Array.from(product.vectors, ({ initiator, participants }) =>
      initiator < 0 ? 0 : bitsOf(participants.map(({ part }) => parts.indexOf(part))),
    );
    return { asked, busy: bitsWhere(space, parts, isBusy) };
  });
  return {
    meets(vector, state) {
      for (const { asked, busy } of groups) if ((asked[vector]! & busy[state]!) !== 0) return true;
      return false;
    },
  };
}

function bitsOf(places: readonly number[]): number {
  return places.reduce((bits, place) => (place < 0 ? bits : bits | (1 << place)), 0);
}

/** For each vector the number of the lock acquisition that it is, or -1. */
function acquisitionsOf({ product }: StateSpace): Int32Array {
  const known = new Map<string, number>();
  return Int32Array.from(product.vectors, ({ label, initiator }) => {
    if (initiator < 0 || product.calls.find(label)?.blocks !== 'lock') return -1;
    if (!known.has(label)) known.set(label, known.size);
    return known.get(label)!;
  });
}

/** A strongly connected part of the graph with a transition inside. */
export interface Component {
  /** In their order. */
  readonly states: Int32Array;
  readonly has: (state: number) => boolean;
}

/**
 * The component of the region in which a fair run can stay for ever, that with the nearest state.
 *
 * Where a thread is obliged all over a component and never moves inside it, no part of the
 * component is fair either. Where a lock acquisition is a duty and never made inside, a fair run
 * keeps away from the states that offer it, and what is left is looked at again.
 */
export function fairComponent(
  duties: Duties,
  region: Uint8Array,
  distance: Int32Array,
): { readonly component: Component; readonly entry: number } | undefined {
  let best: { component: Component; entry: number } | undefined;
  for (let rest: Uint8Array | undefined = region; rest !== undefined; ) {
    const smaller = new Uint8Array(region.length);
    let again = false;
    for (const component of cyclicComponents(duties.graph, rest)) {
      const facts = factsOf(component, duties);
      if (facts.starvesThread) continue;
      if (facts.starving.size > 0) {
        for (const state of component.states) smaller[state] = facts.starving.has(state) ? 0 : 1;
        again = true;
        continue;
      }
      const entry = nearestOf(component.states, distance);
      if (best === undefined || distance[entry]! < distance[best.entry]!)
        best = { component, entry };
    }
    rest = again ? smaller : undefined;
  }
  return best;
}

function nearestOf(states: Int32Array, distance: Int32Array): number {
  return states.reduce((best, state) => (distance[state]! < distance[best]! ? state : best));
}

function cyclicComponents(graph: Graph, region: Uint8Array): Component[] {
  const sizes = new Map<number, number>();
  const { of } = components(graph, region, (component, stack, from) => {
    const size = stack.length - from;
    if (size > 1 || hasSelfLoop(graph, stack[from]!)) sizes.set(component, size);
  });
  return membersOf(of, sizes).map(([component, states]) => ({
    states,
    has: (state) => of[state] === component,
  }));
}

/** The states of some components in their order, in which they are read faster than in any other. */
function membersOf(
  of: Int32Array,
  sizes: ReadonlyMap<number, number>,
): (readonly [number, Int32Array])[] {
  const members = [...sizes].map(([component, size]) => [component, new Int32Array(size)] as const);
  const placeOf = new Map(members.map(([component], place) => [component, place]));
  const counts = new Int32Array(members.length);
  for (let state = 0; state < of.length && members.length > 0; state++) {
    const place = of[state]! < 0 ? undefined : placeOf.get(of[state]!);
    if (place !== undefined) members[place]![1][counts[place]!++] = state;
  }
  return members;
}

function hasSelfLoop(graph: Graph, state: number): boolean {
  for (let edge = graph.start[state]!; edge < graph.start[state + 1]!; edge++) {
    if (graph.target[edge] === state) return true;
  }
  return false;
}

/** What a run that stays in a component and visits all of it would deny. */
function factsOf(
  component: Component,
  duties: Duties,
): { readonly starvesThread: boolean; readonly starving: ReadonlySet<number> } {
  const { graph, words } = duties;
  /** Threads that are obliged in all states and take no step inside. */
  const denied = new Int32Array(words).fill(-1);
  const taken = new Set<number>();
  const offered = new Set<number>();
  for (const state of component.states) {
    for (let word = 0; word < words; word++) denied[word]! &= duties.obliged[state * words + word]!;
    for (let edge = graph.start[state]!; edge < graph.start[state + 1]!; edge++) {
      const acquisition = duties.acquisitionOf(edge);
      if (acquisition < 0) continue;
      (component.has(graph.target[edge]!) ? taken : offered).add(acquisition);
    }
  }
  for (const state of component.states) {
    if (isZero(denied, 0, words)) break;
    for (let edge = graph.start[state]!; edge < graph.start[state + 1]!; edge++) {
      const thread = duties.threadOf(edge);
      if (thread < 0 || !component.has(graph.target[edge]!)) continue;
      denied[thread >> 5]! &= ~(1 << (thread & 31));
    }
  }
  const starved = new Set([...offered].filter((acquisition) => !taken.has(acquisition)));
  return {
    starvesThread: !isZero(denied, 0, words),
    starving: starved.size === 0 ? starved : statesThatOffer(starved, component, duties),
  };
}

function statesThatOffer(
  acquisitions: ReadonlySet<number>,
  { states }: Component,
  { graph, acquisitionOf }: Duties,
): Set<number> {
  const offering = new Set<number>();
  for (const state of states) {
    for (let edge = graph.start[state]!; edge < graph.start[state + 1]!; edge++) {
      if (acquisitions.has(acquisitionOf(edge))) offering.add(state);
    }
  }
  return offering;
}

function isZero(bits: Int32Array, from: number, words: number): boolean {
  for (let word = 0; word < words; word++) if (bits[from + word] !== 0) return false;
  return true;
}
