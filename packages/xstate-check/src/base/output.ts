import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { InputError } from './errors.ts';

/**
 * Told before the work is done, and not after.
 *
 * @throws InputError where there can be no file of this name
 */
export function assertFileWritable(option: string, file: string): void {
  const directory = dirname(resolve(file));
  if (isDirectory(resolve(file)) || file.endsWith('/')) {
    throw new InputError(`${option}: '${file}' is a directory; name a file in it`);
  }
  if (!existsSync(directory)) {
    throw new InputError(
      `${option}: there is no directory '${dirname(file)}'; make it, or name another file`,
    );
  }
  if (!isDirectory(directory)) {
    throw new InputError(`${option}: '${dirname(file)}' is no directory; name another file`);
  }
  if (isWritable(existsSync(file) ? file : directory)) return;
  throw new InputError(`${option}: '${file}' cannot be written to; name another file`);
}

/**
 * Writes, where it could not be told before that it cannot: a file system may refuse a name.
 *
 * @throws InputError that says so
 */
export function written(option: string, path: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new InputError(`${option}: '${path}' cannot be written to (${code}); name another one`);
  }
}

/**
 * The same for a directory, which is made where it is not there: can the nearest that is be written?
 *
 * @throws InputError where it cannot
 */
export function assertDirectoryWritable(option: string, directory: string): void {
  if (canHold(directory)) return;
  throw new InputError(`${option}: '${directory}' cannot be written to; name another directory`);
}

/**
 * The same for a directory that is written beside itself and then takes its own place, as that of
 * generated tests.
 *
 * @param remedy - what to do where it cannot
 * @throws InputError where it cannot
 */
export function assertReplaceable(what: string, directory: string, remedy: string): void {
  const isOne = !existsSync(directory) || isDirectory(directory);
  if (isOne && canHold(dirname(resolve(directory)))) return;
  throw new InputError(`${what}: '${directory}' cannot be written to; ${remedy}`);
}

/** Whether files can be put into a directory, which may have to be made. */
function canHold(directory: string): boolean {
  let nearest = resolve(directory);
  while (!existsSync(nearest)) nearest = dirname(nearest);
  return isDirectory(nearest) && isWritable(nearest);
}

function isDirectory(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
