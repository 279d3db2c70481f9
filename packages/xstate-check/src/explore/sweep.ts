import { InputError } from '../base/errors.ts';
import type { Product } from '../system/product.ts';
import { Deltas } from './deltas.ts';
import { fusedPacking, type Movers, type Packing } from './packing.ts';

/** What a sweep saw: everything but the runs. */
export interface Swept {
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  /** States from which nothing can move. */
  readonly stuck: number;
  /** Bytes of the set of states and of the longest levels. */
  readonly bytes: number;
  /** How many states there are up to the depth at which the goal was met, where it was. */
  readonly met?: number;
}

/** Most bits in which a state may be packed: its set takes 512 MB then. */
const MOST_BITS = 32;

/**
 * Visits every state of a product once, breadth first, with one bit for each state there could be
 * and without what a run is made of: for products whose packed states are few, many times as fast
 * as `explore`. Where `goal` holds in a state the sweep ends after that depth; a shortest run is
 * found by `explore(product, { states: met, keepSeen: true })`, which goes no further.
 *
 * @throws InputError where a state takes more bits than the set can have
 */
export function sweep(product: Product, goal?: (local: Int32Array) => boolean): Swept {
  const { packing, movers } = fusedPacking(product);
  const bits = bitsOf(movers);
  if (bits > MOST_BITS) {
    throw new InputError(
      `system '${product.name}': a state takes ${bits} bits and a sweep has a bit for each of ` +
        `2^${MOST_BITS} states at most; explore it`,
    );
  }
  const seen = new Int32Array(2 ** Math.max(bits - 5, 0));
  const deltas = new Deltas(movers);
  const isMet = ({ states, count }: Level) =>
    goal !== undefined && meets(goal, packing, states, count);
  let level: Level = { states: new Int32Array(1), count: 1 };
  let spare: Int32Array = new Int32Array(1 << 12);
  let states = 1;
  let depth = 0;
  let longest = 1;
  seen[0] = 1;
  while (!isMet(level)) {
    const next = leave(level, deltas, seen, spare);
    longest = Math.max(longest, level.states.length + next.states.length);
    const { transitions, stuck } = deltas;
    const bytes = seen.byteLength + longest * 4;
    if (next.count === 0) return { states, transitions, depth, stuck, bytes };
    states += next.count;
    depth++;
    spare = level.states;
    level = next.count < UNORDERED ? next : ordered(next, spare, bits);
    if (level !== next) spare = next.states;
  }
  const { transitions, stuck } = deltas;
  const bytes = seen.byteLength + longest * 4;
  return { states, transitions, depth, stuck, bytes, met: states };
}

/** States of one depth: the first `count` of an array. */
interface Level {
  readonly states: Int32Array;
  readonly count: number;
}

/** States that are left between two looks at whether there is room for what they lead to. */
const CHUNK = 1024;

/** The states that a level leads to and that are new, in `room` or a longer array. */
function leave(
  { states, count }: Level,
  deltas: Deltas,
  seen: Int32Array,
  room: Int32Array,
): Level {
  let found = room;
  let next = 0;
  for (let from = 0; from < count; from += CHUNK) {
    const end = Math.min(count, from + CHUNK);
    const most = next + (end - from) * deltas.most;
    if (most > found.length) found = longer(found, next, most);
    next = deltas.leave({ states, from, end }, seen, found, next);
  }
  return { states: found, count: next };
}

function longer(array: Int32Array, used: number, length: number): Int32Array {
  const grown = new Int32Array(Math.max(length, Math.ceil(array.length * 1.5)));
  grown.set(array.subarray(0, used));
  return grown;
}

/** From so many states on it pays to bring a level in order. */
const UNORDERED = 1 << 12;
/** Bits of a state by which levels are not ordered: what they say has room in the cache. */
const LOW_BITS = 19;

/**
 * A level in the order of the states' high bits: what states with the same ones lead to is in a
 * few stretches of the set, and is in the cache after the first of them.
 */
function ordered({ states, count }: Level, room: Int32Array, bits: number): Level {
  const to = room.length < count ? new Int32Array(states.length) : room;
  const next = new Int32Array(2 ** Math.max(0, bits - LOW_BITS) + 1);
  for (let i = 0; i < count; i++) next[(states[i]! >>> LOW_BITS) + 1]!++;
  for (let high = 1; high < next.length; high++) next[high]! += next[high - 1]!;
  for (let i = 0; i < count; i++) to[next[states[i]! >>> LOW_BITS]!++] = states[i]!;
  return { states: to, count };
}

/** How many bits of one word the packed states take; more than 32 where they take two words. */
function bitsOf({ sizes }: Movers): number {
  return sizes.reduce((sum, size) => sum + 32 - Math.clz32(size - 1), 0);
}

function meets(
  goal: (local: Int32Array) => boolean,
  { shiftOf, maskOf, localOf }: Packing,
  states: Int32Array,
  count: number,
): boolean {
  const local = new Int32Array(shiftOf.length);
  for (let i = 0; i < count; i++) {
    for (let part = 0; part < local.length; part++) {
      local[part] = localOf![part]![(states[i]! >>> shiftOf[part]!) & maskOf[part]!]!;
    }
    if (goal(local)) return true;
  }
  return false;
}
