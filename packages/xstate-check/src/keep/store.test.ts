import { execFile } from 'node:child_process';
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Store } from './store.ts';

const fresh = () => join(mkdtempSync(join(tmpdir(), 'store-')), 'answers');

/** The files of a store, those of the oldest look first. */
function filesIn(directory: string): string[] {
  return readdirSync(directory)
    .map((name) => join(directory, name))
    .sort((a, b) => statSync(a).mtimeMs - statSync(b).mtimeMs);
}

test('what is put under a key is there for every process, and nothing under another key', () => {
  fc.assert(
    fc.property(fc.string(), fc.string({ unit: 'binary' }), fc.string(), (key, text, other) => {
      const directory = fresh();
      new Store(directory).put(key, text);
      expect(new Store(directory).get(key)).toBe(text);
      if (other !== key) expect(new Store(directory).get(other)).toBeUndefined();
    }),
  );
});

describe('as if it were not there is', () => {
  const directory = fresh();
  const store = new Store(directory);
  store.put('key', 'a verdict, and the run that shows it');
  const [path] = filesIn(directory) as [string];
  const whole = readFileSync(path);

  test('a file that is truncated anywhere', () => {
    for (let length = 0; length < whole.length; length++) {
      writeFileSync(path, whole);
      truncateSync(path, length);
      expect(store.get('key')).toBeUndefined();
    }
  });

  test('a file in which any byte is another one, that of its form included', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: whole.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        (at, change) => {
          const broken = Buffer.from(whole);
          broken[at] = broken[at]! ^ change;
          writeFileSync(path, broken);
          expect(store.get('key')).toBeUndefined();
        },
      ),
    );
    writeFileSync(path, whole);
    expect(store.get('key')).toBe('a verdict, and the run that shows it');
  });

  test('what cannot be written, because a file is where the directory should be', () => {
    const taken = fresh();
    writeFileSync(taken, '');
    const none = new Store(taken);
    none.put('key', 'text');
    expect(none.get('key')).toBeUndefined();
  });
});

test('it stays within its size: what was not looked at for longest goes, and what is half written', () => {
  const directory = fresh();
  const text = (n: number) => Array.from({ length: 400 }, (_, i) => (i * n * 7919) % 9973).join();
  for (let n = 1; n <= 20; n++) new Store(directory).put(`${n}`, text(n));
  const files = filesIn(directory);
  const total = files.reduce((sum, path) => sum + statSync(path).size, 0);
  for (const [i, path] of files.entries()) utimesSync(path, 1000 + i, 1000 + i);
  writeFileSync(join(directory, 'left.new'), '');
  utimesSync(join(directory, 'left.new'), 5000, 5000);
  new Store(directory).get('1');
  new Store(directory, total / 2).put('last', text(21));
  const left = filesIn(directory);
  expect(left.reduce((sum, path) => sum + statSync(path).size, 0)).toBeLessThan(total / 2);
  expect(left.some((path) => path.endsWith('.new'))).toBe(false);
  expect(new Store(directory).get('1')).toBe(text(1));
  expect(new Store(directory).get('last')).toBe(text(21));
});

test('many processes at once find a text whole or not at all', async () => {
  const directory = fresh();
  const program = `
    const { Store } = await import(process.argv[1]);
    const store = new Store(process.argv[2]);
    const text = (n) => String(n).repeat(50000);
    for (let i = 0; i < 60; i++) {
      const n = i % 5;
      const got = store.get('key ' + n);
      if (got !== undefined && got !== text(n)) throw new Error('torn');
      store.put('key ' + n, text(n));
    }`;
  const module = new URL('../../dist/keep/store.js', import.meta.url).href;
  const args = ['--input-type=module', '-e', program, module, directory];
  await Promise.all([1, 2, 3, 4].map(() => promisify(execFile)(process.execPath, args)));
  expect(readdirSync(directory)).toHaveLength(5);
});
