import { own } from '../base/own.ts';
import {
  type Catalogue,
  defaultRevision,
  type Finding,
  findByName,
  type MachineEntry,
  placeOf,
} from '../catalogue/catalogue.ts';
import {
  aboutFaults,
  byPlace,
  faultsNamed,
  type OfOnePlace,
  sizeOfFaults,
} from '../catalogue/check-faults.ts';
import { formatCounterexampleId } from '../catalogue/counterexample-id.ts';
import type { Judged } from '../catalogue/judge.ts';
import {
  familyOf,
  judgePlace,
  type Place,
  placesIn,
  statesAt,
  type ToldJudged,
} from '../catalogue/judge-place.ts';
import { placesOf } from '../catalogue/known.ts';
import { type GeneratedSuites, makeSuites } from '../catalogue/suites.ts';
import { plainTask, type Task, type Work } from '../catalogue/work.ts';
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
export async function reviewOf(work: Work, families: readonly SystemFamily[]): Promise<Review> {
  const { catalogue } = work.means;
  const isReviewed = (system: string) => families.some(({ name }) => name === system);
  const places = placesIn(catalogue, families, (family) => placesOf(catalogue, family));
  const reviewed = await work.all(reviewPlace, places);
  const judged = reviewed.map((one) => one.judged);
  const inFaults = catalogue.faults.filter(({ system }) => isReviewed(system));
  const faultRuns = await faultsOf(work, inFaults);
  const faults = faultRuns.map(({ fault, caughtBy }) => ({ fault, caughtBy }));
  const claimed = catalogue.findings.filter(({ system }) => isReviewed(system));
  const findingRuns = await work.all(
    reviewFinding,
    claimed.map(({ id }) => id),
  );
  const runs = [
    ...reviewed.flatMap((one) => one.runs),
    ...faultRuns.map(({ run }) => run),
    ...findingRuns,
  ];
  const bands = await bandsOf(work, families);
  const matrix = merged(catalogue, bands);
  const tested = catalogue.suites.filter(({ system }) => isReviewed(system.name));
  const coverage = await work.all(
    makeSuites,
    tested.map(({ name }) => name),
  );
  const machines = await drawnMachines(work, families);
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

/** Judges a system at one place, and shows what breaks there although nobody says so. */
export const reviewPlace: Task<Place, ReviewedPlace, ToldPlace> = {
  ...{ name: 'review', about: judgePlace.about, size: judgePlace.size },
  async of(means, place) {
    const judged = await judgePlace.of(means, place);
    return { judged: withoutSpace(judged), runs: unexpectedRuns(judged.family, judged) };
  },
  tell: ({ judged, runs }) => ({ judged: judgePlace.tell(judged as Judged), runs }),
  hear: (means, place, { judged, runs }) => ({
    judged: withoutSpace(judgePlace.hear(means, place, judged)),
    runs,
  }),
};

interface ReviewedPlace {
  readonly judged: Review['judged'][number];
  readonly runs: readonly ShownRun[];
}

type ToldPlace = Omit<ReviewedPlace, 'judged'> & { readonly judged: ToldJudged };

function withoutSpace({ milliseconds: _, result, ...rest }: Judged): Review['judged'][number] {
  const { name, revision, scope, states, transitions, depth, properties, stopped } = result;
  const found = { name, revision, scope, states, transitions, depth, properties };
  return { ...rest, result: { ...found, ...(stopped !== undefined && { stopped }) } };
}

/** Checks the faults of one place, and shows how each is caught. */
export const reviewFaults = plainTask({
  name: 'faults shown',
  about: aboutFaults,
  size: sizeOfFaults,
  of({ catalogue, bounds, progress }, ids: OfOnePlace) {
    const faults = faultsNamed(catalogue, ids);
    const bases = new Bases(faults, bounds);
    return faults.map((fault): Omit<FaultRun, 'fault'> => {
      progress(`fault ${fault.id} …`);
      const family = familyOf(catalogue, fault.system);
      const { caughtBy, counterexamples } = checkFault(family, fault, bounds, bases);
      return { caughtBy, run: faultRun(family, fault, counterexamples) };
    });
  },
});

interface FaultRun extends CaughtFault {
  readonly run: ShownRun;
}

async function faultsOf(work: Work, faults: readonly Fault[]): Promise<FaultRun[]> {
  const places = byPlace(faults);
  const answers = (await work.all(reviewFaults, places)).flat();
  const found = new Map(places.flat().map((id, i) => [id, answers[i]!]));
  return faults.map((fault) => ({ fault, ...found.get(fault.id)! }));
}

function faultRun(
  family: SystemFamily,
  fault: Fault,
  counterexamples: readonly Counterexample[],
): ShownRun {
  const revision = 'revision' in fault.change ? fault.change.revision : `${fault.base}, changed`;
  return {
    id: fault.id,
    kind: 'fault',
    title: fault.title,
    source: fault.source,
    where: placeOf(family.name, revision, fault.scope),
    system: fault.system,
    properties: fault.expected,
    ...(counterexamples.length > 0 && { found: foundOf(counterexamples, fault) }),
  };
}

/** Shows a finding. */
export const reviewFinding = plainTask({
  name: 'finding',
  about: (_, id: string) => `the finding ${id}`,
  size(catalogue, id) {
    const { system, revision, scope } = findingNamed(catalogue, id);
    return statesAt(catalogue, {
      ...{ system, revision },
      scope: scope ?? familyOf(catalogue, system).defaultScope,
    });
  },
  of({ catalogue, bounds, progress }, id) {
    progress(`finding ${id} …`);
    const finding = findingNamed(catalogue, id);
    return findingRun(familyOf(catalogue, finding.system), finding, bounds);
  },
});

function findingNamed({ findings }: Catalogue, id: string): Finding {
  return findByName('finding', id, findings, (one) => one.id);
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

/** Draws a machine. */
export const drawMachine = plainTask({
  name: 'chart',
  about: ({ machines }, number: number) => `the machine ${machines[number]!.name}`,
  size: () => SIZE_OF_CHART,
  of({ catalogue, progress }, number) {
    const { name, machine } = catalogue.machines[number]!;
    progress(`diagram of ${name} …`);
    return chartOf(machine);
  },
});

const SIZE_OF_CHART = 10_000;

/** The machines of these systems; all of them where the systems are all. */
async function drawnMachines(
  work: Work,
  families: readonly SystemFamily[],
): Promise<DrawnMachine[]> {
  const { catalogue } = work.means;
  const isAll = families.length === catalogue.families.length;
  const used = new Set(isAll ? [] : families.flatMap((family) => machinesOf(catalogue, family)));
  const drawn = catalogue.machines.filter(({ name }) => isAll || used.has(name));
  const charts = await work.all(
    drawMachine,
    drawn.map((entry) => catalogue.machines.indexOf(entry)),
  );
  return drawn.map((entry, i) => ({ entry, chart: charts[i]! }));
}

function machinesOf(catalogue: Catalogue, family: SystemFamily): string[] {
  const revision = defaultRevision(catalogue, family);
  return family
    .build({ revision, scope: family.defaultScope })
    .parts.map(({ machine }) => machine.id);
}
