import { describe } from 'vitest';
import { families, specification } from '../../specs/catalogue.ts';
import { faultCases } from './family-cases.ts';

/** The systems whose faults are tested beside their manifest: revoke, hot-reset, dma-buf-life. */
const ELSEWHERE = ['revoke', 'hot-reset', 'dma-buf-life'];

const cases = families
  .filter(({ name }) => !ELSEWHERE.includes(name))
  .map((family) => ({
    name: family.name,
    family,
    faults: specification.faults.filter(({ system }) => system === family.name),
  }))
  .filter(({ faults }) => faults.length > 0);

describe.each(cases)('$name', ({ family, faults }) => faultCases(family, faults));
