import { InputError } from '../base/errors.ts';
import { own } from '../base/own.ts';
import {
  type Catalogue,
  defaultRevision,
  type Expectation,
  findByName,
  formatScope,
  type Revision,
} from '../catalogue/catalogue.ts';
import { formatCounterexampleId } from '../catalogue/counterexample-id.ts';
import { isMeantBy, withoutInstance } from '../catalogue/instances.ts';
import { differencesOf, expectationOf, isExpected, type Outcome } from '../catalogue/judge.ts';
import { brokenIn, isClaimedAt, isSameScope, scopesOf } from '../catalogue/known.ts';
import { statesOf, type Task, type Work } from '../catalogue/work.ts';
import { check, type SystemResult } from '../check/check.ts';
import { fingerprint } from '../check/same-system.ts';
import type { Verdict } from '../check/verdict.ts';
import type { Bounds } from '../explore/explore.ts';
import type { Property } from '../specification/property.ts';
import type { Scope, System, SystemFamily } from '../specification/system.ts';

/**
 * What a rule is at a revision: `not-applicable` where there is nothing that it could be about,
 * `unknown` where the source of that revision was not read. Of several systems of which some were
 * read and some were not, `holds-where-read` says that the rule holds in the former.
 */
export type CellVerdict = 'broken' | 'unknown' | 'holds-where-read' | 'holds' | 'not-applicable';

/** The rules of systems, merged over their instances and scopes, by the revisions that they have. */
export interface Matrix {
  readonly revisions: readonly Revision[];
  readonly rows: readonly Row[];
  /** Why a system is unknown at a revision. */
  readonly unread: readonly { readonly system: string; revision: string; why: string }[];
  /** The systems that have none of the revisions, so that there is nothing to say of them. */
  readonly unlisted: readonly string[];
  /** What is not as the manifest expects, as sentences. */
  readonly differences: readonly string[];
}

export interface Row {
  /** The id of the property without the instance. */
  readonly property: string;
  readonly title: string;
  /** The rule of the specification that it is an instance of. */
  readonly rule?: string;
  readonly systems: readonly string[];
  /** One for each revision. */
  readonly cells: readonly Cell[];
}

export interface Cell {
  readonly verdict: CellVerdict;
  /** Where broken: what `explain` takes, and the length of the run. */
  readonly counterexample?: { readonly id: string; readonly steps: number };
  /** The findings and faults that speak of it. */
  readonly known: readonly string[];
  /** Not as the manifest expects. */
  readonly differs: boolean;
}

/** One property of one system, or of several instances in it, at one revision. */
export type Judgement = Pick<Cell, 'verdict' | 'differs'> & {
  readonly steps?: number;
  /** The finding that breaks it at a scope of its own. */
  readonly by?: string;
};

/** What was found out of one system at one revision: by the id of the row. */
export type Column = ReadonlyMap<string, Judgement> | 'unread' | 'absent';

/** One system at all revisions. */
export interface Band {
  readonly family: SystemFamily;
  readonly properties: ReadonlyMap<string, Pick<Row, 'title' | 'rule'>>;
  readonly columns: readonly Column[];
  readonly differences: readonly string[];
}

/**
 * Checks systems of the catalogue at every revision of it that they have, at every scope at which they
 * are looked at.
 *
 * @throws InputError where a bound is reached, or a system contradicts the list of revisions
 */
export async function matrixOf(work: Work, families: readonly SystemFamily[]): Promise<Matrix> {
  return merged(work.means.catalogue, await bandsOf(work, families));
}

/** What is found out of each system. @throws as `matrixOf` */
export async function bandsOf(work: Work, families: readonly SystemFamily[]): Promise<Band[]> {
  const { catalogue } = work.means;
  for (const family of families) assertConsistent(catalogue, family);
  const numbers = families.map((family) => catalogue.families.indexOf(family));
  return work.all(makeBand, numbers);
}

/** Checks one system at every revision of the catalogue that it has. */
export const makeBand: Task<number, Band, Omit<Band, 'family'>> = {
  name: 'band',
  about: ({ families }, number) => families[number]!.name,
  size: (catalogue, number) =>
    statesOf(catalogue, ({ system }) => system === catalogue.families[number]!.name),
  of: ({ catalogue, bounds, progress }, number) =>
    bandOf(catalogue, catalogue.families[number]!, bounds, progress),
  tell: ({ family: _, ...told }) => told,
  hear: ({ catalogue }, number, told) => ({ ...told, family: catalogue.families[number]! }),
};

/** The matrix of what was found out of each system. */
export function merged(catalogue: Catalogue, bands: readonly Band[]): Matrix {
  const families = bands.map(({ family }) => family);
  const ids = new Set(bands.flatMap(({ properties }) => [...properties.keys()]));
  const columns = catalogue.revisions.flatMap((revision, column) =>
    bands.some(({ columns }) => columns[column] !== 'absent') ? [{ revision, column }] : [],
  );
  return {
    revisions: columns.map(({ revision }) => revision),
    rows: inGroups([...ids].map((id) => rowOf(catalogue, bands, columns, id))),
    unread: families.flatMap(({ name, unread = [] }) =>
      unread.map(({ revision, why }) => ({ system: name, revision, why })),
    ),
    unlisted: bands.flatMap(({ family, columns }) =>
      columns.every((column) => column === 'absent') ? [family.name] : [],
    ),
    differences: bands.flatMap(({ differences }) => differences),
  };
}

