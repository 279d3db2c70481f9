import { identity } from '../../base/program.ts';
import type { Cell, CellVerdict } from '../../matrix/matrix.ts';
import {
  type Block,
  counted,
  type Inline,
  joined,
  list,
  type Mark,
  paragraph,
  type Section,
  type Text,
} from '../document.ts';
import type { Review } from '../review.ts';
import { propertyAnchor, runAnchor } from './verdicts.ts';

const WORDS: Readonly<Record<CellVerdict, { readonly mark: Mark; readonly text: string }>> = {
  holds: { mark: 'good', text: '+' },
  broken: { mark: 'bad', text: 'X' },
  'holds-where-read': { mark: 'good', text: '~' },
  unknown: { mark: 'unknown', text: '?' },
  'not-applicable': { mark: 'plain', text: '.' },
};

/** Which version of the design broke which rule. */
export function matrixSection(review: Review): Section {
  const { matrix } = review;
  return {
    id: 'matrix',
    title: 'Revisions and rules',
    blocks: [
      paragraph(
        '+ holds, X broken, ? the source of that revision was not read, ~ holds in the systems whose source was read (the others are named below), . not applicable; ! behind it: not as the specification expects. A broken cell leads to the defects that break it, or says how many steps the shortest run has.',
      ),
      {
        kind: 'table',
        narrow: true,
        caption: 'Rules by revisions, at every scope at which a system is looked at',
        head: ['property', ...matrix.revisions.map(({ name }) => name)],
        rows: matrix.rows.map((row) => ({
          cells: [
            [
              ...(row.rule === undefined ? [] : [`${row.rule} `]),
              rowLink(review, row.property, row.systems),
            ],
            ...row.cells.map((cell) => cellText(review, cell)),
          ],
        })),
      },
      ...explainBroken(review),
      list(
        matrix.revisions.map(({ name, kind, title, source }) => [
          { code: name },
          ` (${kind}): ${title}. Source: ${source}`,
        ]),
      ),
      ...missing(review),
    ],
  };
}

function rowLink({ judged }: Review, property: string, systems: readonly string[]): Inline {
  for (const place of judged) {
    const { family, result } = place;
    if (!systems.includes(family.name)) continue;
    const found = result.properties.find(
      ({ property: { id } }) =>
        id === property || id.startsWith(`${property}(`) || id.startsWith(`${property}:`),
    );
    if (found !== undefined) {
      return { to: propertyAnchor(place, found.property.id), text: property };
    }
  }
  return { code: property };
}

function cellText({ runs }: Review, { verdict, counterexample, known, differs }: Cell): Text {
  const shown = [...new Set([...known, counterexample?.id ?? ''])].filter((id) =>
    runs.some((run) => run.id === id),
  );
  const links = shown.flatMap((id): Inline[] => [' ', { to: runAnchor(id), text: id }]);
  const steps = verdict === 'broken' && shown.length === 0 ? [` ${counterexample?.steps}`] : [];
  return [WORDS[verdict], ...links, ...steps, ...(differs ? [' !'] : [])];
}

/** What `explain` takes, for the cells whose run is not in the report. */
function explainBroken({ matrix, runs }: Review): Block[] {
  const ids = matrix.rows.flatMap(({ cells }) =>
    cells.flatMap(({ counterexample, known }) =>
      counterexample === undefined || known.some((id) => runs.some((run) => run.id === id))
        ? []
        : [counterexample],
    ),
  );
  if (ids.length === 0) return [];
  return [
    {
      kind: 'details',
      summary: [`The runs of ${ids.length} more broken cells, and how to print them`],
      blocks: [
        list(
          ids.map(({ id, steps }) => [
            { code: `${identity().name} explain ${id}` },
            ` (${steps} steps)`,
          ]),
        ),
      ],
    },
  ];
}

/** What was not read, each sentence once, with all that it is said of. */
function missing({ matrix }: Review): Block[] {
  const { unread, unlisted } = matrix;
  const sentences: Text[] = [...groupedBy(unread, ({ why }) => why)].map(([why, own]) => [
    `${why}: `,
    ...joined(
      revisionsOf(own).map(([systems, revisions]) => [
        ...joined(revisions.map((revision) => [{ code: revision }])),
        ` of ${systems}`,
      ]),
      '; ',
    ),
  ]);
  if (unlisted.length > 0) {
    sentences.push([`none of these revisions is one of ${unlisted.join(', ')}`]);
  }
  if (sentences.length === 0) return [];
  return [
    {
      kind: 'details',
      summary: [
        `What was not read, and why: ${counted(unread.length, 'time')} a system at a revision, for ${counted(sentences.length, 'reason')}`,
      ],
      blocks: [list(sentences)],
    },
  ];
}

/** By the systems that they are said of: the revisions. */
function revisionsOf(unread: Review['matrix']['unread']): [string, string[]][] {
  const bySystems = groupedBy([...groupedBy(unread, ({ revision }) => revision)], ([, own]) =>
    own.map(({ system }) => system).join(', '),
  );
  return [...bySystems].map(([systems, own]) => [systems, own.map(([revision]) => revision)]);
}

function groupedBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}
