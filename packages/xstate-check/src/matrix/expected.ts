import { type Catalogue, type Expectation, findByName } from '../catalogue/catalogue.ts';
import { withoutInstance } from '../catalogue/instances.ts';
import { expectationsOf, saysBroken } from '../catalogue/known.ts';
import type { SystemFamily } from '../specification/system.ts';
import {
  type Band,
  type Column,
  describe,
  type Judgement,
  type Matrix,
  merged,
  overScopes,
  worse,
} from './matrix.ts';

/**
 * The matrix as the manifest has it, without checking anything: what `matrix` finds out where
 * everything is as expected, but for the lengths of the runs.
 */
export function expectedMatrix(catalogue: Catalogue): Matrix {
  return merged(catalogue, expectedBands(catalogue, catalogue.families));
}

/** What the manifest has of each system. */
export function expectedBands(catalogue: Catalogue, families: readonly SystemFamily[]): Band[] {
  return families.map((family) => bandOf(catalogue, family));
}

function bandOf(catalogue: Catalogue, family: SystemFamily): Band {
  const expectations = catalogue.revisions.map(({ name: revision }) =>
    family.revisions.includes(revision) ? expectationsOf(catalogue, family, revision) : [],
  );
  const columns = catalogue.revisions.map(({ name: revision }, i): Column => {
    const isUnread = family.unread?.some((unread) => unread.revision === revision);
    const known = expectations[i]!;
    // Of what the manifest does not speak, nothing is known either.
    if (isUnread || (family.revisions.includes(revision) && known.length === 0)) return 'unread';
    if (known.length === 0) return 'absent';
    const judged = known.map(({ scope, properties }) => ({
      scope,
      judgements: judgementsOf(properties),
    }));
    return overScopes(catalogue, family, revision, judged);
  });
  return {
    family,
    properties: describedBy(family, expectations.flat()),
    columns,
    differences: [],
  };
}

function judgementsOf(properties: Expectation['properties']): Map<string, Judgement> {
  const judgements = new Map<string, Judgement>();
  for (const [id, expected] of Object.entries(properties)) {
    const row = withoutInstance(id);
    const judgement: Judgement = { verdict: verdictOf(expected), differs: false };
    const before = judgements.get(row);
    judgements.set(row, before === undefined ? judgement : worse([before, judgement]));
  }
  return judgements;
}

function verdictOf(expected: string): Judgement['verdict'] {
  if (saysBroken(expected)) return 'broken';
  return expected === 'holds' ? 'holds' : 'not-applicable';
}

/** What the rules say: they are read off as few places of the system as have them all. */
function describedBy(
  family: SystemFamily,
  expectations: readonly Expectation[],
): Band['properties'] {
  const rows: Map<string, { title: string; rule?: string }> = new Map();
  for (const { scope, properties, ...expectation } of expectations) {
    if (Object.keys(properties).every((id) => rows.has(withoutInstance(id)))) continue;
    const revision = findByName('revision', expectation.revision, family.revisions, (r) => r);
    describe(rows, family.build({ scope, revision }));
  }
  if (rows.size === 0 && family.revisions.length > 0) {
    describe(rows, family.build({ scope: family.defaultScope, revision: family.revisions[0]! }));
  }
  return rows;
}
