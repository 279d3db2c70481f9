import type { Batch } from './batch.ts';
import { hashOf, hashOfWord } from './hash.ts';

/** Targets that are remembered: as many as the processor's second-level cache has room for. */
const BITS = 14;

/**
 * The targets that were found of late, each with the last state of the space to which its hash
 * points. About half of all transitions lead to one of them and need not be looked up in the
 * state table, where each look misses the cache.
 */
export class Recent {
  readonly #words: number;
  /** Where nothing has been remembered there is 0, whose own place is the first. */
  readonly #keys: Int32Array;

  constructor(words: number) {
    this.#words = words;
    this.#keys = new Int32Array(words << BITS);
    this.#keys[0] = 1;
  }

  /** Hashes the targets of a batch, drops those that are remembered, and remembers the others. */
  drop(batch: Batch): void {
    if (this.#words === 1) this.#dropWords(batch);
    else this.#drop(batch);
  }

  #drop(batch: Batch): void {
    const words = this.#words;
    const recent = this.#keys;
    const { keys, hashes, source, vector, count } = batch;
    let kept = 0;
    for (let i = 0; i < count; i++) {
      const hash = hashOf(keys, i * words, words);
      const place = (hash >>> (32 - BITS)) * words;
      let isSame = true;
      for (let word = 0; word < words; word++) {
        const key = keys[i * words + word]!;
        if (recent[place + word] !== key) isSame = false;
        recent[place + word] = key;
        keys[kept * words + word] = key;
      }
      hashes[kept] = hash;
      source[kept] = source[i]!;
      vector[kept] = vector[i]!;
      if (!isSame) kept++;
    }
    batch.count = kept;
  }

  #dropWords(batch: Batch): void {
    const recent = this.#keys;
    const { keys, hashes, source, vector, count } = batch;
    let kept = 0;
    for (let i = 0; i < count; i++) {
      const key = keys[i]!;
      const hash = hashOfWord(key);
      const place = hash >>> (32 - BITS);
      const isNew = recent[place] !== key;
      recent[place] = key;
      keys[kept] = key;
      hashes[kept] = hash;
      source[kept] = source[i]!;
      vector[kept] = vector[i]!;
      kept += isNew ? 1 : 0;
    }
    batch.count = kept;
  }
}
