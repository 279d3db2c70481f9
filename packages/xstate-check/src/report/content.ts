import type { Document } from './document.ts';
import type { Review } from './review.ts';
import { comparisonSections } from './sections/comparisons.ts';
import { coverageSection } from './sections/coverage.ts';
import { faultsSection } from './sections/faults.ts';
import { limitsSection } from './sections/limits.ts';
import { machinesSection } from './sections/machines.ts';
import { matrixSection } from './sections/matrix.ts';
import { rulesSection } from './sections/rules.ts';
import { runsSections } from './sections/runs.ts';
import { summaryOf } from './sections/summary.ts';
import { systemsSection } from './sections/systems.ts';

/** What a review says, from what was found out. */
export function documentOf(review: Review): Document {
  return {
    title: review.catalogue.description,
    summary: summaryOf(review),
    sections: [
      systemsSection(review),
      ...limitsSection(review),
      matrixSection(review),
      ...comparisonSections(review),
      ...runsSections(review),
      rulesSection(review),
      ...faultsSection(review),
      ...machinesSection(review),
      ...coverageSection(review),
    ],
  };
}
