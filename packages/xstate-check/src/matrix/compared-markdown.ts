import { identity } from '../base/program.ts';
import { wrap } from '../base/text.ts';
import type { AnsweredCall } from './answers.ts';
import {
  type Compared,
  type ComparedCell,
  type ComparedRow,
  isBroken,
  isKeptByAll,
} from './compared.ts';

const WIDTH = 80;

/** What an answer to a mail quotes: no line is longer than it may be there. */
export function* comparedMarkdown(
  { comparison, rows, differences }: Compared,
  calls: readonly AnsweredCall[],
): Generator<string> {
  const { title, designs } = comparison;
  const names = designs.map(({ name }) => name);
  yield `## ${title}\n\n`;
  for (const [i, design] of designs.entries()) {
    yield item(`**${i + 1}** is \`${design.name}\`: ${escaped(design.title)}`);
  }
  yield `\n${text(LEGEND)}`;
  yield* tableOf(
    rows.filter((row) => !isKeptByAll(row)),
    names,
  );
  yield* keptText(rows.filter(isKeptByAll));
  yield* neverText(rows, names);
  yield* runsText(rows, names);
  yield* callsText(calls, names);
  if (differences.length > 0) yield '\n### Not as the manifest expects\n\n';
  for (const difference of differences) yield item(escaped(difference));
}

const LEGEND =
  '`+` kept; a number: broken, and the shortest run has that many steps; `!` behind it: no order of ' +
  "the design's own steps keeps it; `?` not read; `.` not asked, because the design has nothing that " +
  'the rule speaks of.';

function* tableOf(rows: readonly ComparedRow[], names: readonly string[]): Generator<string> {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  yield `\n${line(['rule', ...names.map((_, i) => String(i + 1))])}`;
  yield line(['---', ...names.map(() => '---')]);
  for (const { rule, of, cells } of rows) {
    yield line([`\`${rule}\`${of === undefined ? '' : ` ${of}`}`, ...cells.map(sign)]);
  }
}

function sign(cell: ComparedCell): string {
  switch (cell.verdict) {
    case 'kept':
      return '+';
    case 'not-asked':
      return '.';
    case 'unknown':
      return '?';
    default:
      return `${cell.steps ?? 'X'}${cell.verdict === 'cannot-be-kept' ? ' !' : ''}`;
  }
}

function* keptText(rows: readonly ComparedRow[]): Generator<string> {
  if (rows.length === 0) return;
  const rules = rows.map(({ rule }) => `\`${rule}\``).join(', ');
  yield `\n${text(`Kept by every design of which it is asked: ${rules}.`)}`;
}

function* neverText(rows: readonly ComparedRow[], names: readonly string[]): Generator<string> {
  const never = rows.flatMap(({ rule, cells }) =>
    cells.flatMap((cell, i) =>
      cell.verdict === 'cannot-be-kept' ? [{ rule, name: names[i]!, ...cell }] : [],
    ),
  );
  if (never.length === 0) return;
  yield '\n### What no order of the steps keeps\n\n';
  for (const { rule, name, search } of never) {
    const { orders, title, between } = search;
    yield item(
      `\`${rule}\`, \`${name}\`: each of the ${orders} orders of ${escaped(title)} breaks it; ` +
        `none repairs ${between.map((step) => `\`${step}\``).join(' against ')}`,
    );
  }
}

/** For each broken cell what prints its run, and the findings that speak of it. */
function* runsText(rows: readonly ComparedRow[], names: readonly string[]): Generator<string> {
  const broken = rows.filter(({ cells }) => cells.some(isBroken));
  if (broken.length === 0) return;
  yield `\n### The runs\n\n${text(`Each is printed by \`${identity().name} explain\` and what is behind it here.`)}\n`;
  for (const { rule, title, cells } of broken) {
    yield item(`\`${rule}\`: ${escaped(title)}`);
    for (const [i, cell] of cells.entries()) {
      if (!isBroken(cell)) continue;
      const known = cell.known.filter((id) => id !== cell.counterexample);
      const also = known.length === 0 ? '' : ` (${known.join(', ')})`;
      yield item(`${i + 1}, \`${names[i]}\`: \`${cell.counterexample}\`${also}`, '  ');
    }
  }
}

function* callsText(calls: readonly AnsweredCall[], names: readonly string[]): Generator<string> {
  if (calls.length === 0) return;
  yield '\n### What who uses it sees\n';
  for (const { call, answers } of calls) {
    yield `\n#### ${escaped(call)}\n\n`;
    for (const { designs, outcomes, says, source, by } of answers) {
      const numbers = designs.map((name) => names.indexOf(name) + 1).join(', ');
      const answer = outcomes.length === 0 ? '' : `\`${outcomes.join('`, `')}\`. `;
      const where = by === undefined ? '' : `\`${by.call}\` in \`${by.system}\`; `;
      yield item(`**${numbers}**: ${answer}${escaped(says)} Source: ${where}${escaped(source)}`);
    }
  }
}

function item(said: string, by = ''): string {
  return wrap(said, WIDTH - by.length - 2)
    .map((line, i) => `${by}${i === 0 ? '- ' : '  '}${line}\n`)
    .join('');
}

function text(said: string): string {
  return `${wrap(said, WIDTH).join('\n')}\n`;
}

/** An address in angle brackets would be taken for HTML. */
function escaped(said: string): string {
  return said.replace(/[<>|*_[\]]/g, (character) => `\\${character}`);
}
