import { describe } from 'vitest';
import { families, faults } from '../../specs/p2p-registration/index.ts';
import { faultCases } from './family-cases.ts';

describe.each(families.map((family) => ({ name: family.name, family })))('$name', ({ family }) => {
  faultCases(
    family,
    faults.filter(({ system }) => system === family.name),
  );
});
