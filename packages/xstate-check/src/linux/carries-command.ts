import { InputError } from '../base/errors.ts';
import { EXIT } from '../base/exit.ts';
import type { Terminal } from '../base/terminal.ts';
import { type CarriesReport, judgeCarries, type KnownDefects } from '../source/judge-carries.ts';
import { labelsOf } from '../source/judge-fault.ts';
import { type CSpecification, SourceReader } from '../source/judge-source.ts';
import { CReader } from '../source/parse.ts';
import type { Tree } from '../source/tree.ts';
import { carriesMarkdown } from './carries-markdown.ts';
import { carriesText } from './carries-text.ts';
import { mustHaveSome, type SourceOptions } from './source-command.ts';

export interface CarriesOptions extends Pick<SourceOptions, 'git' | 'rev' | 'json'> {
  readonly markdown?: boolean;
}

/** @returns 1 where a known defect is carried or a rule breaks that no version breaks, 3 where one was not judged */
export async function carriesCommand(
  specification: CSpecification,
  known: KnownDefects,
  tree: Tree,
  options: CarriesOptions,
  terminal: Terminal,
): Promise<number> {
  if (options.json && options.markdown) {
    throw new InputError('--json and --markdown: take one of them');
  }
  mustHaveSome(tree, specification.machines);
  const reader = new SourceReader(specification, await CReader.load(specification.dialect));
  const report = judgeCarries(reader, tree, known, (what) => terminal.progress(what));
  terminal.progress('');
  if (options.json) terminal.out(`${JSON.stringify(carriesJson(report), null, 2)}\n`);
  else {
    const lines = options.markdown ? carriesMarkdown(report) : carriesText(report, terminal);
    for (const line of lines) terminal.out(line);
  }
  return statusOf(report);
}

/**
 * Findings of the newest release are not the tree's, and what no tree is judged of is no lack of this
 * one: neither is a reason for a status.
 */
function statusOf({ defects, combinations }: CarriesReport): number {
  const own = defects.filter(({ inNewest }) => !inNewest);
  const isOwn = combinations.some(({ inNone }) => inNone.length > 0);
  if (isOwn || own.some(({ status }) => status === 'carried')) return EXIT.differs;
  const isOpen = own.some(({ status, never }) => status === 'not judged' && !never);
  return isOpen ? EXIT.unfinished : EXIT.ok;
}

/** As the schema of the program has it. */
export function carriesJson(report: CarriesReport) {
  return {
    tree: report.tree,
    newest: report.newest,
    inNoVersion: report.combinations.flatMap(({ inNone, scope }) =>
      inNone.map(({ counterexample, functions, ...one }) => ({
        ...one,
        scope,
        functions: functions.map((fn) => fn.function),
        run: labelsOf(counterexample),
        finding: counterexample.finding,
      })),
    ),
    defects: report.defects.map(({ counterexample, ...one }) => ({
      ...one,
      ...(counterexample !== undefined && {
        run: labelsOf(counterexample),
        finding: counterexample.finding,
      }),
    })),
    functions: report.functions.map(({ read: _, parts, ...one }) => ({
      ...one,
      ...(parts.length > 0 && { parts: parts[0]!.place }),
    })),
    systems: report.combinations.map(({ inNone: _, functions, ...one }) => ({
      ...one,
      functions: functions.map((fn) => fn.function),
    })),
    outside: report.outside,
    missing: report.missing,
  };
}
