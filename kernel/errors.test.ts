import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newestStockKernel, ownKernel } from './archive.ts';
import { cached } from './cache.ts';
import { kernelRun } from './command.ts';
import { TWO_PAIRS } from './machine.ts';
import { Vm } from './vm.ts';

let directory: string;
const before = { ...process.env };

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kernel-errors-'));
  process.env.XDG_CACHE_HOME = directory;
});

afterEach(() => {
  process.env.PATH = before.PATH;
  if (before.XDG_CACHE_HOME === undefined) delete process.env.XDG_CACHE_HOME;
  else process.env.XDG_CACHE_HOME = before.XDG_CACHE_HOME;
  rmSync(directory, { recursive: true });
});

/** A machine that has these programs and no others. */
function onlyPrograms(...names: readonly string[]): void {
  const programs = join(directory, 'programs');
  mkdirSync(programs);
  for (const name of names) symlinkSync(`/usr/bin/${name}`, join(programs, name));
  process.env.PATH = programs;
}

describe('what cannot be used is said in one sentence', () => {
  test('no apt', async () => {
    onlyPrograms();
    await expect(newestStockKernel()).rejects.toThrow(/needs apt-get: install the package apt/);
  });

  test('no QEMU', async () => {
    onlyPrograms('setpriv');
    const kernel = { release: '', image: '', modules: '', headers: { build: '', source: '' } };
    const vm = new Vm(TWO_PAIRS, kernel, '');
    await expect(vm.ready()).rejects.toThrow(/install the package qemu-system-x86/);
    await vm.stop();
  });

  test('garbage for a kernel', () => {
    const image = join(directory, 'bzImage');
    writeFileSync(image, Buffer.alloc(4096, 0xa5));
    expect(() => ownKernel(image, directory)).toThrow(/is no bzImage/);
  });

  test('modules without the tree they were built in', () => {
    const image = join(directory, 'bzImage');
    const bytes = Buffer.alloc(4096);
    bytes.write('HdrS', 0x202, 'latin1');
    writeFileSync(image, bytes);
    expect(() => ownKernel(image, directory)).toThrow(/has no 'build'/);
    expect(() => ownKernel(join(directory, 'none'), directory)).toThrow(/there is no '.*none'/);
  });

  test('a kernel without its modules, an unknown suite', async () => {
    const terminal = { out() {}, error() {}, progress() {} } as never;
    await expect(kernelRun([], directory, undefined, { kernel: 'x' }, terminal)).rejects.toThrow(
      '--kernel and --modules belong together',
    );
    await expect(kernelRun([], directory, 'x', {}, terminal)).rejects.toThrow("no suite 'x'");
  });
});

test('an entry of the cache that could not be made leaves nothing behind', async () => {
  const making = cached('stock/1.0', async (to) => {
    writeFileSync(join(to, 'half'), '');
    throw new Error('the line went dead');
  });
  await expect(making).rejects.toThrow('the line went dead');
  expect(readdirSync(join(directory, 'vfio-dmabuf-spec/kernel/stock'))).toEqual([]);
});
