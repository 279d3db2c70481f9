import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const SCRIPT = fileURLToPath(new URL('../scripts/walls.mjs', import.meta.url));

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'walls-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** Writes the files and runs the check on them. */
function walls(files: Readonly<Record<string, string>>): {
  status: number | null;
  lines: string[];
} {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT, directory], {
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  return { status, lines: stdout.split('\n').filter((line) => line !== '') };
}

describe('walls', () => {
  it('lets pass what the architecture allows', () => {
    const { status, lines } = walls({
      'machines/a/a.ts': "import { setup } from 'xstate';\nimport { b } from '../b.ts';\n",
      'specs/a.ts':
        "import { a } from '../machines/a/a.ts';\nimport { flatten } from 'xstate-check';\nimport { Monitor } from 'xstate-check/traces';\n",
      'specs/a.test.ts': "import { broken } from 'xstate-check/testing';\n",
      'specs/command.ts':
        "await import('../simulator/target.ts');\nawait import('../kernel/kernel-command.ts');\n",
      'specs/cli/run.ts': "import { target } from '../../simulator/target.ts';\n",
      'packages/xstate-check/src/lts/a.ts':
        "// a rebar, the bar, specific\nimport fs from 'node:fs';\nimport { own } from '../base/own.ts';\n",
      'packages/xstate-check/src/linux/a.ts': "// vfio_pci, for the kernel's own C\n",
      'packages/xstate-check/src/own.ts': "import { run } from './cli/main.ts';\n",
      'packages/xstate-check/inspector/pages/a.tsx':
        "import type { Play } from '../../src/inspect/protocol.ts';\n",
      'simulator/target.ts':
        "import type { Target } from 'xstate-check/target';\nimport type { TargetScope } from '../targets/target-scope.ts';\n",
      'kernel/a.ts': "import { InputError } from 'xstate-check';\n",
      'bench/bench.ts': "import { sweep } from 'xstate-check/engine';\n",
      'oracles/ours.ts': "import { holds } from 'xstate-check/engine';\n",
      'test/a.test.ts':
        "import { run } from 'xstate-check/cli';\nimport { a } from '../specs/a.ts';\n",
      'machines/node_modules/x/index.js': "import '../src/a.ts';\n",
    });
    expect(lines).toEqual([]);
    expect(status).toBe(0);
  });

  it.each([
    ['machines/a.ts', "import { flatten } from 'xstate-check';"],
    ['machines/b.ts', "import fc from 'fast-check';"],
    ['machines/c.ts', "export * from '../specs/a.ts';"],
    ['specs/a.ts', "import { target } from '../simulator/target.ts';"],
    ['specs/b.ts', "import { addKernelCommands } from '../kernel/kernel-command.ts';"],
    ['specs/c.ts', "import { flatten } from '../packages/xstate-check/src/lts/flatten.ts';"],
    ['specs/d.ts', "import { flatten } from 'xstate-check/src/lts/flatten.ts';"],
    ['specs/e.ts', "import { flatten } from 'xstate-check/dist/lts/flatten.js';"],
    ['specs/f.ts', "import { broken } from 'xstate-check/testing';"],
    ['packages/xstate-check/src/a.ts', "import {\n  a,\n} from '../../../machines/a.ts';"],
    ['packages/xstate-check/src/b.test.ts', "const a = await import('../../../specs/a.ts');"],
    ['packages/xstate-check/src/lts/d.ts', "import { Parser } from 'web-tree-sitter';"],
    ['packages/xstate-check/src/lts/c.ts', "import { check } from 'xstate-check';"],
    ['packages/xstate-check/inspector/a.tsx', "import { check } from '../src/check/check.ts';"],
    ['packages/xstate-check/inspector/b.tsx', "import { check } from 'xstate-check';"],
    ['simulator/a.ts', "import { a } from '../machines/a.ts';"],
    ['simulator/b.ts', "import { flatten } from 'xstate-check';"],
    ['simulator/c.ts', "import '../specs/a.ts';"],
    ['simulator/d.ts', "import '../packages/xstate-check/src/target/target.ts';"],
    ['kernel/a.ts', "import { Simulator } from '../simulator/index.ts';"],
    ['kernel/b.ts', "import { run } from 'xstate-check/cli';"],
    ['kernel/c.ts', "import '../packages/xstate-check/src/target/target.ts';"],
    ['bench/a.ts', "import { a } from '../simulator/a.ts';"],
    ['bench/b.ts', "import { run } from 'xstate-check/cli';"],
    ['oracles/a.ts', "import { holds } from '../packages/xstate-check/src/check/formula.ts';"],
    ['test/a.test.ts', "import { run } from '../packages/xstate-check/src/cli/main.ts';"],
    ['targets/a.ts', "import { Target } from 'xstate-check/target';"],
  ])('catches an import through a wall in %s', (path, text) => {
    const { status, lines } = walls({ [path]: `${text}\n` });
    expect(status).toBe(1);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(
      new RegExp(`^${path.replaceAll('.', '\\.')}:\\d+: imports '\\.*[^']*'; `),
    );
  });

  it('lets the tool import what it depends on', () => {
    const inTool = (path: string) => `packages/xstate-check/${path}`;
    const manifest = { dependencies: { sirv: '1' }, peerDependencies: { xstate: '5' } };
    const { lines } = walls({
      [inTool('package.json')]: JSON.stringify(manifest),
      [inTool('src/lts/a.ts')]:
        "import 'sirv';\nimport 'xstate/graph';\nimport 'node:fs';\nimport 'sirving';\n",
    });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/a\.ts:4: imports 'sirving'/);
  });

  it.each([
    ['lts/a.ts', "import type { Catalogue } from '../catalogue/catalogue.ts';"],
    ['catalogue/a.ts', "import { run } from '../cli/main.ts';"],
    ['check/a.ts', "import { version } from '../index.ts';"],
    ['cli/a.ts', "import type { TraceVerdict } from '../trace/verdict.ts';"],
    ['catalogue/b.ts', "import type { Tree } from '../source/tree.ts';"],
    ['linux/a.ts', "import { run } from '../doors/cli.ts';"],
  ])('catches an import of a higher layer in %s', (path, text) => {
    const { status, lines } = walls({ [`packages/xstate-check/src/${path}`]: `${text}\n` });
    expect(status).toBe(1);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/imports only what is below it$/);
  });

  it('lets a test import what it needs, and a file what is below it', () => {
    const { lines } = walls({
      'packages/xstate-check/src/lts/a.test.ts': "import { check } from '../check/check.ts';\n",
      'packages/xstate-check/src/cli/a.ts': "import { check } from '../check/check.ts';\n",
    });
    expect(lines).toEqual([]);
  });

  it('asks where a folder of the tool belongs', () => {
    expect(walls({ 'packages/xstate-check/src/new/a.ts': 'export const a = 1;\n' }).lines).toEqual([
      'packages/xstate-check/src/new/a.ts:1: src/new/ has no layer; enter it in scripts/walls.mjs',
    ]);
  });

  it('does not take a comment or a text for an import', () => {
    const text =
      "// from '../src/a.ts'\n/* import '../src/a.ts' */\nconst s = \"from '../src/a.ts'\";\n";
    expect(walls({ 'machines/a.ts': text }).status).toBe(0);
  });

  it.each([
    'a dma-buf',
    'dma_buf_map',
    'DMABUF',
    'vfio',
    'the BAR',
    'BAR2',
    'hot reset',
    'hot_reset',
    'iommufd',
    'RDMA',
    'a PCI device',
    'pci_dev',
    'dmabuf-spec',
  ])('catches the word of the subject in the tool: %s', (word) => {
    const path = 'packages/xstate-check/src/a.test.ts';
    const { status, lines } = walls({ [path]: `\n// ${word}\n` });
    expect(status).toBe(1);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(
      /^packages\/xstate-check\/src\/a\.test\.ts:2: '.+' is a word of the subject/,
    );
    expect(walls({ [path]: '', 'specs/a.ts': `// ${word}\n` }).status).toBe(0);
  });

  it.each(['the kernel', 'Linux', 'ftrace text', 'CPU0'])(
    'catches the word of the kernel outside its dialect: %s',
    (word) => {
      const inTool = (path: string) => `packages/xstate-check/${path}`;
      const { status, lines } = walls({ [inTool('src/cli/a.ts')]: `// ${word}\n` });
      expect(status).toBe(1);
      expect(lines).toHaveLength(1);
      expect(lines[0]).toMatch(/a\.ts:1: '.+' is a word of the kernel/);
      const { lines: page } = walls({
        [inTool('src/cli/a.ts')]: '',
        [inTool('inspector/a.tsx')]: `// ${word}\n`,
      });
      expect(page).toHaveLength(1);
      const spoken = ['src/trace/a.ts', 'src/source/a.ts', 'src/linux/a.ts', 'src/cli/a.test.ts'];
      const dialect = Object.fromEntries(spoken.map((path) => [inTool(path), `// ${word}\n`]));
      expect(walls({ ...dialect, [inTool('inspector/a.tsx')]: '' }).status).toBe(0);
    },
  );

  it('catches a path of this machine in any file', () => {
    const path = ['', 'root', 'notes.md'].join('/');
    const { status, lines } = walls({ 'docs/a.md': `see\n${path}\n` });
    expect(status).toBe(1);
    expect(lines).toEqual([`docs/a.md:2: the path ${path} is of this machine only`]);
  });

  it('lets a path pass that only ends alike', () => {
    expect(
      walls({ 'docs/a.md': 'https://example.org/root/x, a/work/b, ./work/b, ../root/c\n' }).status,
    ).toBe(0);
  });
});
