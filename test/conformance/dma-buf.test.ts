import { describe } from 'vitest';
import { lifeFamily } from '../../specs/buffer/life.system.ts';
import { specification } from '../../specs/catalogue.ts';
import { faultCases, manifestCases } from './family-cases.ts';

describe('the life of a buffer', () => {
  manifestCases(lifeFamily);
  faultCases(lifeFamily, specification.faults);
});
