import { formatScope } from '../../catalogue/catalogue.ts';
import { joined, paragraph, type Section } from '../document.ts';
import type { CaughtFault, Review } from '../review.ts';
import { faultAnchor, propertyLink } from './verdicts.ts';

/** What was put in, and what found it: that the rules can fail. */
export function faultsSection(review: Review): Section[] {
  const { faults } = review;
  if (faults.length === 0) return [];
  return [
    {
      id: 'faults',
      title: 'Faults, and what catches them',
      blocks: [
        paragraph(
          'A fault counts as caught by a property when the property breaks, the run contains a step that the sound machine does not have, and the sound system keeps the property.',
        ),
        {
          kind: 'table',
          caption: 'Each fault with the properties that catch it',
          head: ['fault', 'what is wrong', 'machine', 'system and scope', 'caught by', 'source'],
          rows: faults.map((caught) => rowOf(review, caught)),
        },
      ],
    },
  ];
}

function rowOf(review: Review, { fault, caughtBy }: CaughtFault) {
  const { id, title, machine, system, scope, expected, source } = fault;
  const catching = expected.map((property) => [
    {
      mark: caughtBy.includes(property) ? ('good' as const) : ('bad' as const),
      text: caughtBy.includes(property) ? 'caught' : 'not caught',
    },
    ' ',
    propertyLink(review, system, property),
  ]);
  return {
    cells: [
      [{ to: faultAnchor(review, id), text: id }],
      [title],
      [{ code: machine }],
      [`${system}\n${formatScope(scope)}`],
      joined(catching, '\n'),
      [source],
    ],
  };
}
