import { expect, test } from 'vitest';
import { alone, expectedMatrix, type Matrix, matrixOf } from 'xstate-check/cli';
import { doors } from './cli-doors.fixture.ts';

test('the manifest tells the matrix that checking finds, where everything is as expected', async () => {
  const means = { catalogue: doors, bounds: {}, progress() {} };
  const found = await matrixOf(alone(means), doors.families);
  expect(found.differences).toEqual([]);
  expect(withoutSteps(expectedMatrix(doors))).toEqual(withoutSteps(found));
});

test('of what the manifest does not speak nothing is known', () => {
  const silent = { ...doors, expectations: doors.expectations.slice(0, 1) };
  const { rows } = expectedMatrix(silent);
  const whole = rows.find(({ property }) => property === 'whole')!;
  expect(whole.cells.map(({ verdict }) => verdict)).toEqual([
    'unknown',
    'broken',
    'unknown',
    'unknown',
  ]);
});

/** How long a run is takes a check to know. */
function withoutSteps({ rows, ...matrix }: Matrix) {
  return {
    ...matrix,
    rows: rows.map(({ cells, ...row }) => ({
      ...row,
      cells: cells.map(({ counterexample, ...cell }) => ({ ...cell, id: counterexample?.id })),
    })),
  };
}
