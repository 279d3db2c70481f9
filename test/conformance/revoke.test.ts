import { describe } from 'vitest';
import { faults } from '../../specs/buffer/faults.ts';
import { revokeFamily } from '../../specs/buffer/revoke.system.ts';
import { faultCases, manifestCases } from './family-cases.ts';

describe('revoke', () => {
  manifestCases(revokeFamily);
  faultCases(revokeFamily, faults);
});
