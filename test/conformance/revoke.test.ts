import { describe } from 'vitest';
import { revokeFaults } from '../../specs/revoke/faults.ts';
import { revokeFamily } from '../../specs/revoke/revoke.system.ts';
import { faultCases, manifestCases } from './family-cases.ts';

describe('revoke', () => {
  manifestCases(revokeFamily);
  faultCases(revokeFamily, revokeFaults);
});
