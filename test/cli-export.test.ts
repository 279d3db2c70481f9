import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { exportFormats } from 'xstate-check/cli';
import { addExportCommand, FORMAT_NAMES, programOf } from 'xstate-check/command';
import { runProgram } from './cli.fixture.ts';
import { reportedDoors } from './report-doors.fixture.ts';

const names = { formats: FORMAT_NAMES, readsC: false };
const load = async () => ({
  catalogue: reportedDoors,
  formatsOf: (of: Parameters<typeof exportFormats>[0]) => exportFormats(of),
});
const program = programOf(reportedDoors, [
  (to, terminal, finished) => addExportCommand(to, names, load, terminal, finished),
]);
const exported = (...args: string[]) => runProgram(program, 'export', ...args);

function directory(): string {
  const path = mkdtempSync(join(tmpdir(), 'export-'));
  symlinkSync(join(process.cwd(), 'node_modules'), join(path, 'node_modules'));
  return path;
}

function traffic(): string {
  const path = join(directory(), 'traffic.ts');
  const lamp = "{ red: { on: { go: 'green' } }, green: { on: { stop: 'red' } } }";
  writeFileSync(
    path,
    `import { createMachine } from 'xstate';
     export const lamp = createMachine({ id: 'lamp', initial: 'red', states: ${lamp} });`,
  );
  return path;
}

describe('a machine of the user', () => {
  test.each([
    ['mermaid', 'stateDiagram-v2'],
    ['scxml', '<state id="s_red">'],
    ['dot', '"red" -> "green"'],
    ['promela', '/*\n * lamp\n'],
    ['murphi', '-- lamp\n'],
    ['tla', 'MODULE M_lamp'],
  ])('is written as %s', async (format, part) => {
    const { status, out } = await exported(traffic(), '--to', format);
    expect(status).toBe(0);
    expect(out).toContain(part);
  });

  test('is named within its file where there are several', async () => {
    const { out } = await exported(`${traffic()}/lamp`, '--to', 'dot');
    expect(out).toContain('digraph "lamp"');
    const { status, err } = await exported(`${traffic()}/lmp`, '--to', 'dot');
    expect(status).toBe(2);
    expect(err).toContain("no system or machine 'lmp'; the nearest is lamp");
  });

  test('without the package that it imports is told what to install', async () => {
    const path = join(directory(), 'bare.ts');
    writeFileSync(path, "import 'no-such-package';\nexport const x = 1;");
    const { status, err } = await exported(path, '--to', 'dot');
    expect(status).toBe(2);
    expect(err).toContain(
      "that package is not installed beside it; run 'npm install no-such-package'",
    );
  });
});

describe('what cannot be written', () => {
  test.each([
    ['--revision', '2.0'],
    ['--scope', 'hinges=2'],
  ])('a machine at %s: it has none', async (...option) => {
    const { status, err } = await exported('hinge', '--to', 'dot', ...option);
    expect(status).toBe(2);
    expect(err).toContain("'hinge' is a machine, which has no revision or scope of its own");
  });

  test('several files one after the other', async () => {
    const two = join(directory(), 'two.ts');
    writeFileSync(
      two,
      `import { createMachine } from 'xstate';
       export const a = createMachine({ id: 'a', initial: 'x', states: { x: { on: { e: 'x' } } } });
       export const b = createMachine({ id: 'b', initial: 'x', states: { x: { on: { e: 'x' } } } });`,
    );
    const refused = await exported(two, '--to', 'mermaid');
    expect(refused).toMatchObject({ status: 2, out: '' });
    expect(refused.err).toContain('there are 2 files to write: name a directory with --output');
    const into = join(directory(), 'charts');
    expect((await exported(two, '--to', 'mermaid', '-o', into)).status).toBe(0);
    expect(readdirSync(into).sort()).toEqual(['a.mmd', 'b.mmd']);
  });

  test.each([
    ['missing/x.dot', /there is no directory '.*missing'; make it, or name another file/],
    ['there', /'.*there' is a directory; name a file in it/],
    ['file/x.dot', /'.*file' is no directory; name another file/],
  ])('to %s', async (name, message) => {
    const base = directory();
    mkdirSync(join(base, 'there'));
    writeFileSync(join(base, 'file'), '');
    const { status, err } = await exported('hinge', '--to', 'dot', '-o', join(base, name));
    expect(status).toBe(2);
    expect(err).toMatch(message);
    expect(existsSync(join(base, 'missing'))).toBe(false);
  });

  test('where the file system refuses, as of a name that is too long', async () => {
    const path = join(directory(), `${'x'.repeat(300)}.dot`);
    const { status, err } = await exported('hinge', '--to', 'dot', '-o', path);
    expect(status).toBe(2);
    expect(err).toMatch(/^dmabuf-spec: --output: '.*' cannot be written to \(ENAMETOOLONG\); name/);
  });
});
