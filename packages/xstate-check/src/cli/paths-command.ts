import { InputError } from '../base/errors.ts';
import { EXIT } from '../base/exit.ts';
import { exampleOfScope, identity } from '../base/program.ts';
import { type Terminal, table } from '../base/terminal.ts';
import { wrap } from '../base/text.ts';
import {
  type Catalogue,
  defaultRevision,
  findByName,
  formatScope,
  type MachineEntry,
  parseScope,
} from '../catalogue/catalogue.ts';
import { exportsOf, withRefused } from '../load/file.ts';
import { parseFileArgument } from '../load/file-argument.ts';
import { foreign, saidOf } from '../load/foreign.ts';
import { tabled } from '../load/machine-file.ts';
import { formatPath, machineGraph, productGraph } from '../paths/labelled-graph.ts';
import { exploreForPaths } from '../paths/projection.ts';
import { MACHINE_CRITERIA, type MachineCriterion, requiredOf } from '../paths/suite.ts';
import { countTransitionPairs } from '../paths/transition-pairs.ts';
import { countTransitions } from '../paths/transitions.ts';
import type { SystemFamily } from '../specification/system.ts';
import { compose, ltsOf } from '../system/product.ts';

export interface PathsOptions {
  readonly criterion?: string;
  readonly scope?: string;
  readonly json?: boolean;
}

/**
 * Counts paths by criterion, of every machine, of one, of a system or of what a file exports; or
 * lists those of a criterion.
 */
export async function pathsCommand(
  catalogue: Catalogue,
  name: string | undefined,
  options: PathsOptions,
  terminal: Terminal,
): Promise<number> {
  const { machines, systems, refused } = await subjectsOf(catalogue, name);
  if (options.scope !== undefined && systems.length === 0) {
    throw new InputError(
      `--scope is for a system: ${identity().name} paths SYSTEM --scope ${exampleOfScope(1)}`,
    );
  }
  if (options.criterion !== undefined && machines.length > 0) {
    findByName('criterion', options.criterion, MACHINE_CRITERIA, (criterion) => criterion);
    const status = listPaths(machines, options.criterion as MachineCriterion, options, terminal);
    return withRefused(status, refused, terminal);
  }
  const found = machines.map(({ name, machine }) => ({ name, ...countsOf(machine) }));
  const rows = found.map(({ name, counts }) => ({ machine: name, ...counts }));
  const counted = systems.map((family) => countsOfSystem(catalogue, family, options));
  if (options.json) terminal.out(`${JSON.stringify([...rows, ...counted], null, 2)}\n`);
  else {
    if (rows.length > 0) terminal.out(machinesTable(rows));
    for (const { name, tooMany } of found) {
      const lines = tooMany === undefined ? [] : wrap(`${name} has ${tooMany}`, 80);
      for (const line of lines) terminal.out(`${line}\n`);
    }
    for (const counts of counted) terminal.out(systemTable(counts));
  }
  return withRefused(EXIT.ok, refused, terminal);
}

interface Subjects {
  readonly machines: readonly Pick<MachineEntry, 'name' | 'machine'>[];
  readonly systems: readonly SystemFamily[];
  /** What of a file cannot be counted. */
  readonly refused: readonly string[];
}

async function subjectsOf(catalogue: Catalogue, name: string | undefined): Promise<Subjects> {
  if (name === undefined) return { machines: catalogue.machines, systems: [], refused: [] };
  const family = catalogue.families.find((f) => f.name === name);
  if (family !== undefined) return { machines: [], systems: [family], refused: [] };
  const file = parseFileArgument(name)?.file;
  if (file === undefined) {
    const machine = findByName('machine', name, catalogue.machines, (m) => m.name);
    return { machines: [machine], systems: [], refused: [] };
  }
  const { machines, systems } = await exportsOf(catalogue, file);
  const counted = machines.map((machine) => ({ name: machine.id, machine }));
  const refused = counted.flatMap(({ machine }) => whyRefused(file, machine) ?? []);
  const sound = counted.filter(({ machine }) => whyRefused(file, machine) === undefined);
  if (sound.length + systems.length > 0) return { machines: sound, systems, refused };
  throw new InputError(refused.join('\n'));
}

