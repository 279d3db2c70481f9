import { writeFileSync } from 'node:fs';
import { check } from '../src/check/check.ts';
import type { Expectation } from '../src/cli/catalogue.ts';
import type { SystemFamily } from '../src/system/system.ts';
import { families, specification } from './catalogue.ts';
import { defectsOf } from './revisions/index.ts';

/**
 * Writes the manifest anew from what the systems are now: every version at its default scope. A
 * version with a defect put in (`7.3+M4`) is the business of its fault. Read the difference before
 * you commit it, because it is what the specification says.
 */
const entries = families.flatMap((family) =>
  family.revisions
    .filter((revision) => !revision.includes('+'))
    .map((revision): Expectation => {
      const result = check(family.build({ scope: family.defaultScope, revision }));
      return {
        system: family.name,
        revision,
        scope: family.defaultScope,
        states: result.states,
        transitions: result.transitions,
        depth: result.depth,
        properties: Object.fromEntries(
          result.properties.map(({ property, verdict }) => [
            property.id,
            verdict === 'holds' ? 'holds' : defectBehind(family, revision, property.id),
          ]),
        ),
      };
    }),
);
writeFileSync(process.argv[2]!, `${JSON.stringify(entries, null, 2)}\n`);

/**
 * What a broken property is entered under: the finding that claims it of this revision, else the
 * known defects of the revision that expect it, else the finding that claims it of another
 * revision, else all known defects of the revision in this system, else `broken`.
 */
function defectBehind(family: SystemFamily, revision: string, property: string): string {
  const claims = specification.findings.filter(
    (f) => f.system === family.name && f.property === property,
  );
  const claimed = claims.find((finding) => finding.revision === revision);
  if (claimed !== undefined) return claimed.id;
  const defects = defectsOf(revision);
  const known = specification.faults.filter(
    (fault) =>
      fault.system === family.name &&
      (defects.includes(fault.id) ||
        ('revision' in fault.change && fault.change.revision === revision)),
  );
  const expecting = known.filter((fault) => fault.expected.includes(property));
  const ids = (faults: readonly { readonly id: string }[]) => faults.map(({ id }) => id).join(', ');
  return ids(expecting) || claims[0]?.id || ids(known) || 'broken';
}
