import { describe, expect, test } from 'vitest';
import { specification } from './catalogue.ts';
import { leftOut, readings } from './readings.ts';

const procedures = specification.machines.filter(({ kind }) => kind === 'procedure');

/** Every source and description that a machine gives, at whatever depth. */
function wordsOf(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) =>
    typeof value === 'string' && (key === 'source' || key === 'description')
      ? [value]
      : wordsOf(value),
  );
}

describe('what was read for each procedure', () => {
  test('is said of every procedure machine, once, and of nothing else', () => {
    const names = [...new Set(procedures.map(({ name }) => name))];
    expect(readings.map(({ machine }) => machine).sort()).toEqual(names.sort());
  });

  test.each(leftOut)('$machine leaves something out of $function, which it cites', (row) => {
    const machines = procedures.filter(({ name }) => name === row.machine);
    const cited = machines.flatMap(({ machine }) => wordsOf(machine.config)).join(' ');
    expect(cited).toMatch(new RegExp(`\\b${row.function}\\b`));
  });

  test('what is left out is left out of code that was read', () => {
    const of = new Set(leftOut.map(({ machine }) => machine));
    const read = readings.filter(({ machine }) => of.has(machine)).map((r) => r.read);
    expect(new Set(read)).toEqual(new Set(['7.3.4']));
  });
});
