import { describe, expect, it } from 'vitest';
import { ofAllThreads, ofThisThread } from './memory.ts';

describe.each([
  ['of this thread', ofThisThread],
  ['of all threads', ofAllThreads],
])('memory %s', (_, memory) => {
  it('keeps what is there as an array becomes longer, and has zeros after it', () => {
    let array = memory.make(3);
    array.set([1, 2, 3]);
    for (const length of [5, 4_000, 500_000]) {
      const before = array.length;
      array = memory.lengthen(array, length);
      expect(array.length).toBe(length);
      expect([...array.subarray(0, 3)]).toEqual([1, 2, 3]);
      expect(array.indexOf(0)).toBe(Math.min(before, 3));
      expect(array.subarray(3).every((number) => number === 0)).toBe(true);
    }
  });
});

describe('memory of all threads', () => {
  it('makes an array longer where it is, as long as there is room reserved', () => {
    const first = ofAllThreads.lengthen(ofAllThreads.make(10), 20);
    const second = ofAllThreads.lengthen(first, 160);
    expect(second.buffer).toBe(first.buffer);
    expect(ofAllThreads.lengthen(second, 161).buffer).not.toBe(first.buffer);
  });
});
