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
        "import { a } from '../machines/a/a.ts';\nimport { flatten } from '../src/lts/flatten.ts';\n",
      'specs/command.ts':
        "await import('../simulator/target.ts');\nawait import('../kernel/kernel-command.ts');\n",
      'specs/cli/run.ts': "import { target } from '../../simulator/target.ts';\n",
      'src/a.ts':
        "// dmabuf-spec and vfio-dmabuf-spec, a rebar, the bar, specific\nimport fs from 'node:fs';\n",
      'simulator/target.ts':
        "import type { Target } from '../src/target/target.ts';\nimport type { TargetScope } from '../targets/target-scope.ts';\n",
      'kernel/a.ts': "import { InputError } from '../src/base/errors.ts';\n",
      'bench/bench.ts': "import { explore } from '../src/explore/explore.ts';\n",
      'machines/node_modules/x/index.js': "import '../src/a.ts';\n",
    });
    expect(lines).toEqual([]);
    expect(status).toBe(0);
  });

  it.each([
    ['machines/a.ts', "import { flatten } from '../src/lts/flatten.ts';"],
    ['machines/b.ts', "import fc from 'fast-check';"],
    ['machines/c.ts', "export * from '../specs/a.ts';"],
    ['specs/a.ts', "import { target } from '../simulator/target.ts';"],
    ['src/a.ts', "import {\n  a,\n} from '../machines/a.ts';"],
    ['src/b.test.ts', "const a = await import('../specs/a.ts');"],
    ['simulator/a.ts', "import { a } from '../machines/a.ts';"],
    ['simulator/b.ts', "import { flatten } from '../src/lts/flatten.ts';"],
    ['simulator/c.ts', "import '../specs/a.ts';"],
    ['specs/b.ts', "import { addKernelCommands } from '../kernel/kernel-command.ts';"],
    ['kernel/a.ts', "import { Simulator } from '../simulator/index.ts';"],
    ['bench/a.ts', "import { a } from '../simulator/a.ts';"],
    ['targets/a.ts', "import { Target } from '../src/target/target.ts';"],
  ])('catches an import through a wall in %s', (path, text) => {
    const { status, lines } = walls({ [path]: `${text}\n` });
    expect(status).toBe(1);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(
      new RegExp(`^${path.replaceAll('.', '\\.')}:\\d+: imports '\\.*[^']*'; `),
    );
  });

  it.each([
    ['src/lts/a.ts', "import type { Catalogue } from '../catalogue/catalogue.ts';"],
    ['src/catalogue/a.ts', "import { run } from '../cli/main.ts';"],
    ['src/check/a.ts', "import { version } from '../index.ts';"],
  ])('catches an import of a higher layer in %s', (path, text) => {
    const { status, lines } = walls({ [path]: `${text}\n` });
    expect(status).toBe(1);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/imports only what is below it$/);
  });

  it('lets a test import what it needs, and a file what is below it', () => {
    const { lines } = walls({
      'src/lts/a.test.ts': "import { check } from '../check/check.ts';\n",
      'src/cli/a.ts': "import { check } from '../check/check.ts';\n",
    });
    expect(lines).toEqual([]);
  });

  it('asks where a folder of the tool belongs', () => {
    expect(walls({ 'src/new/a.ts': 'export const a = 1;\n' }).lines).toEqual([
      'src/new/a.ts:1: src/new/ has no layer; enter it in scripts/walls.mjs',
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
  ])('catches the word of the subject in src/: %s', (word) => {
    const { status, lines } = walls({ 'src/a.test.ts': `\n// ${word}\n` });
    expect(status).toBe(1);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^src\/a\.test\.ts:2: '.+' is a word of the subject/);
    expect(walls({ 'src/a.test.ts': '', 'specs/a.ts': `// ${word}\n` }).status).toBe(0);
  });

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
