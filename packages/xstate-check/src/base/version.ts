import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The version of a package, by the nearest `package.json` above one of its modules, as source and as
 * built.
 *
 * @param module - the `import.meta.url` of the module
 */
export function versionOfPackage(module: string): string {
  let directory = dirname(fileURLToPath(module));
  while (!existsSync(join(directory, 'package.json'))) directory = dirname(directory);
  return JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')).version;
}
