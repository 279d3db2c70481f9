import { InputError } from '../base/errors.ts';
import type { StateSpace } from '../explore/explore.ts';
import type { Graph } from '../explore/graph.ts';
import type { Rest } from '../specification/property.ts';
import { type Product, partNamed } from '../system/product.ts';
import { AT_ONCE, bitsWhere } from './entered.ts';
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

function firstWithoutReturn(
  space: StateSpace,
  graph: Graph,
  parts: readonly number[],
): { state: number; parts: number[] } | undefined {
  let first: { state: number; parts: number[] } | undefined;
  for (let from = 0; from < parts.length; from += AT_ONCE) {
    const some = parts.slice(from, from + AT_ONCE);
    const reach = canReachRest(space, graph, some);
    const full = 2 ** some.length - 1;
    const state = reach.findIndex((mask) => mask !== full);
    if (state < 0) continue;
    if (first === undefined || state < first.state) first = { state, parts: [] };
    if (state === first.state)
      first.parts.push(...some.filter((_, i) => (reach[state]! & (1 << i)) === 0));
  }
  return first;
}

/**
 * For each state, one bit for each part that can come to rest from it. What a state's successors
 * can it can too: the states that cannot do everything yet are gone through backwards, because most
 * transitions lead to a higher number, and then forwards, until nothing changes.
 */
function canReachRest(space: StateSpace, graph: Graph, parts: readonly number[]): Int32Array {
  const { start, target } = graph;
  const full = 2 ** parts.length - 1;
  const reach = bitsWhere(
    space,
    parts,
    parts.map((part) => quiescentStates(space.product.ltss[part]!)),
  );
  let left = Int32Array.from({ length: space.states }, (_, i) => space.states - 1 - i);
  for (let changed = true; changed; ) {
    changed = false;
    let kept = 0;
    for (const state of left) {
      const before = reach[state]!;
      let mask = before;
      for (let edge = start[state]!; edge < start[state + 1]! && mask !== full; edge++) {
        mask |= reach[target[edge]!]!;
      }
      reach[state] = mask;
      if (mask !== before) changed = true;
      if (mask !== full) left[kept++] = state;
    }
    left = left.subarray(0, kept).reverse();
  }
  return reach;
}
