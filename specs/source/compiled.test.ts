import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type CGraph, CReader, directoryTree, SourceReader } from 'xstate-check/kernel';
import { type CompiledCase, compiledCases } from './compiled.fixture.ts';
import { cSpecification } from './index.ts';

const path = process.env.LINUX_TREE;
const hasCompiler = (() => {
  try {
    execFileSync('gcc', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();
const missing = [
  ...(hasCompiler ? [] : ['no gcc']),
  ...(path === undefined ? ['no LINUX_TREE, the root of the source of Linux 7.3'] : []),
];
const title = 'the compiler and the reader find the same runs in functions of the kernel';

const stubs = readFileSync(new URL('compiled-stubs.h', import.meta.url), 'utf8');
const reader = await CReader.load(cSpecification.dialect);
const source = new SourceReader(cSpecification, reader);

describe.skipIf(missing.length > 0)(
  missing.length > 0 ? `${title} (not run: ${missing.join(', ')})` : title,
  { timeout: 60_000 },
  () => {
    const names = [...new Set(compiledCases.map(({ machine }) => machine))];

    test.each(names)('%s', (name) => {
      const cases = compiledCases.filter(({ machine }) => machine === name);
      const compiled = cases.flatMap((one) => compiledRuns(one));
      expect(compiled.length).toBeGreaterThan(0);
      expect([...new Set(compiled)].sort()).toEqual(readRuns(graphOf(cases[0]!)));
    });

    test('a text that is another has other runs', () => {
      const hotReset = compiledCases.find(({ machine }) => machine === 'hot_reset')!;
      const v6 = [/vdev = list_prev_entry\(vdev, vdev\.dev_set_list\);/g, ''] as const;
      const changed = compiledRuns({ ...hotReset, members: [...hotReset.members!, v6] });
      expect(changed.sort()).not.toEqual(readRuns(graphOf(hotReset)));
    });

    test('fifteen functions or more are compiled as their text stands', () => {
      const functions = compiledCases.flatMap((one) => one.functions.flatMap(([, ...all]) => all));
      expect(new Set(functions).size).toBeGreaterThanOrEqual(15);
    });
  },
);

/** The machine that is compared, read from the tree; of several kinds the one whose runs differ. */
function graphOf({ machine: name, index = {} }: CompiledCase): CGraph {
  const [id, kind] = name.split('/');
  const machine = cSpecification.machines.find((one) => {
    const { index: own = {}, unused = [] } = one.root.meta as {
      index?: Record<string, number>;
      unused?: string[];
    };
    const isKind =
      kind === undefined || unused.includes('att.attach:-EOPNOTSUPP') === (kind === 'revocable');
    const fits = Object.entries(index).every(([of, size]) => own[of] === size);
    return one.id === id && fits && isKind;
  });
  return source.graph(directoryTree(path!), machine!);
}

/** All runs from a call to its return, each as its labels in one line. */
function readRuns(graph: CGraph): string[] {
  const runs = new Set<string>();
  const go = (state: number, run: string) => {
    for (const { label, to } of graph.steps[state]!) {
      const next = label === undefined ? run : `${run}${label} `;
      if (to === 0) runs.add(next.trim());
      else go(to, next);
    }
  };
  go(0, '');
  return [...runs].sort();
}

/** The runs as the compiler understands the text. */
function compiledRuns({ functions, before = '', members = [], once }: CompiledCase): string[] {
  const texts = functions.flatMap(([file, ...names]) => {
    const text = directoryTree(path!).read(file)!;
    const unit = source.unit(directoryTree(path!), file)!;
    return names.map((name) => textOf(text, unit.functions.get(name)!));
  });
  const swapped = members.reduce((text, [from, to]) => text.replace(from, to), texts.join('\n'));
  const own = functions.flatMap(([, ...names]) => names.map((name) => `#define REAL_${name}`));
  const lines = (text: string) => text.replace(/^ +#/gm, '#');
  const whole = [...own, stubs, lines(before), swapped, `static void once(void) { ${once} }`];
  const directory = mkdtempSync(join(tmpdir(), 'compiled-'));
  try {
    const [c, program] = [join(directory, 'f.c'), join(directory, 'f')];
    writeFileSync(c, whole.join('\n'));
    execFileSync('gcc', ['-std=gnu11', '-O0', '-w', '-o', program, c], { stdio: 'pipe' });
    return execFileSync(program, { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map((run) => run.trim());
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function textOf(text: string, { line, endLine }: { line: number; endLine: number }): string {
  return text
    .split('\n')
    .slice(line - 1, endLine)
    .join('\n');
}