/** Why a machine of a file has no graph to count paths on. */
function whyRefused(file: string, machine: MachineEntry['machine']): string | undefined {
  try {
    foreign(`is being flattened (machine '${machine.id}')`, () => tabled(machine));
    return undefined;
  } catch (error) {
    return error instanceof InputError
      ? error.message
      : `'${file}': a machine that it exports cannot be looked at: ${saidOf(error, file)}`;
  }
}

function machinesTable(rows: readonly ({ readonly machine: string } & MachineCounts)[]): string {
  const head = ['machine', 'states', 'trans.', 'pairs', 'prime', 'simple'];
  const body = rows.map((r) => [
    r.machine,
    r.states,
    r.transitions,
    r['transition pairs'],
    r['prime paths'],
    r['simple paths'],
  ]);
  return table([head, ...body]);
}

/** The transitions and transition pairs of a system at a scope. */
function countsOfSystem(catalogue: Catalogue, family: SystemFamily, options: PathsOptions) {
  const scope = parseScope(options.scope, family);
  const system = family.build({ scope, revision: defaultRevision(catalogue, family) });
  const { product, graph } = exploreForPaths(compose(system));
  const labelled = productGraph(product.name, graph);
  return {
    system: family.name,
    scope,
    states: graph.states,
    transitions: countTransitions(labelled),
    'transition pairs': countTransitionPairs(labelled),
  };
}

function systemTable(counts: ReturnType<typeof countsOfSystem>): string {
  const { system, scope, states, transitions, 'transition pairs': pairs } = counts;
  const head = ['states', 'trans.', 'pairs'];
  const sizes = table([head, [states, transitions, pairs]]);
  return `${system}, ${formatScope(scope)}\n${sizes}`;
}

type MachineCounts = { readonly states: number } & Record<MachineCriterion, number | string>;

/** How many paths each criterion requires; text where the exact number is not known. */
function countsOf(machine: MachineEntry['machine']): {
  readonly counts: MachineCounts;
  /** Why the prime paths were not counted to their end. */
  readonly tooMany?: string;
} {
  const lts = ltsOf(machine);
  const graph = machineGraph(lts);
  const required = MACHINE_CRITERIA.map((criterion) => requiredOf(graph, criterion));
  const counts = required.map((one, i) => {
    if ('paths' in one) return [MACHINE_CRITERIA[i]!, one.paths.length];
    return [MACHINE_CRITERIA[i]!, one.exact ? `${one.required}` : `> ${one.required - 1n}`];
  });
  const prime = required[MACHINE_CRITERIA.indexOf('prime paths')]!;
  return {
    counts: { states: lts.states.length, ...Object.fromEntries(counts) } as MachineCounts,
    ...('reason' in prime && { tooMany: prime.reason }),
  };
}

function listPaths(
  machines: Subjects['machines'],
  criterion: MachineCriterion,
  options: PathsOptions,
  terminal: Terminal,
): number {
  const listed = machines.map(({ name, machine }) => {
    const lts = ltsOf(machine);
    const required = requiredOf(machineGraph(lts), criterion);
    return 'paths' in required
      ? { machine: name, criterion, paths: required.paths.map((path) => formatPath(lts, path)) }
      : { machine: name, criterion, paths: [], omitted: required.reason };
  });
  if (options.json) terminal.out(`${JSON.stringify(listed, null, 2)}\n`);
  else {
    for (const { machine, paths, omitted } of listed) {
      terminal.out(`${machine}, ${criterion}: ${omitted ?? paths.length}\n`);
      for (const path of paths) terminal.out(`  ${path}\n`);
    }
  }
  return EXIT.ok;
}
