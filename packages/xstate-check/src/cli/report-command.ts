import { InputError } from '../base/errors.ts';
import { EXIT } from '../base/exit.ts';
import { identity } from '../base/program.ts';
import type { Terminal } from '../base/terminal.ts';
import { type Catalogue, defaultRevision, type MachineEntry } from '../catalogue/catalogue.ts';
import { alone, type Work } from '../catalogue/work.ts';
import { familiesNamed, type Named, withRefused } from '../load/file.ts';
import { parseFileArgument } from '../load/file-argument.ts';
import { documentOf } from '../report/content.ts';
import { htmlOf } from '../report/html.ts';
import { markdownOf } from '../report/markdown.ts';
import { reviewOf } from '../report/review.ts';
import type { SystemFamily } from '../specification/system.ts';

export interface ReportOptions {
  readonly markdown?: boolean;
}

/**
 * Checks systems, and prints all that is specified of them and found as one text; 0 when everything
 * is as expected. What it writes depends on nothing but the specification.
 */
export async function reportCommand(
  work: Work,
  names: readonly string[],
  { markdown }: ReportOptions,
  terminal: Terminal,
): Promise<number> {
  const { catalogue } = work.means;
  const on = await reportedOn(catalogue, names);
  // Other threads have the catalogue, and not what is known of somebody's file.
  const by = on.catalogue === catalogue ? work : alone({ ...work.means, catalogue: on.catalogue });
  const review = await reviewOf(by, on.families);
  terminal.progress('');
  const document = documentOf(review);
  terminal.out(markdown ? markdownOf(document) : htmlOf(document));
  for (const difference of review.differences) {
    terminal.error(`${identity().name}: not as expected: ${difference}\n`);
  }
  const status = review.differences.length === 0 ? EXIT.ok : EXIT.differs;
  return withRefused(status, on.refused, terminal);
}

/** The systems that are meant, and the catalogue that knows them. */
async function reportedOn(
  catalogue: Catalogue,
  names: readonly string[],
): Promise<Named & { readonly catalogue: Catalogue }> {
  if (names.length === 0) return { catalogue, families: catalogue.families, refused: [] };
  const chosen = [...new Set(names)];
  const named = await Promise.all(chosen.map((name) => familiesNamed(catalogue, name)));
  const families = named.flatMap((one) => one.families);
  const refused = named.flatMap((one) => one.refused);
  const files = chosen.filter((name) => parseFileArgument(name) !== undefined);
  if (files.length === 0) return { catalogue, families, refused };
  if (files.length < chosen.length) {
    throw new InputError('a report is on systems or on files: name either these or those');
  }
  return { catalogue: ofFiles(catalogue, files, families), families, refused };
}

/** What is known of the systems of the user's files: their machines, and what their changes change. */
function ofFiles(
  { limits, ...catalogue }: Catalogue,
  files: readonly string[],
  families: readonly SystemFamily[],
): Catalogue {
  const parts = families.flatMap((family) => {
    const revision = defaultRevision(catalogue, family);
    return family.build({ scope: family.defaultScope, revision }).parts;
  });
  const machines = parts.flatMap(({ kind, machine }): MachineEntry[] =>
    kind === 'monitor' ? [] : [{ name: machine.id, kind, machine }],
  );
  const isChange = families.some(({ changeOf }) => changeOf !== undefined);
  return {
    ...catalogue,
    ...(isChange && limits !== undefined && { limits }),
    description: `What ${files.join(', ')} ${files.length === 1 ? 'exports' : 'export'}`,
    families,
    machines: [...new Map(machines.map((entry) => [entry.machine, entry])).values()],
    faults: [],
    findings: [],
    suites: [],
  };
}
