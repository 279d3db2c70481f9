import { describe } from 'vitest';
import { lifeFamily } from '../../specs/dma-buf/life.system.ts';
import { manifestCases } from './family-cases.ts';

describe('the life of a buffer', () => manifestCases(lifeFamily));
