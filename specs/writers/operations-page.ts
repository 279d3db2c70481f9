import type { JudgedOperations, OperationSaid } from 'xstate-check/kernel';
import { specification } from '../catalogue.ts';
import { operations as table } from '../operations/index.ts';
import { Drawn } from '../operations/meant.ts';
import { operationsOfNewest } from '../operations/places.ts';

type Operations = JudgedOperations['operations'];

/** Who can do what with which object, and where that is drawn, if it is. */
export function operationsPage(): string {
  const all = operationsOfNewest();
  const drawn = new Drawn(specification);
  return [
    '# What everybody can do\n',
    'Written by `npm run docs`; do not edit. What somebody can do with an object that he holds is read from',
    'the tables of the kernel: members of its operations, cases of its ioctls, files in sysfs, functions that',
    'modules may call. Lines are those of Linux 7.3.4. Each is a step of some system, or cannot matter, or is',
    'not drawn yet, which is said. `dmabuf-spec source --operations TREE` reads the same lists of any tree,',
    'and fails where one has more than is said here: an ioctl, a callback, a table of its own.\n',
    ...countsOf(all),
    ...notDrawnOf(all),
    ...table.objects.flatMap((object) => [
      `## ${object.name}\n`,
      `Held by: ${object.holder}.\n`,
      '| operation | who does it, where | or why not |',
      '| --- | --- | --- |',
      ...rowsOf(
        all.filter((one) => one.object === object.name),
        drawn,
      ),
      '',
    ]),
  ].join('\n');
}

const of = (all: Operations, is: OperationSaid['is']) => all.filter(({ said }) => said?.is === is);

function countsOf(all: Operations): string[] {
  const row = (name: string, some: Operations, holder: string) =>
    `| ${name} | ${holder} | ${some.length} | ${of(some, 'modelled').length} | ${of(some, 'limit').length} | ${of(some, 'not drawn').length} |`;
  return [
    '| object | held by | operations | drawn | cannot matter | not drawn |',
    '| --- | --- | --- | --- | --- | --- |',
    ...table.objects.map(({ name, holder }) =>
      row(
        name,
        all.filter(({ object }) => object === name),
        holder,
      ),
    ),
    row('all', all, ''),
    '',
  ];
}

/** By reason: what could matter, and that no machine has. */
function notDrawnOf(all: Operations): string[] {
  const byReason = grouped(of(all, 'not drawn'), ({ said }) => reasonOf(said!));
  return [
    '## Not drawn yet\n',
    '| what | operations |',
    '| --- | --- |',
    ...[...byReason].map(([reason, some]) => `| ${reason} | ${some.map(nameOf).join(', ')} |`),
    '',
  ];
}

/** One row for what is said alike of operations of one list. */
function rowsOf(all: Operations, drawn: Drawn): string[] {
  const alike = grouped(all, ({ list, place, said }) => JSON.stringify([list, place.file, said]));
  return [...alike.values()].map((some) => {
    const { list, place, said } = some[0]!;
    const entries = some.map(({ name, place: { line } }) => `\`${name}\` :${line}`);
    const where = `${list}, ${place.file}: ${entries.join(', ')}`;
    if (said?.is !== 'modelled')
      return `| ${where} | | ${said === undefined ? '' : `${said.is}: ${said.reason}`} |`;
    return `| ${where} | ${stepsOf(said, drawn).join('; ')} | |`;
  });
}

function stepsOf(said: OperationSaid, drawn: Drawn): string[] {
  return drawn.stepsOf(said).map((step) => {
    if (typeof step === 'string') throw new Error(step);
    return `${step.by}: \`${step.label}\` in ${step.system}`;
  });
}

const nameOf = ({ name, place }: Operations[number]) =>
  `\`${name}\` (${place.file.slice(place.file.lastIndexOf('/') + 1)}:${place.line})`;

const reasonOf = (said: OperationSaid) => (said.is === 'modelled' ? '' : said.reason);

/** In the order in which they come first. */
function grouped(
  all: Operations,
  key: (one: Operations[number]) => string,
): Map<string, Operations> {
  const groups = new Map<string, Operations>();
  for (const one of all) groups.set(key(one), [...(groups.get(key(one)) ?? []), one]);
  return groups;
}
