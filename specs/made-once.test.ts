import { expect, test } from 'vitest';
import { rwsem } from '../machines/locks/rwsem.resource.ts';
import { madeOnce } from '../machines/made-once.ts';

const listed = madeOnce((...of: unknown[]) => ({ of }));

test('the same arguments give the very same', () => {
  expect(listed(1, 'free', { readers: 2 })).toBe(listed(1, 'free', { readers: 2 }));
  expect(rwsem({ readers: 2, writers: 1 })).toBe(rwsem({ readers: 2, writers: 1 }));
});

test.each([
  [[1], [2]],
  [[1], ['1']],
  [[], [undefined]],
  [[null], [undefined]],
  [[{ readers: undefined }], [{}]],
  [[[1, 2]], [1, 2]],
])('%j is not %j', (one, other) => {
  expect(listed(...one)).not.toBe(listed(...other));
});

test('what cannot be compared is refused', () => {
  expect(() => listed(() => 1)).toThrow('not for a function');
  expect(() => listed({ next: [1n] })).toThrow('not for a bigint');
});
