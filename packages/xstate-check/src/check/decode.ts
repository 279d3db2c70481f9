import type { StateSpace } from '../explore/explore.ts';

/**
 * Reads the local states of just these parts, where a question is about a few of many: into an
 * array with a place for each part, which the next call overwrites.
 */
export function decoderOf(
  space: StateSpace,
  parts: Iterable<number>,
): (state: number) => Int32Array {
  const { words, wordOf, shiftOf, maskOf, localOf } = space.packing;
  const { states } = space.table;
  const wanted = Int32Array.from(new Set(parts));
  const local = new Int32Array(space.product.parts.length);
  return (state) => {
    const at = state * words;
    for (let i = 0; i < wanted.length; i++) {
      const part = wanted[i]!;
      const packed = (states[at + wordOf[part]!]! >>> shiftOf[part]!) & maskOf[part]!;
      local[part] = localOf === undefined ? packed : localOf[part]![packed]!;
    }
    return local;
  };
}
