import { InputError } from '../base/errors.ts';
import type { Terminal } from '../base/terminal.ts';
import { type Catalogue, findByName } from '../catalogue/catalogue.ts';
import type { Comparison } from '../catalogue/comparison.ts';
import type { Work } from '../catalogue/work.ts';
import { type AnsweredCall, answersOf } from '../matrix/answers.ts';
import { type Compared, comparedOf, familiesOf } from '../matrix/compared.ts';
import { comparedMarkdown } from '../matrix/compared-markdown.ts';
import { bandsOf } from '../matrix/matrix.ts';

export interface CompareOptions {
  readonly json?: boolean;
}

/** Checks the systems of designs that are compared; 0 when every verdict is as the manifest expects. */
export async function compareCommand(
  work: Work,
  name: string | undefined,
  { json }: CompareOptions,
  terminal: Terminal,
): Promise<number> {
  const { catalogue } = work.means;
  const comparison = comparisonNamed(catalogue, name);
  const bands = await bandsOf(work, familiesOf(catalogue, comparison));
  terminal.progress('');
  const compared = comparedOf(catalogue, comparison, bands);
  const calls = answersOf(catalogue, comparison);
  if (json) terminal.out(`${JSON.stringify(asJson(compared, calls), null, 2)}\n`);
  else for (const line of comparedMarkdown(compared, calls)) terminal.out(line);
  return compared.differences.length === 0 ? 0 : 1;
}

/** The one that is meant; the only one where none is named. */
function comparisonNamed({ comparisons = [] }: Catalogue, name: string | undefined): Comparison {
  if (name !== undefined) return findByName('comparison', name, comparisons, (one) => one.name);
  const [first, ...others] = comparisons;
  if (first === undefined) throw new InputError('no designs are compared here');
  if (others.length === 0) return first;
  throw new InputError(`say which: ${comparisons.map((one) => one.name).join(', ')}`);
}

function asJson({ comparison, rows, differences }: Compared, calls: readonly AnsweredCall[]) {
  const { name, title, designs } = comparison;
  return {
    name,
    title,
    designs,
    rules: rows.map(({ rule, title, of, cells }) => ({
      rule,
      title,
      ...(of !== undefined && { of }),
      cells: cells.map((cell, i) => ({ design: designs[i]!.name, ...cell })),
    })),
    calls,
    differences,
  };
}
