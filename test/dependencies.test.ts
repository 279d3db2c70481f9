import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/*
 * What `npm pack` makes is installed with its dependencies, and nothing else: a package that only
 * developers have would be missing at the first command that needs it.
 */

/** What is packed, each with the folders that it runs: what a browser loads is bundled. */
const PACKED = [
  { folder: '.', built: ['kernel', 'machines', 'simulator', 'specs', 'targets'] },
  { folder: 'packages/xstate-check', built: ['.'] },
];
const IMPORT = /(?:^|[\s;])(?:import|export)\s[^'"]*?from\s*'([^']+)'|\bimport\('([^']+)'\)/g;

function filesOf(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.js') && !/\.(test|fixture)\.js$|^inspector/.test(file))
    .map((file) => join(directory, file));
}

/** `xstate` of `xstate/graph`, `@a/b` of `@a/b/c`. */
const packageOf = (path: string) => path.split('/', path.startsWith('@') ? 2 : 1).join('/');

test.each(PACKED)('what $folder imports is one of its dependencies', ({ folder, built }) => {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const { dependencies, peerDependencies } = manifest;
  const imported = built
    .flatMap((part) => filesOf(join(folder, 'dist', part)))
    .flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(IMPORT)].map((match) => match[1] ?? match[2]!),
    );
  const packages = imported.filter((path) => /^[@a-z]/.test(path) && !path.startsWith('node:'));
  const names = [...new Set(packages.map(packageOf))].sort();
  expect(names).toContain('xstate');
  expect(names.filter((name) => !(name in { ...dependencies, ...peerDependencies }))).toEqual([]);
});

test('who imports the library needs no types of Node', { timeout: 120_000 }, () => {
  const folder = mkdtempSync('dist/types-');
  try {
    writeFileSync(
      join(folder, 'use.ts'),
      "export { check } from 'vfio-dmabuf-spec';\nexport { change } from 'vfio-dmabuf-spec/specs';\n",
    );
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--types', ''];
    const { stdout } = spawnSync(
      process.execPath,
      ['node_modules/typescript/bin/tsc', ...options, '--ignoreConfig', join(folder, 'use.ts')],
      { encoding: 'utf8' },
    );
    expect(stdout).toBe('');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
