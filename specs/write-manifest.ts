import { writeFileSync } from 'node:fs';
import { check, type PropertyResult, type SystemResult } from '../src/check/check.ts';
import type { Expectation } from '../src/cli/catalogue.ts';
import { fingerprint } from '../src/matrix/same-system.ts';
import type { System, SystemFamily } from '../src/system/system.ts';
import { families, specification } from './catalogue.ts';
import { defectsOf } from './revisions/index.ts';

/** What is known of a system that another revision has, too. */
const results = new Map<string, Result>();

/** What a version breaks, by system. */
const broken = new Map<string, readonly string[]>();

/**
 * Writes the manifest anew from what the systems are now: every version at its default scope. A
 * version with a defect put in (`7.3+M4`) is the business of its fault. Read the difference before
 * you commit it, because it is what the specification says.
 */
const entries = families.flatMap((family) =>
  family.revisions
    .filter((revision) => !revision.includes('+'))
    .map((revision): Expectation => {
      const result = checked(family.build({ scope: family.defaultScope, revision }));
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
            verdict === 'holds' ? 'holds' : nameOf(family, revision, property.id),
          ]),
        ),
      };
    }),
);
writeFileSync(process.argv[2]!, `${JSON.stringify(entries, null, 2)}\n`);

interface Result extends Pick<SystemResult, 'states' | 'transitions' | 'depth'> {
  readonly properties: readonly Pick<PropertyResult, 'property' | 'verdict'>[];
}

/** Checks each system once, whatever its revision is called; the state space is let go of. */
function checked(system: System): Result {
  const same = fingerprint(system);
  const known = results.get(same);
  if (known !== undefined) return known;
  const { states, transitions, depth, properties } = check(system);
  const result = {
    states,
    transitions,
    depth,
    properties: properties.map(({ property, verdict }) => ({ property, verdict })),
  };
  results.set(same, result);
  return result;
}

/**
 * What a broken property is entered under: the finding that claims it of this revision; the one that
 * claims it, where the newest version breaks it too; else the known defects of the revision of which a fault expects it, or which break
 * it by themselves in the newest version; else all that could have a part in it; else `broken`.
 */
function nameOf(family: SystemFamily, revision: string, property: string): string {
  const claims = specification.findings.filter(
    (f) => f.system === family.name && f.property === property,
  );
  const own = claims.find(({ id }) => defectsOf(revision).includes(id));
  if (own !== undefined) return own.id;
  const claim = claims[0];
  if (claim !== undefined && breaks(family, claim.revision, property)) return claim.id;
  const defects = [...new Set(defectsOf(revision))];
  const behind = defects.filter(
    (defect) => expects(family, defect, property) || breaks(family, `7.3+${defect}`, property),
  );
  const touching = defects.filter((defect) => family.revisions.includes(`7.3+${defect}`));
  return behind.join(', ') || ofRevision(family, revision) || touching.join(', ') || 'broken';
}

/** The faults that are a revision. */
function ofRevision(family: SystemFamily, revision: string): string {
  return specification.faults
    .filter((f) => f.system === family.name && 'revision' in f.change)
    .filter((f) => 'revision' in f.change && f.change.revision === revision)
    .map(({ id }) => id)
    .join(', ');
}

function expects(family: SystemFamily, defect: string, property: string): boolean {
  return specification.faults.some(
    (fault) =>
      fault.system === family.name &&
      (fault.defect ?? fault.id) === defect &&
      fault.expected.includes(property),
  );
}

/** Whether a defect alone breaks a property. */
function breaks(family: SystemFamily, revision: string, property: string): boolean {
  if (!family.revisions.includes(revision)) return false;
  const key = `${family.name} ${revision}`;
  if (!broken.has(key)) {
    const { properties } = checked(family.build({ scope: family.defaultScope, revision }));
    broken.set(
      key,
      properties.flatMap((result) => (result.verdict === 'holds' ? [] : [result.property.id])),
    );
  }
  return broken.get(key)!.includes(property);
}
