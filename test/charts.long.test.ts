import { describe, expect, test } from 'vitest';
import { chartOf } from 'xstate-check';
import { legible } from 'xstate-check/testing';
import { specification } from '../specs/catalogue.ts';

describe('every machine has a legible chart', () => {
  test.each(specification.machines.map(({ name, kind, machine }) => ({ name, kind, machine })))(
    '$name ($kind)',
    async ({ machine }) => {
      expect(legible(await chartOf(machine))).toEqual([]);
    },
  );
});
