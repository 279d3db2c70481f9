import { statSync } from 'node:fs';
import { InputError } from './errors.ts';

/**
 * @param what - the file that is meant: `a trace file`
 * @throws InputError where there is no file of this name
 */
export function assertIsFile(path: string, what: string): void {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw new InputError(`there is no file '${path}'; give ${what}`);
  if (stat.isDirectory()) throw new InputError(`'${path}' is a directory; give ${what}`);
}
