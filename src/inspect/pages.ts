import type { AnyStateMachine } from 'xstate';
import { type Catalogue, defaultRevision, findByName } from '../cli/catalogue.ts';
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
  return {
    description: catalogue.description,
    systems: systemsOf(catalogue),
    machines: catalogue.machines.map(({ name, kind, machine, subject }) => {
      return {
        ...{ name, kind, ...sizeOf(machine, options.complaints?.has(name) ?? false) },
        ...(subject !== undefined && { subject }),
      };
    }),
    counterexamples,
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

/** The systems, as the manifest has them at their default scopes and revisions. */
function systemsOf(catalogue: Catalogue): Overview['systems'] {
  return catalogue.families.map((family) => {
    const { name, title, revisions } = family;
    const revision = defaultRevision(catalogue, family);
    const scope = scopeText(family.defaultScope);
    const expected = catalogue.expectations.find(
      (one) => one.system === name && one.revision === revision && scopeText(one.scope) === scope,
    );
    const verdicts = Object.entries(expected?.properties ?? {});
    return {
      ...{ name, title, scope, revisions },
      defaultRevision: revision,
      ...(expected && { states: expected.states, transitions: expected.transitions }),
      broken: verdicts.flatMap(([property, finding]) =>
        finding === 'holds' ? [] : [{ property, finding }],
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
    revisions: revisions.map(({ name, title, source }) => ({ name, title, source })),
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

export function findingsView({ findings, revisions }: Catalogue): FindingsView {
  const newest = revisions.findLast(({ kind }) => kind === 'release')?.name;
  return {
    findings: findings.map(({ id, claim, system, revision, property, source, derived }) => ({
      ...{ id, claim, system, revision, property, source, derived },
      current: revision === newest,
    })),
  };
}
