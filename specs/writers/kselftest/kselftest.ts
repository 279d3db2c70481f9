import { readFileSync } from 'node:fs';
import { type ExportFormat, InputError } from 'xstate-check';
import { wrap } from 'xstate-check/command';
import { exportRows, hotResetRows, mapFileRows, type Row } from './argument-cases.ts';
import { KSELFTEST } from './format-name.ts';
import { type Step, type TestPath, testPaths } from './paths.ts';
import type { Need } from './statements.ts';

/** The test with its helpers, and marks where something of the specification goes. */
const SKELETON = new URL('skeleton.c', import.meta.url);

/** The paths that user space alone can drive, as a test in the form of the kernel's own. */
export function kselftest(): string {
  const rows = exportRows();
  return filled(readFileSync(SKELETON, 'utf8'), {
    REVISION: '7.3',
    EXPORT_SINGLES: rowsText(rows.filter(({ pair }) => !pair)),
    EXPORT_PAIRS: rowsText(rows.filter(({ pair }) => pair)),
    MAP_ROWS: rowsText(mapFileRows()),
    HOT_RESET_ROWS: rowsText(hotResetRows()),
    TESTS: testPaths().map(pathText).join('\n'),
  });
}

/** A mark is `@NAME@`, where it is all of a line in a comment. @throws Error for one left over */
function filled(text: string, marks: Readonly<Record<string, string>>): string {
  return text.replace(/^\/\* @(\w+)@ \*\/$|@([A-Z_]+)@/gm, (mark, line?: string, word?: string) => {
    const content = marks[line ?? word ?? ''];
    if (content === undefined) throw new Error(`${SKELETON.pathname}: nothing is for ${mark}`);
    return content;
  });
}

/** How wide lines are, with tabs of eight columns. */
const COLUMNS = 100;

function columns(line: string): number {
  return line.replaceAll('\t', ' '.repeat(8)).length;
}

function rowsText(rows: readonly Row[]): string {
  return rows.map(rowText).join('\n');
}

/** On one line where it fits. */
function rowText({ answer, what, args }: Row): string {
  const members = args.length === 0 ? '{}' : `{ ${args.join(', ')} }`;
  const line = `\t\t{ ${answer}, "${what}", ${members} },`;
  if (columns(line) <= COLUMNS) return line;
  const second = `\t\t  ${members} },`;
  const lines = columns(second) <= COLUMNS ? [second] : broken(args);
  return [`\t\t{ ${answer}, "${what}",`, ...lines].join('\n');
}

function broken(args: readonly string[]): string[] {
  const packed: string[] = [];
  for (const arg of args) {
    const longer = `${packed.at(-1) ?? ''} ${arg},`;
    if (packed.length > 0 && columns(`\t\t    ${longer} } },`) <= COLUMNS) {
      packed[packed.length - 1] = longer;
    } else packed.push(`${arg},`);
  }
  const end = packed.length - 1;
  return packed.map((line, i) => {
    const text = i === end ? line.slice(0, -1) : line;
    return `\t\t  ${i === 0 ? '{ ' : '  '}${text}${i === end ? ' } },' : ''}`;
  });
}

function pathText({ name, steps }: TestPath): string {
  const needs = [...new Set(steps.flatMap(({ statement }) => statement.needs ?? []))];
  const local = steps.some(({ statement }) => statement.word === 'hot_reset');
  return [
    `TEST_F(vfio_dma_buf_test, ${name})`,
    '{',
    ...(local ? ['\tint ret;', ''] : []),
    ...needs.flatMap(needText),
    ...(needs.length > 0 ? [''] : []),
    ...steps.flatMap((step, i) => [...(i > 0 ? [''] : []), ...stepText(step)]),
    '}',
    '',
  ].join('\n');
}

function needText({ unless, reason }: Need): string[] {
  return [`\tif (${unless})`, `\t\tSKIP(return, "${reason}\\n");`];
}

function stepText({ statement, answer, effect, mappable }: Step): string[] {
  const does = answer.startsWith('-') ? `${statement.says}, which fails` : statement.says;
  const says = [does, ...(effect === '' ? [] : [effect])].join(': ');
  const own = statement.word === 'map';
  return [
    ...comment(`${says}.`),
    ...statement.lines[answer]!.map((line) => `\t${line}`),
    ...(mappable === undefined || own ? [] : [`\tEXPECT_MAP(${mappable ? '0' : '-ENODEV'});`]),
  ];
}

function comment(text: string): string[] {
  const lines = wrap(text, 68);
  return lines.length === 1
    ? [`\t/* ${text} */`]
    : ['\t/*', ...lines.map((line) => `\t * ${line}`), '\t */'];
}

/** As `export --to` offers it. */
export const kselftestFormat: ExportFormat = {
  ...KSELFTEST,
  write: (system) => {
    if (system === undefined) return kselftest();
    throw new InputError(`--to kselftest is of the whole specification: leave '${system}' out`);
  },
};
