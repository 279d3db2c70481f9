import { describe } from 'vitest';
import { revokeFamily } from '../../specs/buffer/revoke.system.ts';
import { specification } from '../../specs/catalogue.ts';
import { faultCases, manifestCases } from './family-cases.ts';

describe('revoke', () => {
  manifestCases(revokeFamily);
  faultCases(revokeFamily, specification.faults);
});
