import { own } from '../base/own.ts';
import {
  type Catalogue,
  defaultRevision,
  type Finding,
  findByName,
  type MachineEntry,
  placeOf,
} from '../catalogue/catalogue.ts';
import { formatCounterexampleId } from '../catalogue/counterexample-id.ts';
import { type Judged, judge } from '../catalogue/judge.ts';
import { placesOf } from '../catalogue/known.ts';
import { type GeneratedSuites, generateSuites } from '../catalogue/suites.ts';
import type { Chart } from '../chart/chart.ts';
import { chartOf } from '../chart/chart-of.ts';
import { check } from '../check/check.ts';
import type { Counterexample } from '../check/verdict.ts';
import { drawn } from '../explain/diagram.ts';
import { diagrams, ruleBroken } from '../explain/diagrams.ts';
import type { Bounds } from '../explore/explore.ts';
import { Bases } from '../faults/bases.ts';
import { checkFault, type Fault } from '../faults/fault.ts';
import { type AnsweredCall, answersOf } from '../matrix/answers.ts';
import { type Compared, comparedOf } from '../matrix/compared.ts';
import { type Band, bandsOf, type Matrix, merged } from '../matrix/matrix.ts';
import type { SystemFamily } from '../specification/system.ts';
import { sequenceSvg } from './sequence.ts';

/** Everything that a report says, found out. */
export interface Review {
  readonly catalogue: Catalogue;
  readonly families: readonly SystemFamily[];
  /** Each system at the revision that is meant where none is named, at every scope that is known. */
  readonly judged: readonly (Omit<Judged, 'milliseconds' | 'result'> & {
    readonly result: Found;
  })[];
  readonly matrix: Matrix;
  /** The designs that are compared, all of whose systems are reported on. */
  readonly comparisons: readonly ReviewedComparison[];
  readonly runs: readonly ShownRun[];
  readonly faults: readonly CaughtFault[];
  readonly machines: readonly DrawnMachine[];
  readonly coverage: readonly GeneratedSuites[];
  /** What is not as the specification expects, as sentences. */
  readonly differences: readonly string[];
}

/** What was found of a system, without its states. */
type Found = Omit<Judged['result'], 'space'>;

/** A run that breaks a property, ready to be read. */
export interface ShownRun {
  readonly id: string;
  readonly kind: 'fault' | 'finding' | 'unexpected';
  readonly title: string;
  readonly source: string;
  readonly where: string;
  readonly system: string;
  readonly properties: readonly string[];
  /** Absent where no run was found, which is an error of the specification. */
  readonly found?: {
    /** In words, with the steps that have no line of their own in the text. */
    readonly length: string;
    readonly rules: readonly string[];
    readonly texts: readonly string[];
    readonly svg: string;
  };
}

export interface ReviewedComparison {
  readonly compared: Compared;
  readonly calls: readonly AnsweredCall[];
}

export interface CaughtFault {
  readonly fault: Fault;
  readonly caughtBy: readonly string[];
}

export interface DrawnMachine {
  readonly entry: MachineEntry;
  readonly chart: Chart;
}

/** Finds out what a report on these systems says; nothing in it depends on when or where. */
export async function reviewOf(
  catalogue: Catalogue,
  families: readonly SystemFamily[],
  bounds: Bounds,
  progress: (text: string) => void,
): Promise<Review> {
  const runs: ShownRun[] = [];
  const judged = families.flatMap((family) =>
    placesOf(catalogue, family).map((place) => {
      progress(`${family.name} …`);
      const { milliseconds: _, result, ...rest } = judge(catalogue, family, place, bounds);
      runs.push(...unexpectedRuns(family, { ...rest, result }));
      const { name, revision, scope, states, transitions, depth, properties, stopped } = result;
      const found = { name, revision, scope, states, transitions, depth, properties };
      return { ...rest, result: { ...found, ...(stopped !== undefined && { stopped }) } };
    }),
  );
  const faults = faultsOf(catalogue, families, bounds, progress, runs);
  runs.push(...findingRuns(catalogue, families, bounds, progress));
  const bands = bandsOf(catalogue, families, bounds, progress);
  const matrix = merged(catalogue, bands);
  const coverage = catalogue.suites
    .filter(({ system }) => families.some(({ name }) => name === system.name))
    .map((source) => {
      progress(`tests of ${source.name} …`);
      return generateSuites(source);
    });
  const machines = await drawnMachines(catalogue, families, progress);
  const differences = [
    ...judged.flatMap(({ result, differences }) =>
      differences.map((difference) => `${result.name} ${result.revision}: ${difference}`),
    ),
    ...matrix.differences,
    ...faults.flatMap(({ fault, caughtBy }) =>
      fault.expected
        .filter((id) => !caughtBy.includes(id))
        .map((id) => `fault ${fault.id}: ${id} does not catch it`),
    ),
    ...runs.flatMap(({ id, kind, found }) =>
      kind === 'finding' && found === undefined ? [`finding ${id}: no run shows it`] : [],
    ),
  ];
  return {
    catalogue,
    families,
    judged,
    matrix,
    comparisons: comparisonsOf(catalogue, bands),
    runs,
    faults,
    machines,
    coverage,
    differences: [...new Set(differences)],
  };
}

