import { identity } from '../base/program.ts';
import { paint, type Terminal } from '../base/terminal.ts';
import { wrap } from '../base/text.ts';
import type { Revision } from '../catalogue/catalogue.ts';
import { type Cell, type CellVerdict, groupOf, type Matrix, type Row } from './matrix.ts';

const WIDTH = 80;
/** A symbol, what marks a difference, and a space. */
const COLUMN = 3;
/** Columns beside which the longest names of properties have room. */
const COLUMNS = 16;

const SYMBOL: Readonly<Record<CellVerdict, string>> = {
  holds: '+',
  broken: 'X',
  'holds-where-read': '~',
  unknown: '?',
  'not-applicable': '.',
};
const LEGEND = [
  '+ holds   X broken   ? source not read   . not applicable',
  '~ holds in the systems whose source was read; Not read names the others',
].join('\n');

/** The matrix for people, at most 80 columns wide; a colour never says more than the symbol. */
export function* matrixText(matrix: Matrix, terminal: Terminal): Generator<string> {
  for (let from = 0; from < matrix.revisions.length; from += COLUMNS) {
    yield* tableOf(matrix, from, terminal);
  }
  yield `${LEGEND}\n`;
  if (matrix.differences.length > 0) yield '! not as the manifest expects\n';
  yield '\nRevisions\n';
  for (const { name, kind, title } of matrix.revisions)
    yield* indented(`${name} (${kind}): ${title}`);
  yield* unreadText(matrix);
  if (matrix.unlisted.length > 0) yield '\nWithout any of these revisions\n';
  for (const system of matrix.unlisted) yield `  ${system}\n`;
  yield* brokenText(matrix, terminal);
  if (matrix.differences.length > 0) yield '\nNot as the manifest expects\n';
  for (const difference of matrix.differences) yield* indented(difference);
}

function* tableOf({ revisions, rows }: Matrix, from: number, terminal: Terminal) {
  const shown = revisions.slice(from, from + COLUMNS);
  // With more revisions than fit, each table has the rows that are about its own.
  const own = rows.filter(({ cells }) =>
    cells.slice(from, from + COLUMNS).some(({ verdict }) => verdict !== 'not-applicable'),
  );
  const longest = Math.max(0, ...own.map(({ property }) => property.length));
  const left = Math.min(longest + 4, WIDTH - COLUMN * shown.length);
  yield* heads(shown, left);
  let group: string | undefined;
  for (const row of own) {
    if (group !== groupOf(row)) {
      group = groupOf(row);
      yield `${paint(terminal, 'bold', group)}\n`;
    }
    const head = `  ${row.property}`;
    if (head.length >= left) yield `${head}\n`;
    const cells = row.cells.slice(from, from + COLUMNS).map((cell) => symbol(cell, terminal));
    yield `${(head.length >= left ? '' : head).padEnd(left)}${cells.join(' ').trimEnd()}\n`;
  }
  yield '\n';
}

/** Each name ends above its column, the last one highest, so that all can be read. */
function* heads(revisions: readonly Revision[], left: number): Generator<string> {
  for (let i = revisions.length - 1; i >= 0; i--) {
    const name = revisions[i]!.name.padStart(left + COLUMN * i + 1);
    yield `${name}${'  |'.repeat(revisions.length - 1 - i)}\n`;
  }
}

function symbol({ verdict, differs }: Cell, terminal: Terminal): string {
  const text = `${SYMBOL[verdict]}${differs ? '!' : ' '}`;
  if (differs) return paint(terminal, 'red', text);
  if (verdict === 'not-applicable') return paint(terminal, 'dim', text);
  const isGreen = verdict === 'holds' || verdict === 'holds-where-read';
  return paint(terminal, isGreen ? 'green' : 'yellow', text);
}

function* unreadText({ unread, revisions }: Matrix): Generator<string> {
  const shown = unread.filter(({ revision }) => revisions.some(({ name }) => name === revision));
  if (shown.length > 0) yield '\nNot read\n';
  for (const { system, revision, why } of shown) yield* indented(`${system}, ${revision}: ${why}`);
}

/** For each broken row where it is broken, what is known of it, and the newest run to look at. */
function* brokenText(matrix: Matrix, terminal: Terminal): Generator<string> {
  const broken = brokenRows(matrix);
  if (broken.length === 0) return;
  yield `\nBroken; the shortest run of the newest: ${identity().name} explain ID\n`;
  for (const { row, cells } of broken) {
    const where = cells.map(({ revision, known }) =>
      known.length === 0 ? revision : `${revision} (${known.join(', ')})`,
    );
    yield `  ${paint(terminal, 'bold', row.property)}\n`;
    yield* indented(where.join(', '), 4);
    yield `    ID ${cells.at(-1)!.id}\n`;
  }
}

export interface BrokenRow {
  readonly row: Row;
  /** In the order of history. */
  readonly cells: readonly { readonly revision: string; id: string; known: readonly string[] }[];
}

export function brokenRows({ rows, revisions }: Matrix): BrokenRow[] {
  return rows
    .map((row) => ({
      row,
      cells: row.cells.flatMap(({ counterexample, known }, i) =>
        counterexample === undefined
          ? []
          : [{ revision: revisions[i]!.name, id: counterexample.id, known }],
      ),
    }))
    .filter(({ cells }) => cells.length > 0);
}

/** Text wrapped at 80 columns, continuation lines further in. */
function* indented(text: string, by = 2): Generator<string> {
  for (const [i, line] of wrap(text, WIDTH - by - 2).entries()) {
    yield `${' '.repeat(i === 0 ? by : by + 2)}${line}\n`;
  }
}
