import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { followed, type Recipe, recipesOf, writeAll } from './recipes.fixture.ts';

/** Each recipe of CONTRIBUTING.md is followed in a copy of the repository, in the order of the page. */

/** The script is no part of the program, and has no types. */
const { linkPackages }: { linkPackages: (from: string, to: string) => void } = await import(
  new URL('../scripts/link-packages.mjs', import.meta.url).href
);

const recipes = recipesOf(readFileSync('CONTRIBUTING.md', 'utf8'));

let copy: string;
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'contributing-'));
  const listed = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const files = execFileSync('git', listed, { encoding: 'utf8', maxBuffer: 2 ** 28 }).split('\0');
  for (const path of files) if (existsSync(path)) cpSync(path, join(copy, path));
  linkPackages(process.cwd(), copy);
  expect(ran('npm run -s build')).toMatchObject({ passed: true });
}, 600_000);
afterAll(() => rmSync(copy, { recursive: true }));

/** Runs a command as it is printed; a test that is not there has not passed. */
function ran(command: string): { passed: boolean; said: string } {
  const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' };
  const { status, stdout, stderr } = spawnSync('bash', ['-c', command], {
    cwd: copy,
    encoding: 'utf8',
    env,
    maxBuffer: 2 ** 28,
  });
  const said = `${stdout}${stderr}`;
  const tested = !command.includes('vitest') || /^ *Tests .*\d passed/m.test(said);
  return { passed: status === 0 && tested, said };
}

function commandsOf({ steps }: Recipe): string[] {
  return steps.flatMap((step) => (step.kind === 'run' ? [step.command] : []));
}

describe.each(recipes)('$title', (recipe) => {
  it('is not there before, and its last command says so', () => {
    expect(ran(commandsOf(recipe).at(-1)!).passed).toBe(false);
  });

  it('is right as the page has it: its commands pass', () => {
    const read = (path: string) =>
      existsSync(join(copy, path)) ? readFileSync(join(copy, path), 'utf8') : undefined;
    writeAll(copy, followed([recipe], read));
    expect(ran('npm run -s build')).toMatchObject({ passed: true });
    for (const command of commandsOf(recipe)) {
      expect({ command, ...ran(command) }).toMatchObject({ command, passed: true });
    }
  });
});

it.each(['npm run -s types', 'npm run -s lint', 'npm run -s walls'])(
  '%s passes when all have been followed',
  (command) => {
    expect(ran(command)).toMatchObject({ passed: true });
  },
);