function comparisonsOf(catalogue: Catalogue, bands: readonly Band[]): ReviewedComparison[] {
  const known = new Set(bands.map(({ family }) => family.name));
  return (catalogue.comparisons ?? [])
    .filter((one) =>
      one.designs.every(({ places }) => places.every(({ system }) => known.has(system))),
    )
    .map((comparison) => ({
      compared: comparedOf(catalogue, comparison, bands),
      calls: answersOf(catalogue, comparison),
    }));
}

/** What breaks although the specification does not say so. */
function unexpectedRuns(
  family: SystemFamily,
  { result, expectation }: Pick<Judged, 'result' | 'expectation'>,
): ShownRun[] {
  return result.properties.flatMap((judged) => {
    if (judged.verdict !== 'broken') return [];
    const { id: property, title, source } = judged.property;
    if ((own(expectation?.properties, property) ?? 'holds') !== 'holds') return [];
    const { revision } = result;
    return [
      {
        id: formatCounterexampleId({ system: family.name, property, revision }),
        kind: 'unexpected' as const,
        title,
        source,
        where: placeOf(family.name, revision, result.scope),
        system: family.name,
        properties: [property],
        found: foundOf([judged.counterexample]),
      },
    ];
  });
}

function faultsOf(
  { faults }: Catalogue,
  families: readonly SystemFamily[],
  bounds: Bounds,
  progress: (text: string) => void,
  runs: ShownRun[],
): CaughtFault[] {
  const bases = new Bases(faults, bounds);
  return faults.flatMap((fault) => {
    const family = families.find(({ name }) => name === fault.system);
    if (family === undefined) return [];
    progress(`fault ${fault.id} …`);
    const { caughtBy, counterexamples } = checkFault(family, fault, bounds, bases);
    const revision = 'revision' in fault.change ? fault.change.revision : `${fault.base}, changed`;
    runs.push({
      id: fault.id,
      kind: 'fault',
      title: fault.title,
      source: fault.source,
      where: placeOf(family.name, revision, fault.scope),
      system: fault.system,
      properties: fault.expected,
      ...(counterexamples.length > 0 && { found: foundOf(counterexamples, fault) }),
    });
    return [{ fault, caughtBy }];
  });
}

function findingRuns(
  { findings }: Catalogue,
  families: readonly SystemFamily[],
  bounds: Bounds,
  progress: (text: string) => void,
): ShownRun[] {
  return findings.flatMap((finding) => {
    const family = families.find(({ name }) => name === finding.system);
    if (family === undefined) return [];
    progress(`finding ${finding.id} …`);
    return [findingRun(family, finding, bounds)];
  });
}

function findingRun(family: SystemFamily, finding: Finding, bounds: Bounds): ShownRun {
  const { id, claim, source, revision, property, derived } = finding;
  findByName('revision', revision, family.revisions, (r) => r);
  const scope = finding.scope ?? family.defaultScope;
  const system = family.build({ scope, revision });
  findByName('property', property, system.properties, (p) => p.id);
  const properties = system.properties.filter((p) => p.id === property);
  const [result] = check({ ...system, properties }, bounds).properties;
  return {
    id,
    kind: 'finding',
    title: claim,
    source: derived ? `derived here, stated by nobody: ${source}` : source,
    where: placeOf(family.name, revision, scope),
    system: family.name,
    properties: [property],
    ...(result?.verdict === 'broken' && { found: foundOf([result.counterexample]) }),
  };
}

function foundOf(
  counterexamples: readonly Counterexample[],
  fault?: Fault,
): NonNullable<ShownRun['found']> {
  const options = fault === undefined ? {} : { expand: [fault.machine] };
  return {
    length: drawn(counterexamples[0]!, options).length,
    rules: counterexamples.map(ruleBroken),
    texts: diagrams(counterexamples, options),
    svg: sequenceSvg(counterexamples[0]!),
  };
}

/** The machines of these systems; all of them where the systems are all. */
async function drawnMachines(
  catalogue: Catalogue,
  families: readonly SystemFamily[],
  progress: (text: string) => void,
): Promise<DrawnMachine[]> {
  const isAll = families.length === catalogue.families.length;
  const used = new Set(isAll ? [] : families.flatMap((family) => machinesOf(catalogue, family)));
  const drawn: DrawnMachine[] = [];
  for (const entry of catalogue.machines) {
    if (!isAll && !used.has(entry.name)) continue;
    progress(`diagram of ${entry.name} …`);
    drawn.push({ entry, chart: await chartOf(entry.machine) });
  }
  return drawn;
}

function machinesOf(catalogue: Catalogue, family: SystemFamily): string[] {
  const revision = defaultRevision(catalogue, family);
  return family
    .build({ revision, scope: family.defaultScope })
    .parts.map(({ machine }) => machine.id);
}
