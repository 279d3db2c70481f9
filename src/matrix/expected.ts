import { type Catalogue, type Expectation, findByName } from '../cli/catalogue.ts';
import { expectationOf } from '../cli/judge.ts';
import type { SystemFamily } from '../system/system.ts';
import { withoutInstance } from './instances.ts';
import {
  type Band,
  type Column,
  claims,
  describe,
  describeScoped,
  type Judgement,
  type Matrix,
  merged,
  scopedFindings,
  withScoped,
  worse,
} from './matrix.ts';

/**
 * The matrix as the manifest has it, without checking anything: what `matrix` finds out where
 * everything is as expected, but for the lengths of the runs.
 */
export function expectedMatrix(catalogue: Catalogue): Matrix {
  return merged(
    catalogue,
    catalogue.families.map((family) => bandOf(catalogue, family)),
  );
}

function bandOf(catalogue: Catalogue, family: SystemFamily): Band {
  const expectations = catalogue.revisions.map(({ name: revision }) =>
    family.revisions.includes(revision)
      ? expectationOf(catalogue, family, { revision, scope: family.defaultScope })
      : undefined,
  );
  const columns = catalogue.revisions.map(({ name: revision }, i): Column => {
    const isUnread = family.unread?.some((unread) => unread.revision === revision);
    // Of what the manifest does not speak, nothing is known either.
    if (isUnread || (family.revisions.includes(revision) && !expectations[i])) return 'unread';
    const expectation = expectations[i];
    return expectation === undefined ? 'absent' : judgementsOf(catalogue, family, expectation);
  });
  return {
    family,
    properties: describedBy(catalogue, family, expectations),
    columns,
    differences: [],
  };
}

function judgementsOf(
  catalogue: Catalogue,
  family: SystemFamily,
  { revision, properties }: Expectation,
): Map<string, Judgement> {
  const judgements = new Map<string, Judgement>();
  for (const [id, finding] of Object.entries(properties)) {
    const row = withoutInstance(id);
    const verdict = finding === 'holds' ? 'holds' : 'broken';
    const before = judgements.get(row);
    const judgement: Judgement = { verdict, differs: false };
    judgements.set(row, before === undefined ? judgement : worse([before, judgement]));
  }
  const scoped = scopedFindings(catalogue, family).filter((finding) => claims(finding, revision));
  return withScoped(
    judgements,
    scoped.map((finding) => ({ finding, revision })),
  );
}

/** What the rules say: they are read off as few revisions of the system as have them all. */
function describedBy(
  catalogue: Catalogue,
  family: SystemFamily,
  expectations: readonly (Expectation | undefined)[],
): Band['properties'] {
  const rows: Map<string, { title: string; rule?: string }> = new Map();
  for (const expectation of expectations) {
    const ids = Object.keys(expectation?.properties ?? {});
    if (expectation === undefined || ids.every((id) => rows.has(withoutInstance(id)))) continue;
    const revision = findByName('revision', expectation.revision, family.revisions, (r) => r);
    describe(rows, family.build({ scope: family.defaultScope, revision }));
  }
  if (rows.size === 0 && family.revisions.length > 0) {
    describe(rows, family.build({ scope: family.defaultScope, revision: family.revisions[0]! }));
  }
  for (const finding of scopedFindings(catalogue, family)) describeScoped(rows, family, finding);
  return rows;
}
