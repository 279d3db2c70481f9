import { describe } from 'vitest';
import { families, specification } from '../../specs/catalogue.ts';
import { faultCases } from './family-cases.ts';

/** The systems whose faults are tested beside their manifest: revoke, hot-reset, dma-buf-life. */
const ELSEWHERE = ['revoke', 'hot-reset', 'dma-buf-life'];

describe.each(
  families
    .filter(({ name }) => !ELSEWHERE.includes(name))
    .map((family) => ({ name: family.name, family })),
)('$name', ({ family }) => {
  const faults = specification.faults.filter(({ system }) => system === family.name);
  if (faults.length > 0) faultCases(family, faults);
  else describe.skip('has no fault of its own', () => {});
});
