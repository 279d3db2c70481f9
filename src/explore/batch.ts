export type Allocate = (length: number) => Int32Array;

export const inThisThread: Allocate = (length) => new Int32Array(length);
export const inAllThreads: Allocate = (length) => new Int32Array(new SharedArrayBuffer(length * 4));

/**
 * Transitions found and not yet looked up in the state table. Looking up many at a time is faster,
 * because the reads that miss the cache do not wait for each other.
 */
export class Batch {
  readonly words: number;
  count = 0;
  /** The packed target of each transition. */
  keys: Int32Array;
  source: Int32Array;
  vector: Int32Array;
  /** Room for the state table: the targets' hashes, … */
  hashes: Int32Array;
  /** … what is in their slots, … */
  entries: Int32Array;
  /** … and whether they are known to be in the table. */
  settled: Uint8Array;

  /** @param allocate - what keys, sources and vectors are kept in */
  constructor(words: number, capacity: number, allocate: Allocate = inThisThread) {
    this.words = words;
    this.keys = allocate(capacity * words);
    this.source = allocate(capacity);
    this.vector = allocate(capacity);
    this.hashes = new Int32Array(capacity);
    this.entries = new Int32Array(capacity);
    this.settled = new Uint8Array(capacity);
  }
}
