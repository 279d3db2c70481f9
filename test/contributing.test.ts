import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { createMachine } from 'xstate';
import { lint } from 'xstate-check';
import { unsourced } from './conformance/sources.ts';
import { edited, filesOf, followed, recipesOf, writeAll } from './recipes.fixture.ts';

/*
 * The recipes of CONTRIBUTING.md find the places that they name, and are as short as the page says.
 * That the commands below them pass is asked in contributing.long.test.ts.
 */

const page = readFileSync('CONTRIBUTING.md', 'utf8');
const recipes = recipesOf(page);
const read = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);

describe('the recipes', () => {
  it('are these, of so many files each', () => {
    expect(recipes.map((recipe) => [recipe.title, filesOf(recipe).length])).toEqual([
      ['A machine', 3],
      ['A system', 2],
      ['A fault', 1],
      ['A finding', 2],
      ['A version', 3],
      ['A suite of tests', 2],
      ['A page', 2],
    ]);
  });

  it.each(recipes)('$title ends with a command that shows that it is right', ({ steps }) => {
    expect(steps.at(-1)!.kind).toBe('run');
  });

  it('find their places, one after the other', () => {
    expect(followed(recipes, read).size).toBe(14);
  });

  it('are told by a file whose lines are others, or are there twice', () => {
    const diff = ' two\n-three\n+four\n';
    expect(edited('a', 'one\ntwo\nthree\n', diff)).toBe('one\ntwo\nfour\n');
    expect(() => edited('a', 'one\ntwo\n', diff)).toThrow('a has 0 places for this');
    expect(() => edited('a', 'one two\nthree\n', diff)).toThrow('a has 0 places for this');
    expect(() => edited('a', 'two\nthree\ntwo\nthree\n', diff)).toThrow('a has 2 places');
    const known = new Map([['machines/device/freeze.procedure.ts', '']]);
    expect(() => followed(recipes, (path) => known.get(path) ?? read(path))).toThrow(
      'there already',
    );
  });
});

describe('the machine', () => {
  let directory: string;
  beforeAll(() => {
    // Inside, so that it finds what it imports.
    directory = mkdtempSync(join('node_modules', '.contributing-'));
    writeAll(directory, followed(recipes.slice(0, 1), read));
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  it('is read by XState as it is written, and has its sources', async () => {
    const path = join(process.cwd(), directory, 'machines/device/freeze.procedure.ts');
    const { freeze } = (await import(path)) as { freeze: () => ReturnType<typeof createMachine> };
    expect(lint(freeze())).toEqual([]);
    expect(unsourced(freeze())).toEqual([]);
  });
});

describe('the compiler', () => {
  // The tool is that of the packages, as it stands here.
  const SOURCES = ['machines', 'specs', 'targets', 'simulator', 'kernel', 'test'];
  const CONFIGS = ['package.json', 'tsconfig.base.json', 'tsconfig.test.json'];
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'contributing-'));
    for (const path of [...SOURCES, ...CONFIGS]) {
      cpSync(path, join(directory, path), { recursive: true });
    }
    symlinkSync(join(process.cwd(), 'node_modules'), join(directory, 'node_modules'));
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  /** What it says of the code of some recipes, with all that this imports. */
  function saidOf(files: ReadonlyMap<string, string>): string {
    writeAll(directory, files);
    const include = [...files.keys()].filter((path) => path.endsWith('.ts'));
    const config = { extends: './tsconfig.test.json', include };
    writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify(config));
    const tsc = join('node_modules', 'typescript', 'bin', 'tsc');
    return spawnSync(process.execPath, [tsc, '-p', '.'], { cwd: directory, encoding: 'utf8' })
      .stdout;
  }

  it('takes them all, and tells one that is out of date', () => {
    const all = followed(recipes, read);
    expect(saidOf(all)).toBe('');
    const path = 'specs/device/freeze-order.system.ts';
    const stale = all.get(path)!.replace('{ devices: 1, buffers: 0 }', '{ devices: 1 }');
    expect(saidOf(new Map([[path, stale]]))).toContain(`${path}(`);
  });
});
