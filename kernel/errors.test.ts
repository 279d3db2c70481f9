import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newestStockKernel } from './archive.ts';
import { cached } from './cache.ts';
import { kernelOf, kernelRun } from './command.ts';
import { TWO_PAIRS } from './machine.ts';
import { ownKernel } from './own-kernel.ts';
import { tool } from './tool.ts';
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

/** A program of such a machine, as a script. */
function fakeProgram(name: string, script: string): void {
  const file = join(directory, 'programs', name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
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

  test('no Debian archive', async () => {
    onlyPrograms();
    fakeProgram('apt-get', 'exit 0');
    await expect(newestStockKernel()).rejects.toThrow(
      /apt knows no Debian archive on this machine.*; give a kernel of your own/,
    );
  });

  test('an archive that does not answer', async () => {
    onlyPrograms();
    const target = 'Debian|main|http://archive.invalid/debian/';
    const fails = "echo 'E: Failed to fetch: Could not resolve host' >&2; exit 100";
    fakeProgram('apt-get', `case $1 in indextargets) echo '${target}';; *) ${fails};; esac`);
    await expect(newestStockKernel()).rejects.toThrow(
      /^reading the index of stable-backports failed: E: Failed to fetch.*--kernel and --modules$/,
    );
  });

  test('an archive without a kernel that is new enough', async () => {
    onlyPrograms();
    const target = 'case "$3" in *ORIGIN*) echo "Debian|main|http://archive.invalid/";; esac';
    fakeProgram('apt-get', `case $1 in indextargets) ${target};; esac`);
    fakeProgram('apt-cache', 'echo "linux-binary-6.12.9+deb13-cloud-amd64 - Linux"');
    await expect(newestStockKernel()).rejects.toThrow(
      /there is no kernel of Linux 6\.19 or newer in stable-backports or sid of this archive/,
    );
  });

  test('no make', async () => {
    onlyPrograms('setpriv');
    const building = tool('setpriv', ['--pdeathsig', 'TERM', 'make'], {
      ...{ from: 'make and bison', doing: 'building the kernel' },
    });
    await expect(building).rejects.toThrow(
      'building the kernel needs make: install the package make and bison',
    );
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
    const tests = { suites: [], directory, ofRevision: () => ({ suites: [], missing: [] }) };
    const run = (name: string, options: object) => kernelRun(tests, name, options, terminal);
    await expect(run('x', {})).rejects.toThrow("no suite 'x'");
    await expect(kernelOf({ kernel: 'x' }, terminal)).rejects.toThrow(
      '--kernel and --modules belong together',
    );
  });

  test('a place for results that cannot be written to, before anything boots', async () => {
    const terminal = { out() {}, error() {}, progress() {} } as never;
    const tests = { suites: [], directory, ofRevision: () => ({ suites: [], missing: [] }) };
    const result = (options: object) => kernelRun(tests, undefined, options, terminal);
    await expect(result({ junit: '/dev/null/x.xml' })).rejects.toThrow(
      "--junit: '/dev/null' is no directory; name another file",
    );
    await expect(result({ keepTrace: '/dev/null/traces' })).rejects.toThrow(
      "--keep-trace: '/dev/null/traces' cannot be written to",
    );
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

test('what somebody who was killed left half made goes the next time', async () => {
  const stock = join(directory, 'vfio-dmabuf-spec/kernel/stock');
  const gone = spawnSync('true').pid;
  const left = (pid: number) => `1.0.unfinished-${hostname()}-${pid}-abcdef`;
  for (const pid of [gone, process.pid]) mkdirSync(join(stock, left(pid)), { recursive: true });
  await cached('stock/1.0', async () => undefined);
  expect(readdirSync(stock).sort()).toEqual(['1.0', left(process.pid)]);
});
