import { describe } from 'vitest';
import { lifeFaults } from '../../specs/dma-buf/faults.ts';
import { lifeFamily } from '../../specs/dma-buf/life.system.ts';
import { faultCases, manifestCases } from './family-cases.ts';

describe('the life of a buffer', () => {
  manifestCases(lifeFamily);
  faultCases(lifeFamily, lifeFaults);
});