/** A mistyped revision would be a column in which nothing is applicable. */
function assertConsistent(
  { revisions }: Catalogue,
  { name, unread = [], ...family }: SystemFamily,
) {
  for (const { revision } of unread) {
    findByName('revision', revision, revisions, (r) => r.name);
    if (!family.revisions.includes(revision)) continue;
    throw new InputError(
      `system '${name}' has the revision '${revision}' and says that it was not read: take one out`,
    );
  }
}

function bandOf(
  catalogue: Catalogue,
  family: SystemFamily,
  bounds: Bounds,
  progress: (text: string) => void,
): Band {
  const properties = new Map<string, Pick<Row, 'title' | 'rule'>>();
  const differences: string[] = [];
  const outcomes = new Map<string, Checked>();
  const judgedAt = (revision: string, scope: Scope) => {
    const what = placeOf(family, revision, scope);
    progress(`${what} …`);
    const system = family.build({ scope, revision });
    describe(properties, system);
    const same = fingerprint(system);
    const checked =
      outcomes.get(same) ??
      withoutSpace(
        check(system, { ...bounds, progress: (states) => progress(`${what}: ${states} states`) }),
      );
    outcomes.set(same, checked);
    const expectation = expectationOf(catalogue, family, { revision, scope });
    const found = differencesOf(checked, expectation);
    differences.push(...found.map((difference) => `${what}: ${difference}`));
    return { scope, judgements: judgementsOf(checked, expectation) };
  };
  const columns = catalogue.revisions.map(({ name: revision }): Column => {
    if (family.unread?.some((unread) => unread.revision === revision)) return 'unread';
    if (!family.revisions.includes(revision)) return 'absent';
    const scopes = scopesOf(catalogue, family, revision);
    const judged = scopes.map((scope) => judgedAt(revision, scope));
    return overScopes(catalogue, family, revision, judged);
  });
  if (properties.size === 0 && columns.includes('unread') && family.revisions.length > 0) {
    const revision = defaultRevision(catalogue, family);
    describe(properties, family.build({ revision, scope: family.defaultScope }));
  }
  return { family, properties, columns, differences };
}

/** `door 2.0`, and the scope where it is not the default one. */
function placeOf({ name, defaultScope }: SystemFamily, revision: string, scope: Scope): string {
  const at = isSameScope(scope, defaultScope) ? '' : `, ${formatScope(scope)}`;
  return `${name} ${revision}${at}`;
}

/**
 * What was found of a system at a revision, its scopes taken together, of which the first is the
 * default one: what breaks at any of them breaks.
 */
export function overScopes(
  { findings }: Pick<Catalogue, 'findings'>,
  { name }: SystemFamily,
  revision: string,
  judged: readonly { readonly scope: Scope; readonly judgements: ReadonlyMap<string, Judgement> }[],
): Map<string, Judgement> {
  const merged = new Map<string, Judgement>();
  judged.forEach(({ scope, judgements }, i) => {
    const shown = findings.filter(
      (f) => f.system === name && f.revision === revision && f.scope !== undefined,
    );
    for (const [row, judgement] of judgements) {
      const before = merged.get(row);
      const by = shown.find(
        (f) => isSameScope(f.scope!, scope) && withoutInstance(f.property) === row,
      );
      const here = {
        ...judgement,
        ...(i > 0 && judgement.verdict === 'broken' && by !== undefined && { by: by.id }),
      };
      if (before === undefined) merged.set(row, here);
      else if (before.verdict !== 'broken') merged.set(row, worse([before, here]));
      else merged.set(row, { ...before, differs: before.differs || here.differs });
    }
  });
  return merged;
}

/** A result without the state space, which is large. */
interface Checked extends Outcome {
  readonly properties: readonly {
    readonly property: Property;
    readonly verdict: Verdict['verdict'];
    readonly steps?: number;
  }[];
}

function withoutSpace({ states, transitions, depth, properties }: SystemResult): Checked {
  return {
    states,
    transitions,
    depth,
    properties: properties.map((result) => ({
      property: result.property,
      verdict: result.verdict,
      ...(result.verdict === 'broken' && { steps: result.counterexample.run.vectors.length }),
    })),
  };
}

/** Adds the rows that a system's properties are in, with what they say. */
export function describe(
  rows: Map<string, Pick<Row, 'title' | 'rule'>>,
  { properties }: System,
): void {
  for (const { id, title, rule } of properties) {
    const row = withoutInstance(id);
    if (!rows.has(row)) rows.set(row, { title, ...(rule !== undefined && { rule }) });
  }
}

