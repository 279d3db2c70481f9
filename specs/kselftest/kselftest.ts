import { InputError } from '../../src/base/errors.ts';
import { wrap } from '../../src/base/text.ts';
import type { ExportFormat } from '../../src/export/format.ts';
import { exportRows, hotResetRows, mapFileRows, type Row } from './argument-cases.ts';
import { KSELFTEST } from './format-name.ts';
import { type Step, type TestPath, testPaths } from './paths.ts';
import {
  EXPORT_ARGUMENTS,
  FILE_ANSWERS,
  HEAD,
  HOT_RESET_ARGUMENTS,
  MAIN,
  MAP_ARGUMENTS,
} from './skeleton.ts';
import type { Need } from './statements.ts';

/** The paths that user space alone can drive, as a test in the form of the kernel's own. */
export function kselftest(): string {
  const rows = exportRows();
  return [
    filled(HEAD, { REVISION: '7.3' }),
    filled(EXPORT_ARGUMENTS, {
      SINGLES: rowsText(rows.filter(({ pair }) => !pair)),
      PAIRS: rowsText(rows.filter(({ pair }) => pair)),
    }),
    filled(MAP_ARGUMENTS, { ROWS: rowsText(mapFileRows()) }),
    filled(HOT_RESET_ARGUMENTS, { ROWS: rowsText(hotResetRows()) }),
    FILE_ANSWERS,
    '/* --- what happens to a buffer --------------------------------------------- */\n',
    ...testPaths().map(pathText),
    MAIN,
  ].join('\n');
}

function filled(text: string, holes: Readonly<Record<string, string>>): string {
  return text.replace(/@([A-Z]+)@/g, (hole, name: string) => holes[name] ?? hole);
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
