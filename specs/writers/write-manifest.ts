import {
  check,
  type Expectation,
  fingerprint,
  isSameScope,
  type PropertyResult,
  type Scope,
  type System,
  type SystemFamily,
  type SystemResult,
  scopesOf,
  suggested,
} from 'xstate-check';
import { writeWhole } from 'xstate-check/command';
import { specification } from '../catalogue.ts';
import { codeFamilies } from '../p2p-registration/index.ts';
import { defectsOf, NEWEST, proposals } from '../revisions/index.ts';
import { withManifest, writtenOf } from '../subjects.ts';

/** What is known of a system that another revision has, too. */
const results = new Map<string, Result>();

/** What a version breaks, by system. */
const broken = new Map<string, readonly string[]>();

/**
 * Writes the manifest of each subject anew from what its systems are now, or, where some are named,
 * what it says of those: every version, at the default scope and at those at which a finding shows. A version with a
 * defect put in (`7.3+M4`) is the business of its fault. Read the difference before you commit it,
 * because it is what the specification says.
 */
const [directory = '', ...names] = process.argv.slice(2);
const known = withManifest.flatMap((subject) => writtenOf(subject).map(({ name }) => name));
const unknown = names.find((name) => !known.includes(name));
if (unknown !== undefined) {
  process.stderr.write(`there is no system '${unknown}'; ${suggested(unknown, known)}\n`);
  process.exit(2);
}
const isAsked = ({ name }: SystemFamily) => names.length === 0 || names.includes(name);
for (const subject of withManifest.filter((one) => writtenOf(one).some(isAsked))) {
  const entries = writtenOf(subject).flatMap((family) =>
    isAsked(family) ? entriesOf(family) : kept(family),
  );
  writeWhole(
    `${directory}/${subject.folder}/manifest.json`,
    `${JSON.stringify(entries, null, 2)}\n`,
  );
}

function entriesOf(family: SystemFamily): readonly Expectation[] {
  const places = { expectations: [], findings: specification.findings };
  return family.revisions
    .filter((revision) => !revision.includes('+'))
    .flatMap((revision) =>
      scopesOf(places, family, revision).map((scope) => entryOf(family, revision, scope)),
    );
}

function kept({ name }: SystemFamily): readonly Expectation[] {
  return specification.expectations.filter(({ system }) => system === name);
}

function entryOf(family: SystemFamily, revision: string, scope: Scope): Expectation {
  const { states, transitions, depth, properties } = checked(family.build({ scope, revision }));
  return {
    ...{ system: family.name, revision, scope, states, transitions, depth },
    properties: Object.fromEntries(
      properties.map(({ property, verdict }) => [
        property.id,
        verdict === 'broken' ? nameOf(family, revision, scope, property.id) : verdict,
      ]),
    ),
  };
}

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
 * claims it, where the newest version breaks it too, or whose scope this is; else the known defects of
 * the revision of which a fault expects it, or which break it by themselves in the newest version; else
 * all that could have a part in it; else `broken`.
 */
function nameOf(family: SystemFamily, revision: string, scope: Scope, property: string): string {
  const ofCode = nameOfCode(family, revision, property);
  if (ofCode !== undefined) return ofCode;
  const claims = specification.findings.filter(
    (f) => f.system === family.name && f.property === property,
  );
  const own = claims.find(({ id }) => defectsOf(revision).includes(id));
  if (own !== undefined) return own.id;
  const ofThis = claims.filter((one) => one.revision === revision);
  const among = ofThis.length > 0 ? ofThis : claims;
  const claim =
    among.find((one) => one.scope !== undefined && isSameScope(one.scope, scope)) ??
    among.find((one) => one.scope === undefined);
  const at = claim?.scope ?? family.defaultScope;
  if (claim !== undefined && breaks(family, claim.revision, property, at)) return claim.id;
  const shown = specification.findings.filter(
    (f) => f.system === family.name && f.scope !== undefined && isSameScope(f.scope, scope),
  );
  if (shown.some((f) => breaks(family, f.revision, property, scope))) {
    return shown.map(({ id }) => id).join(', ');
  }
  const defects = [...new Set(defectsOf(revision))];
  const behind = defects.filter(
    (defect) =>
      expects(family, defect, property) || breaks(family, `7.3+${defect}`, property, scope),
  );
  const touching = defects.filter((defect) => family.revisions.includes(`7.3+${defect}`));
  const asked = proposals.filter(({ name }) => name === revision).map(({ name }) => name);
  return (
    behind.join(', ') ||
    // What the newest release breaks is a finding.
    (revision === NEWEST && ofSystem(family, scope)) ||
    ofRevision(family, revision) ||
    [...touching, ...asked].join(', ') ||
    ofSystem(family, scope) ||
    'broken'
  );
}

/**
 * Systems of one subject share their rules: what breaks one is entered under the finding that claims it
 * here; else under the faults that break it here; else under a finding that claims it elsewhere.
 */
function nameOfCode(family: SystemFamily, revision: string, property: string): string | undefined {
  const names = codeFamilies.map(({ name }) => name);
  if (!names.includes(family.name)) return undefined;
  const ruleOf = (id: string) => id.replace(/[(@].*$/, '');
  const claims = specification.findings.filter(
    (f) => names.includes(f.system) && ruleOf(f.property) === ruleOf(property),
  );
  const own = claims.find((f) => f.system === family.name);
  if (own !== undefined) return own.id;
  const faults = specification.faults.filter(
    (f) => f.system === family.name && f.expected.some((id) => ruleOf(id) === ruleOf(property)),
  );
  if (faults.length > 0) return faults.map(({ id }) => id).join(', ');
  return (claims.find((f) => f.revision === revision) ?? claims[0])?.id;
}

/** The findings of a system at a scope: what breaks beside what they claim is theirs, too. */
function ofSystem(family: SystemFamily, scope: Scope): string {
  return specification.findings
    .filter((finding) => finding.system === family.name)
    .filter((finding) => isSameScope(finding.scope ?? family.defaultScope, scope))
    .map(({ id }) => id)
    .join(', ');
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

/** Whether a defect alone breaks a property at a scope. */
function breaks(family: SystemFamily, revision: string, property: string, scope: Scope): boolean {
  if (!family.revisions.includes(revision)) return false;
  const key = JSON.stringify([family.name, revision, scope]);
  if (!broken.has(key)) {
    const { properties } = checked(family.build({ scope, revision }));
    broken.set(
      key,
      properties.flatMap((result) => (result.verdict === 'holds' ? [] : [result.property.id])),
    );
  }
  return broken.get(key)!.includes(property);
}
