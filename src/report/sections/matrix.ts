import type { Cell, CellVerdict } from '../../matrix/matrix.ts';
import {
  type Block,
  type Inline,
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
        '+ holds, X broken, ? the source of that revision was not read, . not applicable; ! behind it: not as the specification expects. A broken cell leads to the defect that breaks it, or says how many steps the shortest run has.',
      ),
      {
        kind: 'table',
        narrow: true,
        caption: 'Rules by revisions, at the default scope of each system',
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
  for (const { family, result } of judged) {
    if (!systems.includes(family.name)) continue;
    const found = result.properties.find(
      ({ property: { id } }) =>
        id === property || id.startsWith(`${property}(`) || id.startsWith(`${property}:`),
    );
    if (found !== undefined) {
      return { to: propertyAnchor(family.name, found.property.id), text: property };
    }
  }
  return { code: property };
}

function cellText({ runs }: Review, { verdict, counterexample, known, differs }: Cell): Text {
  const shown = [...known, counterexample?.id ?? ''].filter((id) =>
    runs.some((run) => run.id === id),
  );
  const links = shown.slice(0, 1).flatMap((id): Inline[] => [' ', { to: runAnchor(id), text: id }]);
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
          ids.map(({ id, steps }) => [{ code: `dmabuf-spec explain ${id}` }, ` (${steps} steps)`]),
        ),
      ],
    },
  ];
}

function missing({ matrix }: Review): Block[] {
  const sentences = [
    ...matrix.unread.map(({ system, revision, why }) => `Not read: ${system}, ${revision}: ${why}`),
    ...matrix.unlisted.map((system) => `${system} has none of these revisions`),
  ];
  if (sentences.length === 0) return [];
  return [
    {
      kind: 'details',
      summary: [`What was not read: ${sentences.length} entries`],
      blocks: [list(sentences)],
    },
  ];
}
