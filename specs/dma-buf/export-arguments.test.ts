import { describe } from 'vitest';
import { argumentCases, mixtureOf } from '../conformance/argument-cases.ts';
import { performExport } from '../conformance/perform-export.ts';
import { exportArguments } from './export-arguments.ts';

describe('the arguments of an export, on the simulated kernel', () => {
  argumentCases(exportArguments, performExport, mixtureOf(exportArguments));
});
