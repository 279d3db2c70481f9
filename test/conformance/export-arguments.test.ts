import { describe, expect, it } from 'vitest';
import { exportArguments } from '../../specs/buffer/export-arguments.ts';
import { answerOf } from '../../specs/shared/argument-table.ts';
import { argumentCases, mixtureOf } from './argument-cases.ts';
import { performExport } from './perform-export.ts';

describe('the arguments of an export, on the simulated kernel', () => {
  argumentCases(exportArguments, (s) => performExport(s), mixtureOf(exportArguments));
});

describe('a kernel with a defect is told by the table', () => {
  it('M7: a BAR whose resource belongs to somebody else is exported', () => {
    const situation = { ...exportArguments.sound, barMapped: false };
    expect(answerOf(exportArguments, situation)).toBe('-ENODEV');
    expect(performExport(situation, ['M7'])).toBe('fd');
  });

  it('P10: the pci_ops of a driver that has none are read', () => {
    const situation = { ...exportArguments.sound, driver: 'no pci_ops' as const };
    expect(answerOf(exportArguments, situation)).toBe('-EOPNOTSUPP');
    expect(() => performExport(situation, ['P10'])).toThrow('NULL pointer dereference');
  });
});
