import { expect, test } from 'vitest';
import { shapesUpTo, tried } from './route-trees.ts';

test('machine and simulator agree in every tree of up to four devices from either to the root bus', () => {
  const shapes = shapesUpTo(4);
  expect(shapes).toHaveLength(34);
  expect(tried(shapes)).toEqual({ BUS_ADDR: 216, THRU_HOST_BRIDGE: 25_310, NOT_SUPPORTED: 10_462 });
});
