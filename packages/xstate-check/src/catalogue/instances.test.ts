import { expect, it } from 'vitest';
import { isMeantBy, withoutInstance } from './instances.ts';

it.each([
  ['calm(lamp[0])', 'calm'],
  ['calm:lamp[12]', 'calm'],
  ['calm(lamp[0].door, lamp[1])', 'calm'],
  ['calm', 'calm'],
  ['calm(always)', 'calm(always)'],
  ['write(on=1)(lamp[0])', 'write(on=1)'],
])('%s is an instance of %s', (id, of) => {
  expect(withoutInstance(id)).toBe(of);
  expect(isMeantBy(of, id)).toBe(true);
  expect(isMeantBy(id, id)).toBe(true);
  expect(isMeantBy('calm(lamp[7])', id)).toBe(false);
});
