import { existsSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createJiti } from 'jiti';
import type { AnyStateMachine } from 'xstate';
import { InputError } from '../base/errors.ts';
import { EXIT } from '../base/exit.ts';
import { identity } from '../base/program.ts';
import type { Terminal } from '../base/terminal.ts';
import { type Catalogue, findByName } from '../catalogue/catalogue.ts';
import { constructionError } from '../lts/construct.ts';
import type { SystemFamily } from '../specification/system.ts';
import { parseFileArgument } from './file-argument.ts';
import { foreign, saidOf } from './foreign.ts';
import { guarded, isFamily } from './given-system.ts';
import { type Complaint, complaintsOf, familyOfMachine, isMachine } from './machine-file.ts';

/** What somebody's file exports. */
export interface Exports {
  readonly machines: readonly AnyStateMachine[];
  readonly systems: readonly SystemFamily[];
}

/** Systems that a name stands for, and why others that it stands for cannot be used. */
export interface Named {
  readonly families: readonly SystemFamily[];
  readonly refused: readonly string[];
}

/**
 * The systems that an argument names: one of the specification, or those of a file, where each of
 * its machines is a system of its own. Machines that cannot be used leave the others alone.
 *
 * @throws InputError for a name that is not known and a file that is of no use
 */
export async function familiesNamed(catalogue: Catalogue, name: string): Promise<Named> {
  const argument = parseFileArgument(name);
  if (argument === undefined) {
    const family = catalogue.families.find((candidate) => candidate.name === name);
    if (family === undefined && existsSync(name)) throw noModule(name);
    const found = family ?? findByName('system', name, catalogue.families, (f) => f.name);
    return { families: [found], refused: [] };
  }
  const { file } = argument;
  const { families, complaints } = familiesOf(file, await exportsOf(catalogue, file));
  const refused = [...complaints].flatMap(([machine, found]) =>
    found.map(({ state, message }) => `machine '${machine}'${at(state)}: ${message}`),
  );
  if (families.length === 0) throw new InputError(refused.join('\n'));
  return { families, refused };
}

const at = (state: string): string => (state === '' ? '' : `, state '${state}'`);

/**
 * The systems of a file, and what is in the way of checking others of its machines.
 *
 * @throws InputError where two have one name
 */
export function familiesOf(file: string, { machines, systems }: Exports): FamiliesOfFile {
  const all = machines.map((machine) => [machine.id, complaintsOf(file, machine)] as const);
  const complaints = new Map(all.filter(([, found]) => found.length > 0));
  const sound = machines.filter((_, i) => all[i]![1].length === 0);
  const families = [...sound.map((machine) => familyOfMachine(file, machine)), ...systems];
  const names = [...machines.map(({ id }) => id), ...systems.map(({ name }) => name)];
  const twice = names.find((one, i) => names.indexOf(one) !== i);
  if (twice === undefined) return { families, complaints };
  throw new InputError(`'${file}' exports two systems '${twice}'; rename one`);
}

interface FamiliesOfFile {
  readonly families: readonly SystemFamily[];
  /** By machine. */
  readonly complaints: ReadonlyMap<string, readonly Complaint[]>;
}

/** The exit status of a command that did what it could, and says here what it could not use. */
export function withRefused(status: number, refused: readonly string[], terminal: Terminal) {
  for (const complaint of refused) terminal.error(`${identity().name}: ${complaint}\n`);
  return refused.length > 0 ? EXIT.unusable : status;
}

function noModule(path: string): InputError {
  return new InputError(
    `'${path}' is no system, and no module either: name a file that ends in .ts, .mts, .js or .mjs`,
  );
}

/** @throws InputError when the file cannot be loaded or exports neither machine nor system */
export async function exportsOf(catalogue: Catalogue, file: string): Promise<Exports> {
  if (!existsSync(file)) {
    throw new InputError(
      `there is no file '${file}'; give a path to a module that exports machines or changes`,
    );
  }
  const module = await importModule(file, catalogue.modules ?? {});
  const { machines, systems } = sorted(file, module, catalogue.families);
  if (machines.length + systems.length > 0) return { machines, systems };
  throw new InputError(
    `'${file}' exports neither an XState machine nor a system (it exports ` +
      `${Object.keys(module).join(', ') || 'nothing'}); export the result of createMachine() or of change()`,
  );
}

/** What is exported may be an object that answers for itself. */
function sorted(
  file: string,
  module: Record<string, unknown>,
  known: readonly SystemFamily[],
): Exports {
  try {
    return foreign('is looked at', () => {
      const exported = [...new Set(Object.entries(module).flatMap((one) => meantBy(file, one)))];
      return {
        machines: exported.filter(isMachine),
        systems: exported.filter(isFamily).map((family) => guarded(file, family, known)),
      };
    });
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`'${file}' exports what cannot be looked at: ${saidOf(error, file)}`);
  }
}

async function importModule(
  file: string,
  modules: Readonly<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  try {
    const url = pathToFileURL(resolve(file)).href;
    const jiti = createJiti(url, { moduleCache: false, virtualModules: modules });
    const loaded = foreign('is loaded', () => jiti.import(resolve(file)));
    return (await loaded) as Record<string, unknown>;
  } catch (error) {
    if (error instanceof InputError) throw new InputError(`'${file}': ${error.message}`);
    if (error instanceof Error && /StateMachine|state node|initial state/i.test(error.message)) {
      throw constructionError(error, file);
    }
    throw new InputError(`'${file}' cannot be loaded: ${whyNotLoaded(file, error)}`);
  }
}

/** A package that is missing is to be installed; anything else is the file's to mend. */
function whyNotLoaded(file: string, error: unknown): string {
  const reason = saidOf(error, file);
  const [, module] = /Cannot find (?:module|package) '([^']+)'/.exec(reason) ?? [];
  if (module === undefined) return `${reason}; mend it first`;
  const [, name] = /^((?:@[^/]+\/)?[^./][^/]*)/.exec(module) ?? [];
  if (name === undefined || name.startsWith('node:') || isAbsolute(module)) {
    return `it imports '${module}', which is not there; mend the path first`;
  }
  return (
    `it imports '${module}', and that package is not installed beside it; run 'npm install ` +
    `${name}' in '${dirname(file)}'`
  );
}
/** @throws InputError for a list, of whose members nobody could name one */
function meantBy(file: string, [name, value]: [string, unknown]): readonly unknown[] {
  if (isSeveral(value)) return value.systems;
  if (!Array.isArray(value) || !value.some((one) => isFamily(one) || isMachine(one)))
    return [value];
  const what = name === 'default' ? 'its default export' : `its export '${name}'`;
  throw new InputError(
    `'${file}': ${what} is an array; export each system and machine by a name of its own: ` +
      'export const mine = change({ … })',
  );
}

/** A change that was made to several systems. */
function isSeveral(value: unknown): value is { readonly systems: readonly SystemFamily[] } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'systems' in value &&
    Array.isArray(value.systems) &&
    value.systems.every(isFamily)
  );
}
