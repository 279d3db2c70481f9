import { hashOf, hashOfWord } from './hash.ts';

/**
 * Transitions found and not yet looked up in the state table. Looking up many at a time is faster,
 * because the reads that miss the cache do not wait for each other.
 */
export class Batch {
  readonly words: number;
  count = 0;
  /** The packed target of each transition. */
  readonly keys: Int32Array;
  readonly source: Int32Array;
  readonly vector: Int32Array;
  /** Room for the state table: the targets' hashes, … */
  readonly hashes: Int32Array;
  /** … what is in their slots, … */
  readonly entries: Int32Array;
  /** … and whether they are known to be in the table. */
  readonly settled: Uint8Array;

  constructor(words: number, capacity: number) {
    this.words = words;
    this.keys = new Int32Array(capacity * words);
    this.source = new Int32Array(capacity);
    this.vector = new Int32Array(capacity);
    this.hashes = new Int32Array(capacity);
    this.entries = new Int32Array(capacity);
    this.settled = new Uint8Array(capacity);
  }

  /** Hashes the targets. */
  hash(): void {
    const { keys, hashes, words, count } = this;
    if (words === 1) for (let i = 0; i < count; i++) hashes[i] = hashOfWord(keys[i]!);
    else for (let i = 0; i < count; i++) hashes[i] = hashOf(keys, i * words, words);
  }
}
