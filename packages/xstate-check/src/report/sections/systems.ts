import { bySubject } from '../../catalogue/by-subject.ts';
import { formatScope } from '../../catalogue/catalogue.ts';
import type { Section, Table, Text } from '../document.ts';
import type { Review } from '../review.ts';
import { systemAnchor } from './verdicts.ts';

/** What runs against what, and how much of it was visited: a table for each subject. */
export function systemsSection({ judged }: Review): Section {
  const subjects = bySubject(judged, ({ family }) => family.subject);
  return {
    id: 'systems',
    title: 'What is specified, and at which scopes',
    blocks: subjects.map(([subject, places]) => systemsTable(subject, places)),
  };
}

function systemsTable(subject: string | undefined, judged: Review['judged']): Table {
  return {
    kind: 'table',
    caption: `${subject ?? 'The systems'}: what runs against what, at the scope at which it is checked`,
    head: [
      'system',
      'what runs',
      'revision',
      'scope',
      'states',
      'transitions',
      'depth',
      'properties',
    ],
    rows: judged.map((place) => ({
      id: systemAnchor('system', place),
      cells: [
        [{ to: systemAnchor('rules', place), text: place.family.name }],
        [place.family.title],
        [place.result.revision],
        [formatScope(place.result.scope) || '–'],
        ...[place.result.states, place.result.transitions, place.result.depth].map((n) => [
          n.toLocaleString('en-US'),
        ]),
        verdictsOf(place.result.properties.map((p) => p.verdict)),
      ],
    })),
  };
}

function verdictsOf(verdicts: readonly string[]): Text {
  const count = (verdict: string) => verdicts.filter((each) => each === verdict).length;
  const others = verdicts.length - count('holds') - count('broken');
  return [
    { mark: 'good', text: `${count('holds')} hold` },
    ...(count('broken') > 0
      ? [', ', { mark: 'bad' as const, text: `${count('broken')} broken` }]
      : []),
    ...(others > 0 ? [', ', { mark: 'unknown' as const, text: `${others} not judged` }] : []),
  ];
}
