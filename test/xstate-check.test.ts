import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** The tool as it is without this specification, on somebody's machine. */
const TOOL = resolve('packages/xstate-check/dist/bin.js');
const LAMP = `
import { setup } from 'xstate';
export const lamp = setup({}).createMachine({
  id: 'lamp',
  initial: 'dark',
  states: {
    dark: { tags: ['quiescent'], on: { press: 'lit' } },
    lit: { on: { press: 'dark', burn: 'broken' } },
    broken: { on: { press: 'broken' } },
  },
});
`;

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'lamp-'));
  writeFileSync(join(directory, 'lamp.ts'), LAMP);
  symlinkSync(resolve('node_modules'), join(directory, 'node_modules'));
});
afterAll(() => rmSync(directory, { recursive: true }));

/** Everything that it prints, whatever its status. */
async function said(command: string): Promise<string> {
  const run = promisify(execFile)(process.execPath, [TOOL, ...command.split(' ')], {
    cwd: directory,
    maxBuffer: 2 ** 26,
  });
  const { stdout, stderr } = await run.catch((error) => error);
  return `${stdout}${stderr}`;
}

describe('xstate-check, of a lamp', () => {
  it.each([
    ['check lamp.ts', /broken {2}rest[\s\S]*xstate-check explain lamp\.ts\/rest/],
    ['explain lamp.ts', /^lamp$[\s\S]*^press$\n^burn$/m],
    ['list lamp.ts', /lamp: rest/],
    ['report lamp.ts --markdown', /Written by `xstate-check report`/],
    ['export lamp.ts --to promela', /Written by 'xstate-check export'/],
    ['check lantern.ts', /^xstate-check: there is no file 'lantern\.ts'/],
    ['--help', /^Usage: xstate-check/],
    ['inspect --help', /^Usage: xstate-check inspect/],
  ])('speaks of that and of nothing that others specify: %s', async (command, says) => {
    const text = await said(command);
    expect(text).toMatch(says);
    const ofOthers = /dma[-_ ]?buf|vfio|kernel|linux|ftrace|\bCPU\d*\b|\bpci\b|\bdevices\b/i;
    expect(text.match(ofOthers)?.[0]).toBeUndefined();
  });
});
