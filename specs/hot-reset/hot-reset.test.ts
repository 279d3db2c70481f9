import { describe } from 'vitest';
import { faultCases, manifestCases } from '../conformance/family-cases.ts';
import { hotResetFaults } from './faults.ts';
import { hotResetFamily } from './hot-reset.system.ts';

describe('hot-reset', () => {
  manifestCases(hotResetFamily);
  faultCases(hotResetFamily, hotResetFaults);
});
