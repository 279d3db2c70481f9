import { diagramWithLength } from '../explain/diagram.ts';
import type { CarriesReport, DefectVerdict } from '../source/judge-carries.ts';
import { shortly } from './carries-text.ts';

/** The answer as Markdown tables; runs as code. */
export function* carriesMarkdown(report: CarriesReport): Generator<string> {
  yield `# Known defects in \`${report.tree}\`\n\n`;
  yield '## In no version that is known\n\n';
  yield* inNone(report);
  for (const [title, inNewest] of [
    ['Known defects', false],
    [`Known of ${report.newest} as well`, true],
  ] as const) {
    yield `\n## ${title}\n\n`;
    yield* rows(report.defects.filter((one) => one.inNewest === inNewest));
  }
  yield '\n## Functions\n\n| function | place | version |\n| --- | --- | --- |\n';
  for (const { function: name, place, is, names, unread } of report.functions) {
    const version = {
      newest: report.newest,
      version: names.join(', '),
      none: `none; the nearest: ${names.join(', ')}`,
      'not read': `not read: ${unread}`,
    }[is];
    yield row([`\`${name}()\``, place === undefined ? '' : shortly(place), version]);
  }
  const runs = report.defects.filter(({ counterexample }) => counterexample !== undefined);
  for (const { id, counterexample } of runs) {
    yield `\n### ${id}\n\n\`\`\`\n${diagramWithLength(counterexample!)}\`\`\`\n`;
  }
}

function* inNone({ combinations, outside }: CarriesReport): Generator<string> {
  const broken = combinations.flatMap((one) => one.inNone);
  const unknown = outside.filter(({ known }) => known === undefined);
  if (broken.length === 0 && unknown.length === 0) yield 'Nothing that was asked.\n';
  for (const { system, property, functions, counterexample } of broken) {
    const names = functions.map((one) => `\`${one.function}()\``).join(', ');
    yield `- \`${property}\` breaks in \`${system}\`, with ${names}:\n\n\`\`\`\n${diagramWithLength(counterexample)}\`\`\`\n`;
  }
  for (const { function: name, place, touches } of unknown) {
    yield `- \`${name}()\`, ${shortly(place)}, touches ${touches.map((word) => `\`${word}\``).join(', ')}; no machine stands for it\n`;
  }
}

function* rows(all: readonly DefectVerdict[]): Generator<string> {
  yield row(['id', 'what', 'in the tree', 'where', 'why']);
  yield row(['---', '---', '---', '---', '---']);
  for (const { id, title, status, place, why, mendedBy, rule } of all) {
    const by = mendedBy === undefined ? '' : `; mended by ${mendedBy}`;
    const of = rule === undefined ? '' : ` (\`${rule.system}\`: \`${rule.property}\`)`;
    const where = place === undefined || status === 'not judged' ? '' : shortly(place);
    yield row([
      id,
      title,
      status === 'carried' ? '**carried**' : status,
      where,
      `${why}${of}${by}`,
    ]);
  }
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
}
