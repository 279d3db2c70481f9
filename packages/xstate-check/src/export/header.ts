import { identity } from '../base/program.ts';
import { AS_LOADED, formatScope } from '../catalogue/catalogue.ts';
import type { Model } from './model.ts';

/** What an export is of, how it is run, and what it leaves out: one line each, for a comment. */
export function headerOf(model: Model, how: readonly string[]): string[] {
  const { name, revision, scope } = model.system;
  const at = formatScope(scope);
  return [
    [name, revision === AS_LOADED ? '' : revision, at].filter(Boolean).join(', '),
    `Written by '${identity().name} export'; do not edit. ${model.parts.length} parts, ${model.steps.length} steps.`,
    '',
    ...how,
    ...(model.leftOut.length === 0 ? [] : ['', 'Left out:']),
    ...model.leftOut.map(({ id, why }) => `  ${id}: ${why}`),
  ];
}

/** A comment of C, as Promela has it too. */
export function blockComment(lines: readonly string[]): string[] {
  return ['/*', ...lines.map((line) => ` * ${line.replaceAll('*/', '* /')}`.trimEnd()), ' */'];
}
