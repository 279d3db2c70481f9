import { describe } from 'vitest';
import { manifestCases } from '../conformance/family-cases.ts';
import { lifeFamily } from './life.system.ts';

describe('the life of a buffer', () => manifestCases(lifeFamily));
