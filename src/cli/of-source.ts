import { basename } from 'node:path';
import { InputError } from '../errors.ts';
import { type CSpecification, SourceReader } from '../source/judge-source.ts';
import { type Kept, MachinesOfTree } from '../source/of-tree.ts';
import { CReader } from '../source/parse.ts';
import { directoryTree } from '../source/tree.ts';
import { wrap } from '../text.ts';
import type { Catalogue } from './catalogue.ts';
import { findingsAt, newestRelease } from './known.ts';
import { mustHaveSome } from './source-command.ts';
import type { Terminal } from './terminal.ts';

/**
 * A specification with the C of a tree in the place of the machines of its newest release: one
 * revision, of the tree's name. What is known to break without it stands in the manifest.
 *
 * @throws InputError where the directory is no such tree
 */
export async function ofSource(
  catalogue: Catalogue,
  specification: CSpecification,
  directory: string,
  terminal: Terminal,
): Promise<Catalogue> {
  const tree = directoryTree(directory);
  mustHaveSome(tree, specification.machines);
  const newest = newestRelease(catalogue);
  if (newest === undefined) throw new InputError('--source: there is no release to compare with');
  const name = basename(directory);
  const reader = new SourceReader(specification, await CReader.load(specification.dialect));
  const machines = new MachinesOfTree(reader, tree, newest.name);
  const say = (system: string) => (kept: readonly Kept[]) => {
    for (const line of keptText(system, newest.name, kept)) terminal.error(line);
  };
  return {
    ...catalogue,
    families: catalogue.families
      .filter(({ revisions }) => revisions.includes(newest.name))
      .map((family) => machines.family(family, name, say(family.name))),
    revisions: [{ name, title: `the C of ${directory}`, kind: 'release', source: directory }],
    machines: catalogue.machines.flatMap((entry) => {
      const machine = machines.machine(entry.machine);
      return machine === undefined ? [] : [{ ...entry, machine }];
    }),
    findings: findingsAt(catalogue, newest.name).map((one) => ({ ...one, revision: name })),
    faults: [],
    suites: [],
  };
}

/** What of a system is not the C of the tree. */
function* keptText(system: string, newest: string, kept: readonly Kept[]): Generator<string> {
  for (const { machine, because } of kept) {
    const text = `${system}: ${machine} is that of ${newest}: ${because}`;
    for (const line of wrap(text, 79)) yield `${line}\n`;
  }
}
