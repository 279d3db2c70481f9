import { type Block, joined, paragraph, type Section } from '../document.ts';
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
      'What is broken in a revision as these systems see it, as claims that a maintainer can check.',
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
        sections: own.map((run) => runSection(review, run)),
      },
    ];
  });
}

function runSection(review: Review, run: ShownRun): Section {
  const { id, kind, title, source, where, system, properties, found } = run;
  const rules = joined(properties.map((property) => [propertyLink(review, system, property)]));
  return {
    id: kind === 'fault' ? faultAnchor(review, id) : runAnchor(id),
    title: `${id}: ${title}`,
    blocks: [
      paragraph('Breaks ', ...rules, ` in ${where}. Source: ${source}.`),
      ...(found === undefined
        ? [paragraph({ mark: 'bad', text: 'No run shows it.' })]
        : shown(run, found)),
    ],
  };
}

function shown(
  { id }: ShownRun,
  { steps, rules, texts, svg }: NonNullable<ShownRun['found']>,
): Block[] {
  return [
    {
      kind: 'details',
      summary: [`The run, ${steps} steps, as a sequence diagram`],
      blocks: [{ kind: 'figure', caption: `${id}: one lane for each thread, time goes down`, svg }],
    },
    ...texts.flatMap((text, i): Block[] => [
      paragraph(rules[i]!),
      { kind: 'code', title: `${id}: the run as text`, text },
    ]),
  ];
}
