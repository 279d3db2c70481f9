/** Where arrays are, and how they become longer. */
export interface Memory {
  make(length: number): Int32Array;
  /** The same numbers and then zeros, in the same place or in another. */
  lengthen(array: Int32Array, length: number): Int32Array;
}

export const ofThisThread: Memory = {
  make: (length) => new Int32Array(length),
  lengthen(array, length) {
    const longer = new Int32Array(length);
    longer.set(array);
    return longer;
  },
};

/**
 * For all threads. An array becomes longer where it is: room for one many times as long is reserved,
 * and used when it is needed.
 */
export const ofAllThreads: Memory = {
  make: (length) => touched(new Int32Array(new SharedArrayBuffer(length * 4)), 0),
  lengthen(array, length) {
    const { buffer } = array;
    const bytes = length * 4;
    if (buffer instanceof SharedArrayBuffer && bytes <= buffer.maxByteLength && buffer.growable) {
      buffer.grow(bytes);
      return touched(new Int32Array(buffer, 0, length), array.length);
    }
    const reserved = new SharedArrayBuffer(bytes, {
      maxByteLength: Math.max(bytes, Math.min(bytes * RESERVED, MOST_BYTES)),
    });
    const longer = touched(new Int32Array(reserved, 0, length), 0);
    longer.set(array);
    return longer;
  },
};

const RESERVED = 8;
/** V8 reserves no more. */
const MOST_BYTES = 2 ** 32;

/** Numbers of a page of memory. */
const PAGE = 1024;

/** Writes to all pages: where several threads do so when they first need them it takes longer. */
function touched(array: Int32Array, from: number): Int32Array {
  for (let i = from; i < array.length; i += PAGE) array[i] = 0;
  return array;
}
