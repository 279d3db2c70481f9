import { describe } from 'vitest';
import { revokeFamily } from '../../specs/buffer/revoke.system.ts';
import { revokeFaults } from '../../specs/buffer/revoke-faults.ts';
import { faultCases, manifestCases } from './family-cases.ts';

describe('revoke', () => {
  manifestCases(revokeFamily);
  faultCases(revokeFamily, revokeFaults);
});
