import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join, relative } from 'node:path';

const TOOL = 'packages/xstate-check';

/**
 * Gives a copy of the repository its packages: those of others as they are installed, and the tool
 * of the copy itself.
 *
 * @param {string} from the root of the repository
 * @param {string} to the root of the copy
 */
export function linkPackages(from, to) {
  const packages = join(to, 'node_modules');
  mkdirSync(packages);
  for (const name of readdirSync(join(from, 'node_modules'))) {
    const target =
      name === 'xstate-check'
        ? relative(packages, join(to, TOOL))
        : join(from, 'node_modules', name);
    symlinkSync(target, join(packages, name));
  }
}
