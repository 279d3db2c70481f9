import { describe } from 'vitest';
import { faultCases, manifestCases } from '../conformance/family-cases.ts';
import { revokeFaults } from './faults.ts';
import { revokeFamily } from './revoke.system.ts';

describe('revoke', () => {
  manifestCases(revokeFamily);
  faultCases(revokeFamily, revokeFaults);
});
