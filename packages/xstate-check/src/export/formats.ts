import type { AnyStateMachine } from 'xstate';
import { InputError } from '../base/errors.ts';
import { type Catalogue, defaultRevision, findByName, parseScope } from '../catalogue/catalogue.ts';
import type { System, SystemFamily } from '../specification/system.ts';
import { dot } from './dot.ts';
import type { ExportedFrom, ExportFormat, ExportScope } from './format.ts';
import { FORMAT_NAMES, type FormatName } from './format-names.ts';
import { mermaid } from './mermaid.ts';
import { type Model, modelOf } from './model.ts';
import { murphi } from './murphi.ts';
import { promela } from './promela.ts';
import { scxml } from './scxml.ts';
import { moduleName, tla } from './tla.ts';

/** The formats of other checkers and of charts. */
export function exportFormats(catalogue: Omit<Catalogue, 'targets'>): ExportFormat[] {
  const ofSystem = (
    name: Name,
    file: (model: Model) => string,
    text: (model: Model) => string,
  ): ExportFormat => ({
    ...nameOf(name),
    takesC: true,
    write: (system, options) => {
      const model = modelOf(systemNamed(catalogue, system, options));
      return [{ name: file(model), text: text(model) }];
    },
  });
  const ofMachines = (
    name: Name,
    ending: string,
    text: (machine: AnyStateMachine) => string,
  ): ExportFormat => ({
    ...nameOf(name),
    takesC: true,
    write: (subject, options) =>
      machinesNamed(catalogue, subject, options).map((machine) => ({
        name: `${machine.id.replace(/\W/g, '_')}.${ending}`,
        text: text(machine),
      })),
  });
  const plain = (ending: string) => (model: Model) => `${model.system.name}.${ending}`;
  return [
    ofSystem('promela', plain('pml'), promela),
    ofSystem('murphi', plain('m'), murphi),
    ofSystem('tla', (model) => `${moduleName(model)}.tla`, tla),
    ofMachines('scxml', 'scxml', scxml),
    ofMachines('mermaid', 'mmd', (machine) => mermaid(machine)),
    ofMachines('dot', 'dot', dot),
  ];
}

type Name = (typeof FORMAT_NAMES)[number]['name'];

function nameOf(name: Name): FormatName {
  return FORMAT_NAMES.find((one) => one.name === name)!;
}

function systemNamed(
  catalogue: Omit<Catalogue, 'targets'>,
  name: string | undefined,
  options: ExportScope,
): System {
  if (name === undefined) throw new InputError('say which system: export SYSTEM --to FORMAT');
  const family =
    options.file === undefined
      ? findByName('system', name, catalogue.families, (one) => one.name)
      : oneOf(options.file);
  return built(catalogue, family, options);
}

function built(
  catalogue: Omit<Catalogue, 'targets'>,
  family: SystemFamily,
  { scope, revision }: ExportScope,
): System {
  const at = revision ?? defaultRevision(catalogue, family);
  findByName('revision', at, family.revisions, (one) => one);
  return family.build({ scope: parseScope(scope, family), revision: at });
}

/** The system that is meant of a file, which may have several. */
function oneOf({ path, inside, families }: ExportedFrom): SystemFamily {
  if (inside !== undefined) return findByName('system', inside, families, (one) => one.name);
  if (families.length === 1) return families[0]!;
  const names = families.map((one) => `${path}/${one.name}`);
  throw new InputError(`'${path}' has several systems: name one of ${names.join(', ')}`);
}

/** One machine by its name, or all machines of a system, each once. */
export function machinesNamed(
  catalogue: Omit<Catalogue, 'targets'>,
  name: string | undefined,
  options: ExportScope,
): AnyStateMachine[] {
  if (options.file !== undefined) return machinesIn(catalogue, options.file, options);
  const machine = catalogue.machines.find((one) => one.name === name);
  if (machine !== undefined) {
    assertUnscoped(machine.name, options);
    return [machine.machine];
  }
  const { families, machines } = catalogue;
  if (name !== undefined && !families.some((family) => family.name === name)) {
    findByName('system or machine', name, [...families, ...machines], (one) => one.name);
  }
  return eachOnce([systemNamed(catalogue, name, options)]);
}

/** Those of a file: of one of its systems, one of their machines, or all. */
function machinesIn(
  catalogue: Omit<Catalogue, 'targets'>,
  { inside, families }: ExportedFrom,
  options: ExportScope,
): AnyStateMachine[] {
  const family = families.find((one) => one.name === inside);
  const systems = (family === undefined ? families : [family]).map((one) =>
    built(catalogue, one, options),
  );
  const machines = eachOnce(systems);
  if (inside === undefined || family !== undefined) return machines;
  return [findByName('system or machine', inside, machines, (one) => one.id)];
}

function eachOnce(systems: readonly System[]): AnyStateMachine[] {
  const machines = systems.flatMap(({ parts }) => parts.map(({ machine }) => machine));
  return [...new Map(machines.map((machine) => [machine.id, machine])).values()];
}

/** A machine is the same in every system. */
function assertUnscoped(name: string, { scope, revision }: ExportScope): void {
  if (scope === undefined && revision === undefined) return;
  throw new InputError(
    `'${name}' is a machine, which has no revision or scope of its own: leave out --revision and ` +
      '--scope, or name a system, whose machines are those of its revision',
  );
}
