import { spawn } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeWhole } from './write-file.ts';

const place = () => mkdtempSync(join(tmpdir(), 'written-'));

describe('a file that is written whole', () => {
  test('takes the place of the one before, and its permissions', () => {
    const file = join(place(), 'report.html');
    writeWhole(file, 'one');
    chmodSync(file, 0o640);
    writeWhole(file, 'two');
    expect(readFileSync(file, 'utf8')).toBe('two');
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect(readdirSync(join(file, '..'))).toEqual(['report.html']);
  });

  test('leaves the one before where it cannot be written', () => {
    const directory = place();
    const file = join(directory, 'report.html');
    writeFileSync(file, 'one');
    expect(() => writeWhole(file, Symbol('no text') as unknown as string)).toThrow();
    expect(readFileSync(file, 'utf8')).toBe('one');
    expect(readdirSync(directory)).toEqual(['report.html']);
  });

  test('is written where a link leads, and into what is no file', () => {
    const directory = place();
    const link = join(directory, 'link');
    symlinkSync(join(directory, 'real'), link);
    writeFileSync(join(directory, 'real'), 'one');
    writeWhole(link, 'two');
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(directory, 'real'), 'utf8')).toBe('two');
    writeWhole('/dev/null', 'gone');
    expect(statSync('/dev/null').isFile()).toBe(false);
  });

  test.each(['SIGTERM', 'SIGINT', 'SIGKILL'] as const)('is whole after %s', async (signal) => {
    const directory = place();
    const file = join(directory, 'big');
    const length = 8 * 2 ** 20;
    writeFileSync(file, 'a'.repeat(length));
    const writing = `
      import { writeWhole } from '${new URL('../../dist/base/write-file.js', import.meta.url).href}';
      let letter = 'b';
      setInterval(() => {
        writeWhole('${file}', letter.repeat(${length}));
        letter = letter === 'b' ? 'c' : 'b';
        process.stdout.write('.');
      });`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', writing]);
    const end = new Promise((resolve) => child.once('exit', (_, by) => resolve(by)));
    await new Promise((resolve) => child.stdout.once('data', resolve));
    setTimeout(() => child.kill(signal), 7);
    expect(await end).toBe(signal);
    const text = readFileSync(file, 'utf8');
    expect(text === text[0]!.repeat(length)).toBe(true);
    if (signal !== 'SIGKILL') expect(readdirSync(directory)).toEqual(['big']);
  });
});
