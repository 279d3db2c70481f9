import { basename, resolve } from 'node:path';
import { InputError } from '../base/errors.ts';
import type { Terminal } from '../base/terminal.ts';
import { wrap } from '../base/text.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { findingsAt, newestRelease } from '../catalogue/known.ts';
import { parseFileArgument } from '../load/file-argument.ts';
import { type CSpecification, SourceReader } from '../source/judge-source.ts';
import { type Besides, MachinesOfTree } from '../source/of-tree.ts';
import { CReader } from '../source/parse.ts';
import { directoryTree } from '../source/tree.ts';
import { mustHaveSome } from './source-command.ts';

/**
 * A specification with the C of a tree in the place of the machines of its newest release: one
 * revision, of the tree's name. What is known to break without it stands in the manifest.
 *
 * @param names - what the command is asked about; where it names nothing, systems of which nothing is
 * made of the C are left out
 * @throws InputError where the directory is no such tree, or what is named is nothing of it
 */
export async function ofSource(
  catalogue: Catalogue,
  specification: CSpecification,
  { directory, names }: { readonly directory: string; readonly names: readonly string[] },
  terminal: Terminal,
): Promise<Catalogue> {
  for (const name of names) assertNoFile(name);
  const tree = directoryTree(directory);
  mustHaveSome(tree, specification.machines);
  const newest = newestRelease(catalogue);
  if (newest === undefined) throw new InputError('--source: there is no release to compare with');
  const name = basename(resolve(directory));
  const reader = new SourceReader(specification, await CReader.load(specification.dialect));
  const machines = new MachinesOfTree(reader, tree, newest.name);
  const families = catalogue.families.filter(
    (family) =>
      family.revisions.includes(newest.name) && (names.length > 0 || machines.has(family)),
  );
  const say = (system: string) => (besides: Besides) => {
    for (const line of besidesText(system, newest.name, besides)) terminal.error(line);
  };
  return {
    ...catalogue,
    families: families.map((family) => machines.family(family, name, say(family.name))),
    revisions: [{ name, title: `the C of ${directory}`, kind: 'release', source: directory }],
    machines: catalogue.machines.flatMap((entry) => {
      const machine = machines.machine(entry.machine);
      if (typeof machine !== 'string') return [{ ...entry, machine }];
      const isSystem = families.some((family) => family.name === entry.name);
      if (isSystem || !names.includes(entry.name)) return [];
      throw new InputError(
        `machine '${entry.name}' is not made of the C of '${directory}': ${machine}`,
      );
    }),
    findings: findingsAt(catalogue, newest.name).map((one) => ({ ...one, revision: name })),
    faults: [],
    suites: [],
  };
}

function assertNoFile(name: string): void {
  const argument = parseFileArgument(name);
  if (argument === undefined) return;
  throw new InputError(
    `--source: what '${argument.file}' exports stands for no C; leave out the one or the other`,
  );
}

/** What of a system is not as the C of the tree. */
function* besidesText(system: string, newest: string, besides: Besides): Generator<string> {
  const texts = [
    ...besides.kept.map(({ machine, because }) => `${machine} is that of ${newest}: ${because}`),
    ...besides.leftOut.map(
      ({ machine, labels, because }) =>
        `${machine}, as it is known to differ from the C: ${labels.join(', ')}: ${because}`,
    ),
  ];
  for (const text of texts) {
    for (const line of wrap(`${system}: ${text}`, 79)) yield `${line}\n`;
  }
}
