import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';

const SCRIPT = resolve('scripts/compile-edited.mjs');
const SOURCE =
  "import type { A } from './a.ts';\nimport { b } from './b.ts';\nexport const c: A = b;\n";

describe('what was edited since the build', () => {
  let root: string;
  const at = (path: string) => join(root, path);
  const compile = () => spawnSync('node', [SCRIPT], { cwd: root, encoding: 'utf8' });

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'recheck-'));
    for (const folder of ['machines', 'specs', 'targets', 'simulator', 'dist/machines']) {
      mkdirSync(at(folder), { recursive: true });
    }
    writeFileSync(at('machines/c.ts'), SOURCE);
    writeFileSync(at('dist/machines/c.js'), 'as it was\n');
    writeFileSync(at('dist/machines.tsbuildinfo'), '{}');
    utimesSync(at('machines/c.ts'), 1, 1);
    utimesSync(at('dist/machines/c.js'), 2, 2);
  });

  it('is nothing where nothing was', () => {
    expect(compile()).toMatchObject({ status: 0, stderr: '' });
    expect(readFileSync(at('dist/machines/c.js'), 'utf8')).toBe('as it was\n');
    expect(existsSync(at('dist/machines.tsbuildinfo'))).toBe(true);
  });

  it('is compiled without its types, and the next build does its folder anew', () => {
    writeFileSync(at('machines/c.ts'), SOURCE);
    expect(compile()).toMatchObject({
      status: 0,
      stderr: 'machines/c.ts: compiled without a look at its types; npm run build looks.\n',
    });
    expect(readFileSync(at('dist/machines/c.js'), 'utf8')).toBe(
      'import { b } from "./b.js";\nexport const c = b;\n',
    );
    expect(existsSync(at('dist/machines.tsbuildinfo'))).toBe(false);
  });

  it.each([
    ['is no TypeScript', 'export const = 1;\n'],
    [
      'finds modules as it runs',
      ['export const found = (name) => import(`./', '{name}.ts`);\n'].join('$'),
    ],
  ])('takes the whole build where it %s', (_, text) => {
    writeFileSync(at('machines/c.ts'), text);
    const { status, stderr } = compile();
    expect(status).toBe(2);
    expect(stderr).toMatch(/^machines\/c\.ts: it .+: npm run build\n$/);
    expect(readFileSync(at('dist/machines/c.js'), 'utf8')).toBe('as it was\n');
  });

  it('takes the whole build where that is most of it', () => {
    for (let i = 0; i < 40; i++) writeFileSync(at(`machines/m${i}.ts`), SOURCE);
    expect(compile()).toMatchObject({ status: 2, stderr: expect.stringContaining('40 files') });
  });
});
