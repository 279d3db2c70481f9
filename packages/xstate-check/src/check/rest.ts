import { InputError } from '../base/errors.ts';
import type { StateSpace } from '../explore/explore.ts';
import { components, type Graph } from '../explore/graph.ts';
import type { Rest } from '../specification/property.ts';
import { type Product, partNamed } from '../system/product.ts';
import { decoderOf } from './decode.ts';
import { canRest, quiescentStates } from './quiescence.ts';
import { runTo } from './threads.ts';
import { unasked, vacuous } from './vacuous.ts';
import { HOLDS, type Verdict } from './verdict.ts';

/**
 * From every reachable state every part can come back to a state tagged `quiescent`. This finds a
 * hang of one thread although others can move for ever.
 *
 * @throws InputError when a part that the property names does not exist or has no such state
 */
export function checkRest(space: StateSpace, graph: Graph, property: Rest): Verdict {
  const { product } = space;
  const parts = partsToRest(product, property);
  if (parts.length === 0) return vacuous(unasked.rest);
  const first = firstWithoutReturn(space, graph, parts);
  if (first === undefined) return HOLDS;
  const finding = restFinding(product, first.parts);
  const run = runTo(space, first.state);
  return { verdict: 'broken', counterexample: { property, space, run, finding } };
}

/** What is wrong in a state from which these parts cannot come back to rest. */
export function restFinding(product: Product, parts: readonly number[]): string {
  const names = parts.map((part) => product.parts[part]!.name);
  const verb = names.length === 1 ? 'comes' : 'come';
  return `from here on ${names.join(' and ')} never ${verb} to rest`;
}

/** @throws InputError when a part that the property names does not exist or has no such state */
export function partsToRest(product: Product, property: Rest): number[] {
  if (property.parts === undefined) {
    return product.parts.flatMap((part, index) =>
      part.kind !== 'monitor' && canRest(part.machine) ? [index] : [],
    );
  }
  return property.parts.map((name) => {
    const part = partNamed(product, name);
    if (canRest(product.parts[part]!.machine)) return part;
    throw new InputError(
      `part '${name}' cannot be asked to rest: machine '${product.parts[part]!.machine.id}' has no ` +
        `state tagged 'quiescent'`,
    );
  });
}

/** Parts are looked at 31 at a time, one bit each. */
const AT_ONCE = 31;

function firstWithoutReturn(
  space: StateSpace,
  graph: Graph,
  parts: readonly number[],
): { state: number; parts: number[] } | undefined {
  const { of, count } = components(graph);
  const byComponent = statesByComponent(of, count);
  let first: { state: number; parts: number[] } | undefined;
  for (let from = 0; from < parts.length; from += AT_ONCE) {
    const some = parts.slice(from, from + AT_ONCE);
    const reach = canReachRest(space, graph, of, count, byComponent, some);
    const full = 2 ** some.length - 1;
    for (let state = 0; state < space.states; state++) {
      const mask = reach[of[state]!]!;
      if (mask === full) continue;
      if (first === undefined || state < first.state) first = { state, parts: [] };
      if (state === first.state)
        first.parts.push(...some.filter((_, i) => (mask & (1 << i)) === 0));
      break;
    }
  }
  return first;
}

/** For each component, one bit for each part that can come to rest from it. */
function canReachRest(
  space: StateSpace,
  graph: Graph,
  of: Int32Array,
  count: number,
  byComponent: Int32Array,
  parts: readonly number[],
): Int32Array {
  const quiescent = parts.map((part) => quiescentStates(space.product.ltss[part]!));
  const decode = decoderOf(space, parts);
  const reach = new Int32Array(count);
  for (const state of byComponent) {
    const component = of[state]!;
    const local = decode(state);
    let mask = reach[component]!;
    for (let i = 0; i < parts.length; i++) {
      if (quiescent[i]![local[parts[i]!]!] === 1) mask |= 1 << i;
    }
    for (let edge = graph.start[state]!; edge < graph.start[state + 1]!; edge++) {
      mask |= reach[of[graph.target[edge]!]!]!;
    }
    reach[component] = mask;
  }
  return reach;
}

/** All states, those of component 0 (which leads nowhere else) first. */
function statesByComponent(of: Int32Array, count: number): Int32Array {
  const start = new Int32Array(count + 1);
  for (const component of of) start[component + 1]!++;
  for (let c = 0; c < count; c++) start[c + 1]! += start[c]!;
  const states = new Int32Array(of.length);
  of.forEach((component, state) => {
    states[start[component]!++] = state;
  });
  return states;
}
