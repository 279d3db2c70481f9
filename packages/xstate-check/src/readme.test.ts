import { mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from './own.ts';

/** The first page for somebody who has machines and nothing else: its files, and what is said of them. */
const page = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const files = [...page.matchAll(/^`(\S+\.ts)`:\n\n```ts\n([\s\S]*?)^```$/gm)];
const runs = [...page.matchAll(/^```text\n\$ xstate-check (.+)\n([\s\S]*?)^```$/gm)];

const home = process.cwd();
beforeAll(() => {
  const directory = mkdtempSync(join(tmpdir(), 'xstate-check-'));
  for (const [, name, text] of files) writeFileSync(join(directory, name!), text!);
  symlinkSync(resolve('node_modules'), join(directory, 'node_modules'));
  process.chdir(directory);
});
afterAll(() => process.chdir(home));

async function said(...args: string[]): Promise<{ status: number; text: string }> {
  let text = '';
  const write = (more: string) => {
    text += more;
  };
  const status = await runCommand(args, {
    ...{ out: write, error: write, progress: () => undefined },
    colour: false,
  });
  return { status, text };
}

describe('the first page', () => {
  it('has files and what is said of them', () => {
    expect(files.map(([, name]) => name)).toEqual(['lamp.ts', 'login.ts', 'room.ts']);
    expect(runs).toHaveLength(6);
  });

  it.each(runs.map(([, command, output]) => [command!, output!]))('%s', async (command, output) => {
    const { text } = await said(...command.split(' '));
    expect(text.trim()).toBe(output.trim());
  });
});

describe('the program', () => {
  it('has the commands that are about files, as nothing is specified', async () => {
    const { text } = await said('--help');
    const commands = [...text.matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name);
    expect(commands).toEqual([
      'check',
      'explain',
      'find',
      'report',
      'list',
      'paths',
      'generate',
      'inspect',
      'export',
      'help',
    ]);
  });

  it('writes tests of a lamp', async () => {
    expect(await said('generate', 'lamp.ts', '--out', 'tests')).toMatchObject({ status: 0 });
    const text = readFileSync('tests/lamp/system.transitions.test.txt', 'utf8');
    expect(text).toContain('`runSuite()` of xstate-check');
  });
});
