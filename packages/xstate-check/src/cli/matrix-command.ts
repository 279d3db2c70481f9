import { InputError } from '../base/errors.ts';
import { identity } from '../base/program.ts';
import type { Terminal } from '../base/terminal.ts';
import { type Catalogue, findByName } from '../catalogue/catalogue.ts';
import type { Work } from '../catalogue/work.ts';
import { matrixMarkdown } from '../matrix/markdown.ts';
import { type Matrix, matrixOf } from '../matrix/matrix.ts';
import { matrixText } from '../matrix/matrix-text.ts';
import type { SystemFamily } from '../specification/system.ts';

export interface MatrixOptions {
  readonly markdown?: boolean;
  readonly json?: boolean;
}

/** Checks systems at every listed revision; 0 when every verdict is as the manifest expects. */
export async function matrixCommand(
  work: Work,
  names: readonly string[],
  options: MatrixOptions,
  terminal: Terminal,
): Promise<number> {
  const { catalogue } = work.means;
  if (options.json && options.markdown) throw new InputError('take --json or --markdown, not both');
  const families =
    names.length === 0
      ? catalogue.families
      : [...new Set(names)].map((name) =>
          findByName('system', name, catalogue.families, (family) => family.name),
        );
  assertCompared(catalogue, families);
  const matrix = await matrixOf(work, families);
  terminal.progress('');
  if (options.json) terminal.out(`${JSON.stringify(asJson(matrix), null, 2)}\n`);
  else {
    const text = options.markdown ? matrixMarkdown(matrix) : matrixText(matrix, terminal);
    for (const line of text) terminal.out(line);
  }
  return matrix.differences.length === 0 ? 0 : 1;
}

/** @throws InputError for systems of which no column speaks, so that the matrix would say nothing */
function assertCompared({ revisions }: Catalogue, families: readonly SystemFamily[]): void {
  const isCompared = ({ revisions: own, unread = [] }: SystemFamily) =>
    revisions.some(({ name }) => own.includes(name) || unread.some((u) => u.revision === name));
  if (families.some(isCompared)) return;
  const names = families.map(({ name }) => `'${name}'`).join(', ');
  throw new InputError(
    `${names}: none of its revisions is compared with others; ${identity().name} check checks them`,
  );
}

function asJson({ revisions, rows, unread, unlisted, differences }: Matrix) {
  return {
    revisions: revisions.map(({ name, title, kind, source }) => ({ name, title, kind, source })),
    properties: rows.map(({ property, title, rule, systems }) => ({
      id: property,
      title,
      ...(rule !== undefined && { rule }),
      systems,
    })),
    cells: rows.flatMap(({ property, cells }) =>
      cells.map(({ verdict, counterexample, known }, i) => ({
        revision: revisions[i]!.name,
        property,
        verdict,
        ...(counterexample !== undefined && {
          counterexample: counterexample.id,
          steps: counterexample.steps,
          known,
        }),
      })),
    ),
    unread,
    unlisted,
    differences,
  };
}
