import { InputError } from '../errors.ts';
import type { Product } from '../system/product.ts';
import { fusedPacking, type Movers, type Packing, packingFor, slicesOf } from './packing.ts';

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
const SLICE_BITS = 8;

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
  const meets = goal && ((state: number) => goal(localsOf(packing, state)));
  let level: Int32Array = new Int32Array(1);
  let next: Int32Array = new Int32Array(1 << 12);
  let width = 1;
  let [states, transitions, stuck, depth] = [1, 0, 0, 0];
  let met = meets?.(0) ? 1 : undefined;
  seen[0] = 1;
  for (let most = 1; ; depth++) {
    let found = 0;
    for (let i = 0; i < width && met === undefined; ) {
      const end = Math.min(width, i + CHUNK);
      const room = found + (end - i) * deltas.most;
      if (room > next.length) next = longer(next, found, room);
      const before = deltas.transitions;
      found = deltas.leave(level, i, end, seen, next, found);
      transitions += deltas.transitions - before;
      i = end;
    }
    stuck = deltas.stuck;
    most = Math.max(most, level.length + next.length);
    states += found;
    if (met !== undefined || found === 0) {
      const bytes = seen.byteLength + most * 4;
      return { states, transitions, depth, stuck, bytes, ...(met !== undefined && { met }) };
    }
    [level, next, width] = [next, level, found];
    for (let i = 0; meets && i < width && met === undefined; i++)
      if (meets(level[i]!)) met = states;
  }
}

/** States that are left between two looks at whether there is room for what they lead to. */
const CHUNK = 1024;

function longer(array: Int32Array, used: number, length: number): Int32Array {
  const grown = new Int32Array(Math.max(length, Math.ceil(array.length * 1.5)));
  grown.set(array.subarray(0, used));
  return grown;
}

/** How many bits of one word the packed states take; more than 32 where they take two words. */
function bitsOf({ sizes }: Movers): number {
  return sizes.reduce((sum, size) => sum + 32 - Math.clz32(size - 1), 0);
}

function localsOf({ shiftOf, maskOf, localOf }: Packing, state: number): Int32Array {
  return shiftOf.map((shift, part) => localOf![part]![(state >>> shift) & maskOf[part]!]!);
}

/**
 * The transitions of states of one word. For each value of each slice of the state:
 *
 *     end of the next list, then what is added to the state by each vector that asks nothing else;
 *     end of the next list, then for each other vector: what is added, how many words follow, and
 *       for each participant outside of the slice: shift, mask, where its row in `#next` begins
 */
class Deltas {
  transitions = 0;
  stuck = 0;
  /** No state has more transitions. */
  readonly most: number;
  readonly #shifts: Int32Array;
  readonly #masks: Int32Array;
  readonly #bases: Int32Array;
  readonly #start: Int32Array;
  readonly #code: Int32Array;
  readonly #next: Int32Array;

  constructor(movers: Movers) {
    const packing = packingFor(movers.sizes);
    const slices = slicesOf(packing, SLICE_BITS);
    const code: number[] = [];
    const start: number[] = [];
    const next: number[] = [];
    const rows = new Map<Int32Array, number>();
    const rowOf = (row: Int32Array) => {
      if (!rows.has(row)) {
        rows.set(row, next.length);
        for (const to of row) next.push(to);
      }
      return rows.get(row)!;
    };
    this.#shifts = Int32Array.from(slices, ({ shift }) => shift);
    this.#masks = Int32Array.from(slices, ({ mask }) => mask);
    this.#bases = new Int32Array(slices.length);
    this.most = movers.vectors.length;
    slices.forEach((slice, s) => {
      this.#bases[s] = start.length;
      const led = movers.vectors.filter(({ participants }) => {
        const first = slices.findIndex(({ parts }) =>
          participants.some(({ part }) => parts.includes(part)),
        );
        return first === s;
      });
      for (let value = 0; value <= slice.mask; value++) {
        start.push(code.length);
        const free: number[] = [];
        const bound: number[] = [];
        for (const { participants } of led) {
          let delta = 0;
          const others: number[] = [];
          for (const { part, next: row } of participants) {
            const [shift, mask] = [packing.shiftOf[part]!, packing.maskOf[part]!];
            if (!slice.parts.includes(part)) {
              others.push(shift, mask, rowOf(row));
              continue;
            }
            const local = (value >>> (shift - slice.shift)) & mask;
            const to = row[local] ?? -1;
            if (to < 0) delta = Number.NaN;
            else delta += (to - local) << shift;
          }
          if (Number.isNaN(delta)) continue;
          if (others.length === 0) free.push(delta | 0);
          else bound.push(delta | 0, others.length, ...others);
        }
        code.push(code.length + 1 + free.length, ...free);
        code.push(code.length + 1 + bound.length, ...bound);
      }
    });
    this.#code = Int32Array.from(code);
    this.#start = Int32Array.from(start);
    this.#next = Int32Array.from(next);
  }

  /** Appends the states that are new, marks them, and returns how many there are then. */
  leave(
    level: Int32Array,
    from: number,
    end: number,
    seen: Int32Array,
    found: Int32Array,
    count: number,
  ): number {
    const code = this.#code;
    const start = this.#start;
    const next = this.#next;
    const shifts = this.#shifts;
    const masks = this.#masks;
    const bases = this.#bases;
    let taken = 0;
    for (let i = from; i < end; i++) {
      const state = level[i]!;
      const before = taken;
      for (let s = 0; s < shifts.length; s++) {
        const value = (state >>> shifts[s]!) & masks[s]!;
        let pc = start[bases[s]! + value]!;
        let stop = code[pc++]!;
        taken += stop - pc;
        for (; pc < stop; pc++) {
          // No branch: which states are new cannot be foretold, and the reads are far apart.
          const to = (state + code[pc]!) | 0;
          const word = seen[to >>> 5]!;
          found[count] = to;
          count += (~word >>> (to & 31)) & 1;
          seen[to >>> 5] = word | (1 << (to & 31));
        }
        stop = code[pc++]!;
        while (pc < stop) {
          let to = (state + code[pc]!) | 0;
          const last = pc + 2 + code[pc + 1]!;
          for (pc += 2; pc < last; pc += 3) {
            const local = (state >>> code[pc]!) & code[pc + 1]!;
            const target = next[code[pc + 2]! + local]!;
            if (target < 0) break;
            to = (to + ((target - local) << code[pc]!)) | 0;
          }
          if (pc < last) {
            pc = last;
            continue;
          }
          taken++;
          const word = seen[to >>> 5]!;
          found[count] = to;
          count += (~word >>> (to & 31)) & 1;
          seen[to >>> 5] = word | (1 << (to & 31));
        }
      }
      if (taken === before) this.stuck++;
    }
    this.transitions += taken;
    return count;
  }
}
