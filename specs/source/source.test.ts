import { describe, expect, test } from 'vitest';
import { alphabetOf } from '../../src/lts/alphabet.ts';
import { SourceReader } from '../../src/source/judge-source.ts';
import { CReader } from '../../src/source/parse.ts';
import { readRow } from '../../src/source/program.ts';
import { cSourceOf, readingOf, rowsOf } from '../../src/source/reading.ts';
import { directoryTree } from '../../src/source/tree.ts';
import { specification } from '../catalogue.ts';
import { cSpecification, notYetRead } from './index.ts';

const { machines, calls, leads, accepted } = cSpecification;
const reader = await CReader.load(cSpecification.dialect);
const named = machines.map((machine) => {
  const { index = {} } = machine.root.meta as { index?: Record<string, number> };
  const size = Object.values(index).join(' × ');
  const source = cSourceOf(machine)!;
  return { name: `${source.function}()${size && `, ${size}`}`, machine, source };
});

describe('what a machine says of its C', () => {
  test.each(named)('$name: a file, and labels of its own', ({ machine, source }) => {
    expect(source.function).toMatch(/^[a-z_]\w*$/);
    expect(
      [source.file, ...(source.also ?? [])].filter((file) => !/^[\w/-]+\.[ch]$/.test(file)),
    ).toEqual([]);
    const { labels } = alphabetOf(machine);
    const { entries } = readingOf(machine, source, calls, leads);
    const said = entries.flatMap(({ begins, returns }) => [begins, ...Object.keys(returns)]);
    expect(said.filter((label) => !labels.includes(label))).toEqual([]);
    expect(entries.filter(({ returns }) => Object.keys(returns).length === 0)).toEqual([]);
  });

  test.each(named)('$name: rows that parse, each assumption with its reason', ({ source }) => {
    for (const row of source.rows ?? []) {
      expect(readRow(reader, row).pattern.kind).toMatch(/call|member|assign/);
      if (row.label === undefined) expect(row.because, row.c).toBeDefined();
      if (row.runs !== undefined) expect(row.because, row.c).toBeDefined();
    }
  });
});

describe('patterns of calls', () => {
  const rows = calls.flatMap(rowsOf);

  test('parse', () => {
    for (const row of rows) expect(readRow(reader, row).pattern.kind).toMatch(/call|member|assign/);
  });

  test('stand for one step each', () => {
    const labels = new Map<string, Set<string>>();
    for (const { c, label } of rows) labels.set(c, (labels.get(c) ?? new Set()).add(label!));
    expect([...labels].filter(([, all]) => all.size > 1)).toEqual([]);
  });
});

test('every difference that is accepted is of a machine that is read, and says why', () => {
  const names = machines.map(({ id }) => id);
  expect(accepted.filter(({ machine }) => !names.includes(machine))).toEqual([]);
  expect(accepted.filter(({ reason }) => reason.length < 20)).toEqual([]);
});

test('every procedure machine says which C it is, or why it does not', () => {
  const procedures = specification.machines.filter(({ kind }) => kind === 'procedure');
  const read = procedures.filter(({ machine }) => 'root' in machine && cSourceOf(machine));
  const unread = procedures.filter((entry) => !read.includes(entry)).map(({ name }) => name);
  expect(unread.sort()).toEqual(Object.keys(notYetRead).sort());
  const compared = machines.map(({ id }) => id);
  expect(read.map(({ name }) => name).filter((name) => !compared.includes(name))).toEqual([]);
});

const path = process.env.LINUX_TREE;

describe.skipIf(path === undefined)(
  'with LINUX_TREE, the root of the source of Linux 7.3: the machines are what the C says',
  { timeout: 60_000 },
  () => {
    const source = new SourceReader(cSpecification, reader);

    test.each(named)('$name', ({ machine }) => {
      const { verdict, differences, unread } = source.judge(directoryTree(path!), machine);
      expect({ verdict, differences, unread }).toEqual({
        verdict: 'equal',
        differences: [],
        unread: undefined,
      });
    });

    test('each accepted difference is there', () => {
      const known = machines.flatMap((machine) =>
        source.judge(directoryTree(path!), machine).known.map(({ reason }) => reason),
      );
      const ofNewest = accepted.filter(({ isOlder }) => !isOlder);
      expect(ofNewest.filter(({ reason }) => !known.includes(reason))).toEqual([]);
    });
  },
);
