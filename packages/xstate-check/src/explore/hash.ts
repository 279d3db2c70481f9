/** Mixes the words of a key; the constants are those of MurmurHash3's finaliser. */
export function hashOf(keys: Int32Array, from: number, words: number): number {
  let hash = 0;
  for (let word = 0; word < words; word++) {
    hash = Math.imul(hash ^ keys[from + word]!, 0x85ebca6b);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash, 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** What `hashOf` makes of one word. */
export function hashOfWord(word: number): number {
  let hash = Math.imul(word, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
