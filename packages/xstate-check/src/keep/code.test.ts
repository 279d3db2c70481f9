import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { codeDigest, filesOfCode, packagesOf } from './code.ts';

/** A package that is built in `dist`, with a dependency. */
function built(files: Readonly<Record<string, string>> = {}): string {
  const root = mkdtempSync(join(tmpdir(), 'code-'));
  const all = {
    'package.json': '{ "dependencies": { "xstate": "^5" } }',
    'node_modules/xstate/package.json': '{ "version": "5.33.3" }',
    'dist/src/index.js': 'export {};',
    'dist/specs/manifest.json': '[]',
    ...files,
  };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return join(root, 'dist');
}

test('the digest of the same code is the same wherever it is', () => {
  expect(codeDigest(built())).toBe(codeDigest(built()));
});

describe('the digest is another one where', () => {
  test.each([
    ['a line of code is', { 'dist/src/index.js': 'export {}; ' }],
    ['data is', { 'dist/specs/manifest.json': '[1]' }],
    ['there is a file more', { 'dist/machines/move.js': '' }],
    [
      'text moves from one file to the next',
      { 'dist/specs/manifest.json': '', 'dist/src/index.js': 'export {};[]' },
    ],
    ['XState is', { 'node_modules/xstate/package.json': '{ "version": "5.33.4" }' }],
    [
      'a package is needed more',
      { 'package.json': '{ "dependencies": { "xstate": "^5", "elkjs": "1" } }' },
    ],
  ])('%s', (_, files) => {
    expect(codeDigest(built(files as Record<string, string>))).not.toBe(codeDigest(built()));
  });

  test('a file has another name', () => {
    const root = built({ 'dist/src/other.js': 'export {};' });
    rmSync(join(root, 'src/index.js'));
    expect(codeDigest(root)).not.toBe(codeDigest(built()));
  });
});

test('what nobody runs changes nothing: types, maps, and what is built beside', () => {
  const files = {
    'dist/src/index.js.map': '{}',
    'dist/src/index.d.ts': '',
    'dist/inspector/page.js': '1',
  };
  expect(codeDigest(built(files))).toBe(codeDigest(built()));
});

test('files and packages are listed in their order', () => {
  const root = built({ 'dist/machines/move.js': '' });
  expect(filesOfCode(root)).toEqual(['machines/move.js', 'specs/manifest.json', 'src/index.js']);
  expect(packagesOf(root)).toEqual(['xstate 5.33.3']);
});
