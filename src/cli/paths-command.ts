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
  parseScope,
} from './catalogue.ts';
import { type Terminal, table } from './terminal.ts';

export interface PathsOptions {
  readonly criterion?: string;
  readonly scope?: string;
  readonly json?: boolean;
}

/** Counts paths by criterion, of every machine, of one or of a system; or lists those of a criterion. */
export function pathsCommand(
  catalogue: Catalogue,
  name: string | undefined,
  options: PathsOptions,
  terminal: Terminal,
): number {
  const family = catalogue.families.find((f) => f.name === name);
  if (family !== undefined) return countSystem(catalogue, family, options, terminal);
  if (options.scope !== undefined) {
    throw new InputError('--scope is for a system: dmabuf-spec paths SYSTEM --scope devices=3');
  }
  const machines =
    name === undefined
      ? catalogue.machines
      : [findByName('machine', name, catalogue.machines, (m) => m.name)];
  if (options.criterion !== undefined) {
    findByName('criterion', options.criterion, MACHINE_CRITERIA, (criterion) => criterion);
    return listPaths(machines, options.criterion as MachineCriterion, options, terminal);
  }
  const rows = machines.map((entry) => ({ machine: entry.name, ...countsOf(entry.machine) }));
  if (options.json) terminal.out(`${JSON.stringify(rows, null, 2)}\n`);
  else {
    const head = ['machine', 'states', 'trans.', 'pairs', 'prime', 'simple'];
    const body = rows.map((r) => [
      r.machine,
      r.states,
      r.transitions,
      r['transition pairs'],
      r['prime paths'],
      r['simple paths'],
    ]);
    terminal.out(table([head, ...body]));
  }
  return 0;
}

/** The transitions and transition pairs of a system at a scope. */
function countSystem(
  catalogue: Catalogue,
  family: SystemFamily,
  options: PathsOptions,
  terminal: Terminal,
): number {
  const scope = parseScope(options.scope, family);
  const system = family.build({ scope, revision: defaultRevision(catalogue, family) });
  const { product, graph } = exploreForPaths(compose(system));
  const labelled = productGraph(product.name, graph);
  const counts = {
    system: family.name,
    scope,
    states: graph.states,
    transitions: countTransitions(labelled),
    'transition pairs': countTransitionPairs(labelled),
  };
  if (options.json) terminal.out(`${JSON.stringify([counts], null, 2)}\n`);
  else {
    terminal.out(`${family.name}, ${formatScope(scope)}\n`);
    const { states, transitions, 'transition pairs': pairs } = counts;
    terminal.out(
      table([
        ['states', 'trans.', 'pairs'],
        [states, transitions, pairs],
      ]),
    );
  }
  return 0;
}

/** How many paths each criterion requires; text where the exact number is not known. */
export function countsOf(machine: Catalogue['machines'][number]['machine']) {
  const lts = ltsOf(machine);
  const graph = machineGraph(lts);
  const counts = MACHINE_CRITERIA.map((criterion) => {
    const required = requiredOf(graph, criterion);
    if ('paths' in required) return [criterion, required.paths.length];
    return [criterion, `${required.exact ? '' : '> '}${required.required}`];
  });
  return { states: lts.states.length, ...Object.fromEntries(counts) } as {
    states: number;
  } & Record<MachineCriterion, number | string>;
}

function listPaths(
  machines: Catalogue['machines'],
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