function judgementsOf(
  { properties }: Checked,
  expectation: Expectation | undefined,
): Map<string, Judgement> {
  const judgements = new Map<string, Judgement>();
  for (const { property, verdict, steps } of properties) {
    const wanted = expectation === undefined ? 'holds' : own(expectation.properties, property.id);
    const row = withoutInstance(property.id);
    const judgement: Judgement = {
      // A rule that was never put to the test says nothing; the manifest never expects that.
      verdict: verdict === 'holds' || verdict === 'broken' ? verdict : 'not-applicable',
      differs: wanted === undefined || !isExpected(verdict, wanted),
      ...(steps !== undefined && { steps }),
    };
    const before = judgements.get(row);
    judgements.set(row, before === undefined ? judgement : worse([before, judgement]));
  }
  return judgements;
}

/** The worst first. */
export const SEVERITY: readonly CellVerdict[] = [
  'broken',
  'unknown',
  'holds-where-read',
  'holds',
  'not-applicable',
];

/** The worst of several judgements, with the shortest run; a difference in any is one of all. */
export function worse<T extends Judgement>(judgements: readonly [T, ...T[]]): T {
  const worst = judgements.reduce((a, b) => {
    const by = SEVERITY.indexOf(b.verdict) - SEVERITY.indexOf(a.verdict);
    return by < 0 || (by === 0 && (b.steps ?? 0) < (a.steps ?? 0)) ? b : a;
  });
  return { ...worst, differs: judgements.some(({ differs }) => differs) };
}

function rowOf(
  catalogue: Catalogue,
  bands: readonly Band[],
  columns: readonly { readonly revision: Revision; readonly column: number }[],
  property: string,
): Row {
  const concerned = bands.filter(({ properties }) => properties.has(property));
  const described = concerned.map(({ properties }) => properties.get(property)!);
  const rule = described.find((one) => one.rule !== undefined)?.rule;
  return {
    property,
    title: described[0]!.title,
    ...(rule !== undefined && { rule }),
    systems: concerned.map(({ family }) => family.name),
    cells: columns.map(({ revision, column }) =>
      cellOf(catalogue, concerned, property, revision.name, column),
    ),
  };
}

function cellOf(
  catalogue: Catalogue,
  bands: readonly Band[],
  property: string,
  revision: string,
  column: number,
): Cell {
  const judged = bands.map(({ family, columns }) => ({
    family,
    ...judgementIn(columns[column]!, property),
  }));
  const { family, verdict, steps, differs, by } = worse(judged as [Placed, ...Placed[]]);
  if (verdict !== 'broken') {
    const isPartly = verdict === 'unknown' && judged.some((one) => one.verdict === 'holds');
    return { verdict: isPartly ? 'holds-where-read' : verdict, differs, known: [] };
  }
  const broken = judged.filter((one) => one.verdict === 'broken');
  const known = broken.flatMap((one) => knownOf(catalogue, one.family, property, revision));
  return {
    verdict,
    differs,
    counterexample: {
      id: by ?? formatCounterexampleId({ system: family.name, property, revision }),
      steps: steps ?? 0,
    },
    known: [...new Set(known)],
  };
}

interface Placed extends Judgement {
  readonly family: SystemFamily;
}

function judgementIn(column: Column, property: string): Judgement {
  if (column === 'unread') return { verdict: 'unknown', differs: false };
  const judgement = column === 'absent' ? undefined : column.get(property);
  return judgement ?? { verdict: 'not-applicable', differs: false };
}

/**
 * The findings and faults that speak of a property of a system at a revision: those that say so,
 * and those under which the manifest enters it.
 */
function knownOf(
  catalogue: Catalogue,
  family: SystemFamily,
  property: string,
  revision: string,
): string[] {
  const findings = catalogue.findings.filter(
    (f) =>
      f.system === family.name &&
      isMeantBy(property, f.property) &&
      isClaimedAt(catalogue, f, revision),
  );
  const faults = catalogue.faults.filter(
    (f) =>
      f.system === family.name &&
      'revision' in f.change &&
      f.change.revision === revision &&
      f.expected.some((id) => isMeantBy(property, id)),
  );
  const entered = brokenIn(catalogue, family, revision)
    .filter((broken) => isMeantBy(property, broken.property))
    .flatMap(({ by }) => by);
  const named = [...catalogue.findings, ...catalogue.faults].filter(({ id }) =>
    entered.includes(id),
  );
  return [...findings, ...faults, ...named].map(({ id }) => id);
}

/** Under which heading a row stands: its rule, else its system. */
export function groupOf({ rule, systems }: Row): string {
  return rule ?? (systems.length === 1 ? systems[0]! : 'several systems');
}

/** Rules first, in the order of their numbers; then what is in several systems; then the others. */
function inGroups(rows: readonly Row[]): Row[] {
  const rank = ({ rule, systems }: Row) => (rule !== undefined ? 0 : systems.length > 1 ? 1 : 2);
  return [...rows].sort(
    (a, b) =>
      rank(a) - rank(b) || (a.rule ?? '').localeCompare(b.rule ?? '', 'en', { numeric: true }),
  );
}
