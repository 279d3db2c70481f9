import { anchor, type Block, joined, paragraph, type Section } from '../document.ts';
import { type Group, grouped } from '../groups.ts';
import type { Review, ShownRun } from '../review.ts';
import { faultAnchor, propertyLink, runAnchor } from './verdicts.ts';

const KINDS = [
  {
    kind: 'unexpected',
    id: 'unexpected',
    title: 'Broken, and no finding says so',
    about: 'What is not as the specification expects.',
  },
  {
    kind: 'finding',
    id: 'findings',
    title: 'Findings, each with its run',
    about:
      'What is broken in a revision as these systems see it, as claims that a maintainer can check. Findings that claim the same of several calls stand together.',
  },
  {
    kind: 'fault',
    id: 'fault-runs',
    title: 'Faults, each with its run',
    about:
      'Defects that the design had once, or that a change could bring in: the shortest run of each, and the rule that it breaks.',
  },
] as const;

/** Every counterexample: as a sequence diagram and as the text that goes into a mail. */
export function runsSections(review: Review): Section[] {
  return KINDS.flatMap(({ kind, id, title, about }) => {
    const own = review.runs.filter((run) => run.kind === kind);
    if (own.length === 0) return [];
    return [
      {
        id,
        title,
        blocks: [paragraph(about)],
        sections: grouped(own).map((one) =>
          'members' in one ? groupSection(review, one) : runSection(review, one),
        ),
      },
    ];
  });
}

function runSection(review: Review, run: ShownRun): Section {
  const { id, kind, title, source, where, system, properties } = run;
  const rules = joined(properties.map((property) => [propertyLink(review, system, property)]));
  return {
    id: kind === 'fault' ? faultAnchor(review, id) : runAnchor(id),
    title: `${id}: ${title}`,
    short: id,
    blocks: [paragraph('Breaks ', ...rules, ` in ${where}. Source: ${source}.`), ...shown(run)],
  };
}

/** One claim of several calls: the claim once, a table of the calls, and the run of each. */
function groupSection(review: Review, { before, after, members }: Group): Section {
  const ids = members.map(({ run }) => run.id).join(', ');
  const { where } = members[0]!.run;
  return {
    id: anchor('runs', members[0]!.run.id),
    title: `${ids}: ${[before, '…', after].filter(Boolean).join(' ')}`,
    short: ids,
    blocks: [
      paragraph(`In ${where}, for each of ${members.length}, which stand for the … above:`),
      {
        kind: 'table',
        caption: `What ${ids} differ in`,
        head: ['finding', '…', 'breaks', 'source'],
        rows: members.map(({ run, differs }) => ({
          cells: [
            [{ to: runAnchor(run.id), text: run.id }],
            [differs],
            joined(run.properties.map((property) => [propertyLink(review, run.system, property)])),
            [run.source],
          ],
        })),
      },
      ...members.map(
        ({ run, differs }): Block => ({
          kind: 'details',
          id: runAnchor(run.id),
          summary: [`${run.id}, ${differs}: the run`],
          blocks: shown(run),
        }),
      ),
    ],
  };
}

function shown({ id, found }: ShownRun): Block[] {
  if (found === undefined) return [paragraph({ mark: 'bad', text: 'No run shows it.' })];
  const { length, rules, texts, svg } = found;
  return [
    paragraph(`The run: ${length}.`),
    {
      kind: 'details',
      summary: ['The run as a sequence diagram, all of its steps'],
      blocks: [{ kind: 'figure', caption: `${id}: one lane for each thread, time goes down`, svg }],
    },
    ...texts.flatMap((text, i): Block[] => [
      paragraph(rules[i]!),
      { kind: 'code', title: `${id}: the run as text`, text },
    ]),
  ];
}
