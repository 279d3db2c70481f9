import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'setup-'));
  symlinkSync('/usr/bin/grep', join(directory, 'grep'));
});

afterEach(() => rmSync(directory, { recursive: true }));

function program(name: string, script: string): void {
  writeFileSync(join(directory, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

/** A machine on which these packages are not installed. */
function lacks(...packages: readonly string[]): void {
  const known = packages.map((name) => `*' ${name}') exit 1;;`).join(' ');
  program('dpkg-query', `case "$*" in ${known} *) echo 'install ok installed';; esac`);
}

function setup(...args: readonly string[]) {
  const result = spawnSync('/bin/sh', ['kernel/setup', ...args], { env: { PATH: directory } });
  return { status: result.status, said: String(result.stderr) };
}

test('where nothing is missing nothing is asked for', () => {
  lacks();
  expect(setup()).toEqual({ status: 0, said: '' });
});

test('only what is missing is installed', () => {
  lacks('qemu-system-x86', 'bison');
  program('id', 'echo 0');
  program('apt-get', `echo "$*" >> ${directory}/asked`);
  expect(setup()).toEqual({ status: 0, said: '' });
  expect(setup('build').status).toBe(0);
  expect(readFileSync(join(directory, 'asked'), 'utf8').split('\n')).toEqual([
    ...['update -qq', 'install -qq --no-install-recommends qemu-system-x86'],
    ...['update -qq', 'install -qq --no-install-recommends qemu-system-x86 bison', ''],
  ]);
});

test('who may not install is told what is missing', () => {
  lacks('xz-utils');
  program('id', 'echo 1000');
  program('apt-get', 'exit 1');
  const said = 'kernel/setup: run it as root to install: xz-utils\n';
  expect(setup()).toEqual({ status: 2, said });
});

test('a machine that is not Debian is told what the packages are called', () => {
  program('dpkg-query', 'exit 127');
  const { status, said } = setup();
  expect(status).toBe(2);
  expect(said).toMatch(/there is no apt-get here; needed are, as Debian calls them: qemu/);
});
