import { describe, expect, test } from 'vitest';
import { BEGIN, CallTable, WAIT } from 'xstate-check';
import { alphabetOf } from 'xstate-check/engine';
import {
  CReader,
  cSourceOf,
  directoryTree,
  type Row,
  readingOf,
  readRow,
  rowsOf,
  SourceReader,
} from 'xstate-check/kernel';
import { exportCalls } from '../buffer/calls.ts';
import { specification } from '../catalogue.ts';
import { transitionCalls } from '../device/calls.ts';
import { addressCalls } from '../importers/address-calls.ts';
import { importerCalls } from '../importers/calls.ts';
import { cSpecification, notYetRead } from './index.ts';

const { machines, calls, leads, accepted } = cSpecification;
/** Every call, as importers and address lists share names: the one with more outcomes. */
const allCalls = new CallTable([
  ...new Map(
    [...addressCalls(true), ...exportCalls, ...transitionCalls, ...importerCalls].map((call) => [
      call.name,
      call,
    ]),
  ).values(),
]);
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
    expect(said.filter((label) => label !== '' && !labels.includes(label))).toEqual([]);
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

/** What a row leaves out of the outcomes that its call has. */
function leftOut({ label = '' }: Row, rows: readonly Row[]): string[] {
  const call = allCalls.find(label.replace(/[{}]/g, ''));
  const same = rows.filter((row) => row.label === label);
  const given = same.flatMap(({ returns = {}, runs = {} }) =>
    Object.keys(returns).flatMap((outcome) => [
      outcome,
      ...(runs[outcome] ?? []).map((run) => run.split(':').at(-1)!),
    ]),
  );
  // Several subjects may have a call of one name.
  if (call === undefined || !given.some((outcome) => call.outcomes.includes(outcome))) return [];
  return call.outcomes.filter((outcome) => ![BEGIN, WAIT, ...given].includes(outcome));
}

test('who leaves an outcome of a call out says why: it is an assumption, and printed as one', () => {
  const silent = named.flatMap(({ name, source: { rows = [] } }) =>
    rows
      .filter((row) => row.because === undefined && leftOut(row, rows).length > 0)
      .map((row) => `${name}: ${row.c} leaves out ${leftOut(row, rows).join(', ')}`),
  );
  expect([...new Set(silent)]).toEqual([]);
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

test('a reason why a machine has no C is one that is true of it by itself', () => {
  const reasons = Object.values(notYetRead);
  expect(reasons.filter((reason) => !/^\S+ \S+ \S+/.test(reason) || / yet\b/.test(reason))).toEqual(
    [],
  );
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
