import type { StateSpace } from '../explore/explore.ts';
import type { Product } from '../system/product.ts';
import { decoderOf } from './decode.ts';

/**
 * The first state of which something is so, that speaks of these parts alone. A state differs from
 * the one from which it was first found, which has a lower number, in what the step between them
 * moves: it is asked only where that is one of the parts, because else the other one was.
 *
 * @param isSo - asked with the local states of the parts
 */
export function firstEntered(
  space: StateSpace,
  parts: readonly number[],
  isSo: (local: Int32Array) => boolean,
): number | undefined {
  const { vector } = space.table;
  const moves = whichMove(space.product, parts);
  const decode = decoderOf(space, parts);
  if (isSo(decode(0))) return 0;
  for (let state = 1; state < space.states; state++) {
    if (moves[vector[state]!] === 1 && isSo(decode(state))) return state;
  }
  return undefined;
}

/** For each state 1 where something is so, that speaks of these parts alone. */
export function whereSo(
  space: StateSpace,
  parts: readonly number[],
  isSo: (local: Int32Array) => boolean,
): Uint8Array {
  const { vector, parent } = space.table;
  const moves = whichMove(space.product, parts);
  const decode = decoderOf(space, parts);
  const so = new Uint8Array(space.states);
  so[0] = isSo(decode(0)) ? 1 : 0;
  for (let state = 1; state < space.states; state++) {
    if (moves[vector[state]!] === 0) so[state] = so[parent[state]!]!;
    else so[state] = isSo(decode(state)) ? 1 : 0;
  }
  return so;
}

/** Parts are looked at 31 at a time, one bit each. */
export const AT_ONCE = 31;

/**
 * For each state one bit for each of these parts.
 *
 * @param isSet - for each part, by its local state, 1 where its bit is set
 */
export function bitsWhere(
  space: StateSpace,
  parts: readonly number[],
  isSet: readonly Uint8Array[],
): Int32Array {
  const { vector, parent } = space.table;
  const bits = new Int32Array(space.states);
  const read = parts.map((part) => decoderOf(space, [part]));
  const moved = space.product.vectors.map((one) => {
    const places = movedBy(one).map((part) => parts.indexOf(part));
    return places.filter((place) => place >= 0);
  });
  const all = [...parts.keys()];
  for (let state = 0; state < space.states; state++) {
    let here = state === 0 ? 0 : bits[parent[state]!]!;
    for (const i of state === 0 ? all : moved[vector[state]!]!) {
      here = (here & ~(1 << i)) | (isSet[i]![read[i]!(state)[parts[i]!]!]! << i);
    }
    bits[state] = here;
  }
  return bits;
}

/** For each vector 1 where it moves one of these parts. */
function whichMove({ vectors }: Product, parts: readonly number[]): Uint8Array {
  const asked = new Set(parts);
  return Uint8Array.from(vectors, (vector) =>
    movedBy(vector).some((part) => asked.has(part)) ? 1 : 0,
  );
}

/** The parts whose local state a step may change: others that take part stay where they are. */
export function movedBy({ participants }: Product['vectors'][number]): number[] {
  return participants
    .filter(({ next }) => next.some((to, from) => to >= 0 && to !== from))
    .map(({ part }) => part);
}
