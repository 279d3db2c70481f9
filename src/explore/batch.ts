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

  constructor(words: number, capacity: number) {
    this.words = words;
    this.keys = new Int32Array(capacity * words);
    this.source = new Int32Array(capacity);
    this.vector = new Int32Array(capacity);
    this.hashes = new Int32Array(capacity);
    this.entries = new Int32Array(capacity);
    this.settled = new Uint8Array(capacity);
  }
}
