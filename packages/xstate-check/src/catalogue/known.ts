import type { Scope, SystemFamily } from '../specification/system.ts';
import {
  type Catalogue,
  defaultRevision,
  type Expectation,
  type Finding,
  type Revision,
} from './catalogue.ts';

/** A property that is known to break in a system at a revision. */
export interface Broken {
  readonly property: string;
  /** Where it shows: the default scope, if it does there. */
  readonly scope: Scope;
  /** The findings and faults under which the manifest enters it. */
  readonly by: readonly string[];
}

type Known = Pick<Catalogue, 'expectations' | 'findings'>;

export function isSameScope(one: Scope, other: Scope): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** What the manifest says of a system at a revision, the default scope first. */
export function expectationsOf(
  { expectations }: Pick<Catalogue, 'expectations'>,
  { name, defaultScope }: SystemFamily,
  revision: string,
): Expectation[] {
  const own = expectations.filter((one) => one.system === name && one.revision === revision);
  const isDefault = ({ scope }: Expectation) => isSameScope(scope, defaultScope);
  return [...own.filter(isDefault), ...own.filter((one) => !isDefault(one))];
}

/**
 * The scopes at which a system is looked at: its default one, those of the manifest, and those at
 * which a finding of it, or of the system that it is a change of, shows.
 */
export function scopesOf(catalogue: Known, family: SystemFamily, revision: string): Scope[] {
  const { expectations, findings } = catalogue;
  const name = family.changeOf?.system ?? family.name;
  const all = [
    family.defaultScope,
    ...expectationsOf({ expectations }, family, revision).map(({ scope }) => scope),
    ...findings.flatMap(({ system, scope }) =>
      system === name && scope !== undefined ? [scope] : [],
    ),
  ];
  return all.filter((scope, i) => all.findIndex((one) => isSameScope(one, scope)) === i);
}

/** Whether a verdict that the manifest expects says that the property breaks. */
export function saysBroken(expected: string): boolean {
  return expected !== 'holds' && expected !== 'vacuous';
}

/**
 * What breaks in a system at a revision, at whatever scope the manifest knows. Whoever says what is
 * broken, which findings a revision has, or that all rules hold, takes it from here.
 */
export function brokenIn(
  catalogue: Pick<Catalogue, 'expectations'>,
  family: SystemFamily,
  revision: string,
): Broken[] {
  const broken = new Map<string, Broken>();
  for (const { scope, properties } of expectationsOf(catalogue, family, revision)) {
    for (const [property, expected] of Object.entries(properties)) {
      if (!saysBroken(expected)) continue;
      const by = expected.split(', ');
      const first = broken.get(property) ?? { property, scope, by };
      broken.set(property, { ...first, by: [...new Set([...first.by, ...by])] });
    }
  }
  return [...broken.values()];
}

/** Whether what a finding claims is broken at a revision: where it says so, or the manifest does. */
export function isClaimedAt(
  catalogue: Pick<Catalogue, 'expectations' | 'families'>,
  finding: Finding,
  revision: string,
): boolean {
  if (finding.revision === revision) return true;
  const family = catalogue.families.find(({ name }) => name === finding.system);
  return (
    family !== undefined &&
    brokenIn(catalogue, family, revision).some(({ by }) => by.includes(finding.id))
  );
}

/** The findings of a revision. */
export function findingsAt(
  catalogue: Pick<Catalogue, 'expectations' | 'families' | 'findings'>,
  revision: string,
): Finding[] {
  return catalogue.findings.filter((finding) => isClaimedAt(catalogue, finding, revision));
}

/** The newest release that is compared, whose findings are those that are listed. */
export function newestRelease({ revisions }: Pick<Catalogue, 'revisions'>): Revision | undefined {
  return revisions.findLast(({ kind }) => kind === 'release');
}

/** The system as it is meant where nothing else is asked: its revision, and the scopes it is known at. */
export function placesOf(
  catalogue: Known & Pick<Catalogue, 'revisions'>,
  family: SystemFamily,
): { readonly revision: string; readonly scope: Scope }[] {
  const revision = defaultRevision(catalogue, family);
  return scopesOf(catalogue, family, revision).map((scope) => ({ revision, scope }));
}
