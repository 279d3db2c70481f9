import { describe } from 'vitest';
import { specification } from '../../specs/catalogue.ts';
import { hotResetFamily } from '../../specs/hot-reset/hot-reset.system.ts';
import { faultCases, manifestCases } from './family-cases.ts';

describe('hot-reset', () => {
  manifestCases(hotResetFamily);
  faultCases(hotResetFamily, specification.faults);
});
