import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/*
 * What `npm pack` makes is installed with its dependencies, and nothing else: a package that only
 * developers have would be missing at the first command that needs it.
 */

/** The program as it is packed: what a browser loads is bundled. */
const BUILT = ['kernel', 'machines', 'simulator', 'specs', 'src', 'targets'];
const IMPORT = /(?:^|[\s;])(?:import|export)\s[^'"]*?from\s*'([^']+)'|\bimport\('([^']+)'\)/g;

function filesOf(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.js') && !/\.(test|fixture)\.js$/.test(file))
    .map((file) => join(directory, file));
}

/** `xstate` of `xstate/graph`, `@a/b` of `@a/b/c`. */
const packageOf = (path: string) => path.split('/', path.startsWith('@') ? 2 : 1).join('/');

test('what the program imports is one of its dependencies', () => {
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
  const imported = BUILT.flatMap((folder) => filesOf(join('dist', folder))).flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(IMPORT)].map((match) => match[1] ?? match[2]!),
  );
  const packages = imported.filter((path) => /^[@a-z]/.test(path) && !path.startsWith('node:'));
  const names = [...new Set(packages.map(packageOf))].sort();
  expect(names).toContain('xstate');
  expect(names.filter((name) => !(name in dependencies))).toEqual([]);
});
