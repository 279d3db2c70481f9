import { existsSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createJiti } from 'jiti';
import type { AnyStateMachine } from 'xstate';
import { InputError } from '../errors.ts';
import { constructionError } from '../lts/construct.ts';
import type { SystemFamily } from '../system/system.ts';
import { type Catalogue, findByName } from './catalogue.ts';
import { familyOfMachine, isMachine } from './machine-file.ts';

/** An argument that names a file, or something in it: `my-change.ts/lock-balance`. */
export interface FileArgument {
  readonly file: string;
  readonly inside?: string;
}

export function parseFileArgument(name: string): FileArgument | undefined {
  const [, file, inside] = /^(.+\.[cm]?[jt]s)(?:\/(.+))?$/.exec(name) ?? [];
  return file === undefined ? undefined : { file, ...(inside !== undefined && { inside }) };
}

/** What somebody's file exports. */
export interface Exports {
  readonly machines: readonly AnyStateMachine[];
  readonly systems: readonly SystemFamily[];
}

/**
 * The systems that an argument names: one of the specification, or those of a file, where each of
 * its machines is a system of its own.
 *
 * @throws InputError for a name that is not known and a file that is of no use
 */
export async function familiesNamed(
  catalogue: Catalogue,
  name: string,
): Promise<readonly SystemFamily[]> {
  const argument = parseFileArgument(name);
  if (argument === undefined) {
    const family = catalogue.families.find((candidate) => candidate.name === name);
    if (family === undefined && existsSync(name)) throw noModule(name);
    return [family ?? findByName('system', name, catalogue.families, (f) => f.name)];
  }
  const { machines, systems } = await exportsOf(catalogue, argument.file);
  const families = [...machines.map((m) => familyOfMachine(argument.file, m)), ...systems];
  const names = families.map((family) => family.name);
  const twice = names.find((one, i) => names.indexOf(one) !== i);
  if (twice === undefined) return families;
  throw new InputError(`'${argument.file}' exports two systems '${twice}'; rename one`);
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
  const exported = [...new Set(Object.entries(module).flatMap((one) => meantBy(file, one)))];
  const machines = exported.filter(isMachine);
  const systems = exported.filter(isFamily).map((family) => guarded(file, family));
  if (machines.length + systems.length > 0) return { machines, systems };
  throw new InputError(
    `'${file}' exports neither an XState machine nor a system (it exports ` +
      `${Object.keys(module).join(', ') || 'nothing'}); export the result of createMachine() or of change()`,
  );
}

async function importModule(
  file: string,
  modules: Readonly<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  try {
    const url = pathToFileURL(resolve(file)).href;
    const jiti = createJiti(url, { moduleCache: false, virtualModules: modules });
    return (await jiti.import(resolve(file))) as Record<string, unknown>;
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
  const reason = inOneLine(error);
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

function inOneLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error))
    .replace(/\s*\n\s*/g, ' ')
    .slice(0, 200);
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

function isFamily(value: unknown): value is SystemFamily {
  return (
    typeof value === 'object' &&
    value !== null &&
    'build' in value &&
    typeof value.build === 'function' &&
    'revisions' in value &&
    Array.isArray(value.revisions)
  );
}

/** The family, whose author is told in one sentence where it cannot be built. */
function guarded(file: string, family: SystemFamily): SystemFamily {
  return {
    ...family,
    build(options) {
      try {
        return family.build(options);
      } catch (error) {
        const reason = error instanceof InputError ? error.message : inOneLine(error);
        throw new InputError(`'${file}': system '${family.name}' cannot be built: ${reason}`);
      }
    },
  };
}
