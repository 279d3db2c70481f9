/** As many threads as this can work on the slots of a table without locks. */
export const REGIONS = 16;

/** A table with fewer slots has no regions: one might be full long before the table is. */
export const LEAST_WITH_REGIONS = REGIONS << 12;

/**
 * The slots of a hash table of numbered states, open addressing. Where there are 2^k slots, the
 * high k bits of a state's hash say where to look first; a slot holds the number of a state plus
 * one in its low k bits and the rest of that state's hash above, so that a state is compared only
 * where most likely it is equal. An empty slot is 0.
 *
 * A table that is large has regions: whoever goes on from slot to slot stays in one, and a state
 * stays in its region when the slots are doubled.
 */
export class Slots {
  readonly entries: Int32Array;
  readonly bits: number;
  /** Of an entry, what is the number of a state plus one. */
  readonly mask: number;
  /** Of a slot, what is its place in its region. */
  readonly regionMask: number;

  /** @param entries - as many as a power of two, at least two */
  constructor(entries: Int32Array) {
    const { length } = entries;
    this.entries = entries;
    this.bits = 31 - Math.clz32(length);
    this.mask = length - 1;
    this.regionMask = (length < LEAST_WITH_REGIONS ? length : length / REGIONS) - 1;
  }

  /** Puts a state that is not there into the first empty slot. */
  enter(hash: number, id: number): void {
    const { entries, regionMask } = this;
    let slot = hash >>> (32 - this.bits);
    while (entries[slot] !== 0) slot = nextSlot(slot, regionMask);
    entries[slot] = (hash << this.bits) | (id + 1);
  }

  /**
   * Reads the slots where these hashes are looked for first. Such reads miss the cache, and apart
   * from each other they do so at the same time.
   */
  fetch(hashes: Int32Array, count: number, into: Int32Array): void {
    const { entries } = this;
    const shift = 32 - this.bits;
    for (let i = 0; i < count; i++) into[i] = entries[hashes[i]! >>> shift]!;
  }
}

export function nextSlot(slot: number, regionMask: number): number {
  return (slot & ~regionMask) | ((slot + 1) & regionMask);
}
