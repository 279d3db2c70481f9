import { identity } from '../base/program.ts';
import { type Cell, type CellVerdict, groupOf, type Matrix } from './matrix.ts';
import { brokenRows } from './matrix-text.ts';

const WORD: Readonly<Record<CellVerdict, string>> = {
  holds: 'holds',
  broken: '**broken**',
  'holds-where-read': 'holds in the systems that were read',
  unknown: 'not read',
  'not-applicable': '–',
};

/** The matrix as Markdown tables, with words for symbols. */
export function* matrixMarkdown(matrix: Matrix): Generator<string> {
  const { revisions, rows } = matrix;
  yield line(['rule', 'property', ...revisions.map(({ name }) => name)]);
  yield line(['---', '---', ...revisions.map(() => '---')]);
  for (const row of rows) {
    yield line([groupOf(row), code(row.property), ...row.cells.map(word)]);
  }
  yield '\n';
  for (const { name, kind, title, source } of revisions) {
    yield `- **${escaped(name)}** (${kind}): ${escaped(title)}. Source: ${escaped(source)}\n`;
  }
  const unread = matrix.unread.map(
    ({ system, revision, why }) => `Not read: ${system}, ${revision}: ${why}`,
  );
  const unlisted = matrix.unlisted.map((system) => `${system} has none of these revisions`);
  const missing = [...unread, ...unlisted];
  if (missing.length > 0) yield '\n';
  for (const sentence of missing) yield `- ${escaped(sentence)}\n`;
  const broken = brokenRows(matrix);
  if (broken.length > 0) yield '\n';
  for (const { row, cells } of broken) {
    const runs = cells.map(({ id }) => code(`${identity().name} explain ${id}`));
    yield `- ${code(row.property)}, ${escaped(row.title)}: ${runs.join(', ')}\n`;
  }
  if (matrix.differences.length > 0) yield '\nNot as the manifest expects:\n\n';
  for (const difference of matrix.differences) yield `- ${escaped(difference)}\n`;
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`;
}

function word({ verdict, known, differs }: Cell): string {
  const because = known.length === 0 ? '' : ` (${known.join(', ')})`;
  return `${WORD[verdict]}${because}${differs ? ', not as expected' : ''}`;
}

function code(text: string): string {
  return `\`${text.replaceAll('|', '\\|')}\``;
}

/** An address in angle brackets would be taken for HTML. */
function escaped(text: string): string {
  return text.replace(/[<>|*_[\]`]/g, (character) => `\\${character}`);
}
