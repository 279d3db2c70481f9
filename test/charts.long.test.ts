import { describe, expect, test } from 'vitest';
import { specification } from '../specs/catalogue.ts';
import { chartOf } from '../src/chart/chart-of.ts';
import { legible } from '../src/chart/legible.fixture.ts';

describe('every machine has a legible chart', () => {
  test.each(specification.machines.map(({ name, kind, machine }) => ({ name, kind, machine })))(
    '$name ($kind)',
    async ({ machine }) => {
      expect(legible(await chartOf(machine))).toEqual([]);
    },
  );
});
