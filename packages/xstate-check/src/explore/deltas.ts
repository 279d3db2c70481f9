import { type Movers, type Packing, packingFor, type Slice, slicesOf } from './packing.ts';

type Vector = Movers['vectors'][number];

const SLICE_BITS = 8;

/**
 * The transitions of states of one word, for a sweep. A state is decoded slice by slice, and each
 * vector is led by the first slice that has a participant. For each value of each slice:
 *
 *     where the next list begins, then what is added to the state by each vector that asks nothing
 *       of other slices;
 *     where this list ends, then for each other vector: what is added, how many numbers follow, and
 *       for each participant outside of the slice: shift, mask, where its row in `#next` begins
 */
export class Deltas {
  transitions = 0;
  stuck = 0;
  /** No state has more transitions. */
  readonly most: number;
  readonly #shifts: Int32Array;
  readonly #masks: Int32Array;
  /** Where the values of each slice begin in `#start`. */
  readonly #bases: Int32Array;
  readonly #start: Int32Array;
  readonly #code: Int32Array;
  readonly #next: Int32Array;

  constructor(movers: Movers) {
    const packing = packingFor(movers.sizes);
    const slices = slicesOf(packing, SLICE_BITS);
    const rows = new Rows();
    const code: number[] = [];
    const start: number[] = [];
    const bases = slices.map((slice, s) => {
      const base = start.length;
      const led = movers.vectors.filter((vector) => leaderOf(vector, slices) === s);
      for (let value = 0; value <= slice.mask; value++) {
        start.push(code.length);
        compile(code, led, { slice, value, packing, rows });
      }
      return base;
    });
    this.most = movers.vectors.length;
    this.#shifts = Int32Array.from(slices, ({ shift }) => shift);
    this.#masks = Int32Array.from(slices, ({ mask }) => mask);
    this.#bases = Int32Array.from(bases);
    this.#start = Int32Array.from(start);
    this.#code = Int32Array.from(code);
    this.#next = Int32Array.from(rows.all);
  }

  /**
   * Leaves some states of a level: marks the states they lead to, appends those that are new, and
   * returns how many there are then.
   */
  leave(
    { states, from, end }: { states: Int32Array; from: number; end: number },
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
      const state = states[i]!;
      const before = taken;
      for (let s = 0; s < shifts.length; s++) {
        let pc = start[bases[s]! + ((state >>> shifts[s]!) & masks[s]!)]!;
        let stop = code[pc++]!;
        taken += stop - pc;
        for (; pc < stop; pc++) {
          // No branch: which states are new cannot be foretold, and the reads are apart.
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

/** The participants' local transitions, one row after the other. */
class Rows {
  readonly all: number[] = [];
  readonly #places = new Map<Int32Array, number>();

  /** Where a row begins. */
  placeOf(row: Int32Array): number {
    const known = this.#places.get(row);
    if (known !== undefined) return known;
    const place = this.all.length;
    for (const to of row) this.all.push(to);
    this.#places.set(row, place);
    return place;
  }
}

function leaderOf({ participants }: Vector, slices: readonly Slice[]): number {
  return slices.findIndex(({ parts }) => participants.some(({ part }) => parts.includes(part)));
}

/** Appends both lists of a value of a slice. */
function compile(
  code: number[],
  led: readonly Vector[],
  at: { slice: Slice; value: number; packing: Packing; rows: Rows },
): void {
  const moves = led.flatMap((vector) => moveOf(vector, at) ?? []);
  const free = moves.filter(({ others }) => others.length === 0).map(({ delta }) => delta);
  const bound = moves.filter(({ others }) => others.length > 0);
  code.push(code.length + 1 + free.length, ...free);
  const list = bound.flatMap(({ delta, others }) => [delta, others.length, ...others]);
  code.push(code.length + 1 + list.length, ...list);
}

/** What a vector adds to a state where a slice has this value; nothing where that refuses it. */
function moveOf(
  { participants }: Vector,
  { slice, value, packing, rows }: { slice: Slice; value: number; packing: Packing; rows: Rows },
): { delta: number; others: number[] } | undefined {
  let delta = 0;
  const others: number[] = [];
  for (const { part, next } of participants) {
    const [shift, mask] = [packing.shiftOf[part]!, packing.maskOf[part]!];
    if (!slice.parts.includes(part)) {
      others.push(shift, mask, rows.placeOf(next));
      continue;
    }
    const local = (value >>> (shift - slice.shift)) & mask;
    const to = next[local] ?? -1;
    if (to < 0) return undefined;
    delta += (to - local) << shift;
  }
  return { delta: delta | 0, others };
}
