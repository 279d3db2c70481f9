import { describe } from 'vitest';
import { faults } from '../../specs/buffer/faults.ts';
import { lifeFamily } from '../../specs/buffer/life.system.ts';
import { faultCases, manifestCases } from './family-cases.ts';

describe('the life of a buffer', () => {
  manifestCases(lifeFamily);
  faultCases(lifeFamily, faults);
});
