import { InputError } from '../errors.ts';
import { formatPath, machineGraph, productGraph } from '../paths/labelled-graph.ts';
import { exploreForPaths } from '../paths/projection.ts';
import { MACHINE_CRITERIA, type MachineCriterion, requiredOf } from '../paths/suite.ts';
import { countTransitionPairs } from '../paths/transition-pairs.ts';
import { countTransitions } from '../paths/transitions.ts';
import { compose, ltsOf } from '../system/product.ts';
import type { SystemFamily } from '../system/system.ts';
import {
  type Catalogue,
  defaultRevision,
  findByName,
  formatScope,
  type MachineEntry,
  parseScope,
} from './catalogue.ts';
import { exportsOf, parseFileArgument } from './file.ts';
import { type Terminal, table } from './terminal.ts';

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
  const { machines, systems } = await subjectsOf(catalogue, name);
  if (options.scope !== undefined && systems.length === 0) {
    throw new InputError('--scope is for a system: dmabuf-spec paths SYSTEM --scope devices=3');
  }
  if (options.criterion !== undefined && machines.length > 0) {
    findByName('criterion', options.criterion, MACHINE_CRITERIA, (criterion) => criterion);
    return listPaths(machines, options.criterion as MachineCriterion, options, terminal);
  }
  const rows = machines.map((entry) => ({ machine: entry.name, ...countsOf(entry.machine) }));
  const counted = systems.map((family) => countsOfSystem(catalogue, family, options));
  if (options.json) terminal.out(`${JSON.stringify([...rows, ...counted], null, 2)}\n`);
  else {
    if (rows.length > 0) terminal.out(machinesTable(rows));
    for (const counts of counted) terminal.out(systemTable(counts));
  }
  return 0;
}

interface Subjects {
  readonly machines: readonly Pick<MachineEntry, 'name' | 'machine'>[];
  readonly systems: readonly SystemFamily[];
}

async function subjectsOf(catalogue: Catalogue, name: string | undefined): Promise<Subjects> {
  if (name === undefined) return { machines: catalogue.machines, systems: [] };
  const file = parseFileArgument(name)?.file;
  if (file !== undefined) {
    const { machines, systems } = await exportsOf(catalogue, file);
    return { machines: machines.map((machine) => ({ name: machine.id, machine })), systems };
  }
  const family = catalogue.families.find((f) => f.name === name);
  return family !== undefined
    ? { machines: [], systems: [family] }
    : { machines: [findByName('machine', name, catalogue.machines, (m) => m.name)], systems: [] };
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
export function countsOf(machine: MachineEntry['machine']): MachineCounts {
  const lts = ltsOf(machine);
  const graph = machineGraph(lts);
  const counts = MACHINE_CRITERIA.map((criterion) => {
    const required = requiredOf(graph, criterion);
    if ('paths' in required) return [criterion, required.paths.length];
    return [criterion, `${required.exact ? '' : '> '}${required.required}`];
  });
  return { states: lts.states.length, ...Object.fromEntries(counts) } as MachineCounts;
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
  return 0;
}
