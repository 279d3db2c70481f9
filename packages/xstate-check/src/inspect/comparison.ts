import { type Catalogue, findByName } from '../catalogue/catalogue.ts';
import type { Comparison } from '../catalogue/comparison.ts';
import { comparedOf, familiesOf } from '../matrix/compared.ts';
import { expectedBands } from '../matrix/expected.ts';
import type { ComparisonView } from './protocol.ts';

/** @throws InputError for a comparison that there is not */
export function comparisonNamed({ comparisons = [] }: Catalogue, name: string): Comparison {
  return findByName('comparison', name, comparisons, (one) => one.name);
}

/** Designs side by side, as the manifest has them. */
export function comparisonView(catalogue: Catalogue, comparison: Comparison): ComparisonView {
  const bands = expectedBands(catalogue, familiesOf(catalogue, comparison));
  const { rows } = comparedOf(catalogue, comparison, bands);
  const { name, title, designs } = comparison;
  return {
    ...{ name, title, rows },
    designs: designs.map((design) => ({
      ...{ name: design.name, title: design.title, source: design.source },
    })),
  };
}
