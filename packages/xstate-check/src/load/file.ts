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
import { isMachine } from '../lts/is-machine.ts';
import type { SystemFamily } from '../specification/system.ts';
import { parseFileArgument } from './file-argument.ts';
import { foreign, saidOf } from './foreign.ts';
import { guarded, isFamily } from './given-system.ts';
import { type Complaint, complaintsOf, familyOfMachine } from './machine-file.ts';
import { StubbedPackages } from './stub.ts';

/** What somebody's file exports. */
export interface Exports {
  readonly machines: readonly AnyStateMachine[];
  readonly systems: readonly SystemFamily[];
  /** Packages that the file imports and that are not installed beside it. */
  readonly stubbed: readonly string[];
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
export function familiesOf(file: string, { machines, systems, stubbed }: Exports): FamiliesOfFile {
  const all = machines.map((machine) => [machine.id, complaintsOf(file, machine)] as const);
  const complaints = new Map(all.filter(([, found]) => found.length > 0));
  const sound = machines.filter((_, i) => all[i]![1].length === 0);
  const families = [...sound.map((machine) => familyOfMachine(file, machine, stubbed)), ...systems];
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
    `'${path}' is no system, and no module either: name a file that ends in .ts, .tsx, .mts, .js, .jsx or .mjs`,
  );
}

/** @throws InputError when the file cannot be loaded or exports neither machine nor system */
export async function exportsOf(catalogue: Catalogue, file: string): Promise<Exports> {
  if (!existsSync(file)) {
    throw new InputError(
      `there is no file '${file}'; give a path to a module that exports machines or changes`,
    );
  }
  const { module, stubbed, why } = await importModule(file, catalogue.modules ?? {});
  const { machines, systems } = sorted(file, module, catalogue.families);
  // A system is made of what it imports; a machine may do without.
  if (why !== undefined && (machines.length === 0 || systems.length > 0)) throw why;
  if (machines.length + systems.length > 0) return { machines, systems, stubbed };
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
        stubbed: [],
        machines: exported.filter(isMachine),
        systems: exported.filter(isFamily).map((family) => guarded(file, family, known)),
      };
    });
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`'${file}' exports what cannot be looked at: ${saidOf(error, file)}`);
  }
}

/** A module, and the packages that it imports and that are not there. */
interface Loaded {
  readonly module: Record<string, unknown>;
  readonly stubbed: readonly string[];
  /** What to say of the first of them, where the module is of no use without. */
  readonly why?: InputError;
}

async function importModule(
  file: string,
  modules: Readonly<Record<string, unknown>>,
): Promise<Loaded> {
  const stubs = new StubbedPackages();
  let why: InputError | undefined;
  for (;;) {
    try {
      const module = await importWith(file, { ...stubs.modules(), ...modules });
      stubs.loaded();
      return { module, stubbed: stubs.names(), ...(why !== undefined && { why }) };
    } catch (error) {
      const missing = missingPackage(error, file);
      if (missing === undefined || !stubs.add(missing)) throw why ?? notLoaded(file, error);
      why ??= notLoaded(file, error);
    }
  }
}

async function importWith(
  file: string,
  virtualModules: Readonly<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  const url = pathToFileURL(resolve(file)).href;
  const jiti = createJiti(url, { moduleCache: false, jsx: true, virtualModules });
  return (await foreign('is loaded', () => jiti.import(resolve(file)))) as Record<string, unknown>;
}

function notLoaded(file: string, error: unknown): InputError {
  if (error instanceof InputError) return new InputError(`'${file}': ${error.message}`);
  if (error instanceof Error && /StateMachine|state node|initial state/i.test(error.message)) {
    return constructionError(error, file);
  }
  return new InputError(`'${file}' cannot be loaded: ${whyNotLoaded(file, error)}`);
}

/** What an import asks for that no machine needs: pictures, styles, other languages. */
const ASSET =
  /\.(?:css|scss|sass|less|svg|png|jpe?g|gif|webp|woff2?|mp3|wav|vue|svelte|html|md)(?:\?.*)?$/;

/** The package or asset that a file imports and that is not there. */
function missingPackage(error: unknown, file: string): string | undefined {
  const [, name] = /Cannot find (?:module|package) '([^']+)'/.exec(saidOf(error, file)) ?? [];
  if (name === undefined || name.startsWith('node:')) return undefined;
  const isPackage = !name.startsWith('.') && !isAbsolute(name);
  return isPackage || ASSET.test(name) ? name : undefined;
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
