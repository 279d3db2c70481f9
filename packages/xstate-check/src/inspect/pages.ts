import type { AnyStateMachine } from 'xstate';
import { identity, words } from '../base/program.ts';
import {
  type Catalogue,
  defaultRevision,
  findByName,
  formatScope,
} from '../catalogue/catalogue.ts';
import {
  brokenIn,
  expectationsOf,
  findingsAt,
  isSameScope,
  newestRelease,
} from '../catalogue/known.ts';
import { nodesOf } from '../lts/snapshot.ts';
import { expectedMatrix } from '../matrix/expected.ts';
import { ltsOf } from '../system/product.ts';
import type { CounterexampleEntry, FindingsView, MatrixView, Overview } from './protocol.ts';
import { scopeText } from './subjects.ts';

/** What the overview is told beside the catalogue. */
export interface OverviewOptions {
  readonly stately: boolean;
  readonly open?: string;
  /** Machines that can be drawn and not be played, by name, and why. */
  readonly complaints?: ReadonlyMap<string, readonly string[]>;
}

export function overviewOf(
  catalogue: Catalogue,
  counterexamples: readonly CounterexampleEntry[],
  paths: (suite: string) => number | undefined,
  options: OverviewOptions,
): Overview {
  const { runner } = words();
  return {
    program: identity().name,
    ...(runner !== undefined && { runner }),
    description: catalogue.description,
    doors: catalogue.doors ?? [],
    systems: systemsOf(catalogue),
    machines: catalogue.machines.map(({ name, kind, machine, subject }) => {
      return {
        ...{ name, kind, ...sizeOf(machine, options.complaints?.has(name) ?? false) },
        ...(subject !== undefined && { subject }),
      };
    }),
    counterexamples,
    comparisons: (catalogue.comparisons ?? []).map(({ name, title, designs }) => ({
      ...{ name, title },
      designs: designs.map((design) => ({ name: design.name, title: design.title })),
    })),
    suites: catalogue.suites.map(({ name }) => {
      const count = paths(name);
      return { name, ...(count !== undefined && { paths: count }) };
    }),
    stately: options.stately,
    ...(options.open !== undefined && { open: options.open }),
  };
}

/** Of a machine that can only be drawn, what is drawn. */
function sizeOf(machine: AnyStateMachine, onlyDrawn: boolean) {
  if (onlyDrawn) return { states: nodesOf(machine.root).length - 1, transitions: 0 };
  const { states, edges } = ltsOf(machine);
  return { states: states.length, transitions: edges.size };
}

/** The systems, as the manifest has them at their default revisions: what breaks at any scope of it. */
function systemsOf(catalogue: Catalogue): Overview['systems'] {
  return catalogue.families.map((family) => {
    const { name, title, revisions } = family;
    const revision = defaultRevision(catalogue, family);
    const [expected] = expectationsOf(catalogue, family, revision);
    return {
      ...{ name, title, scope: scopeText(family.defaultScope), revisions },
      defaultRevision: revision,
      ...(expected && { states: expected.states, transitions: expected.transitions }),
      broken: brokenIn(catalogue, family, revision).flatMap(({ property, scope, by }) =>
        by.map((finding) => ({
          ...{ property, finding },
          ...(!isSameScope(scope, family.defaultScope) && { scope: formatScope(scope) }),
        })),
      ),
    };
  });
}

/**
 * The matrix as the manifest has it: nothing is checked for it.
 *
 * @param system - one alone, instead of the rules of all merged
 * @throws InputError for a system that there is not
 */
export function matrixView(catalogue: Catalogue, system?: string): MatrixView {
  const { families } = catalogue;
  const chosen =
    system === undefined
      ? families
      : [findByName('system', system, families, (family) => family.name)];
  const { revisions, rows } = expectedMatrix({ ...catalogue, families: chosen });
  return {
    revisions: revisions.map(({ name, title, source, words = [] }) => ({
      ...{ name, title, source, words },
    })),
    rows: rows.map(({ property, title, rule, systems, cells }) => ({
      ...{ property, title, systems },
      ...(rule !== undefined && { rule }),
      cells: cells.map(({ verdict, counterexample, known }) => ({
        ...{ verdict, known },
        ...(counterexample !== undefined && { counterexample: counterexample.id }),
      })),
    })),
  };
}

export function findingsView(catalogue: Catalogue): FindingsView {
  const newest = newestRelease(catalogue)?.name;
  const current = newest === undefined ? [] : findingsAt(catalogue, newest);
  return {
    findings: catalogue.findings.map((finding) => {
      const { id, claim, system, revision, property, source, derived } = finding;
      return {
        ...{ id, claim, system, revision, property, source, derived },
        current: current.includes(finding),
      };
    }),
  };
}
