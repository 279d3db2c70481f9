import { identity } from '../../base/program.ts';
import { type ComparedCell, type ComparedRow, isBroken } from '../../matrix/compared.ts';
import {
  anchor,
  type Block,
  counted,
  type Inline,
  joined,
  list,
  paragraph,
  type Section,
  type Text,
} from '../document.ts';
import type { Review, ReviewedComparison } from '../review.ts';
import { runAnchor } from './verdicts.ts';

/** Designs of one thing, side by side: which rule each keeps, and what each answers. */
export function comparisonSections(review: Review): Section[] {
  return review.comparisons.map((one) => sectionOf(review, one));
}

function sectionOf(review: Review, { compared, calls }: ReviewedComparison): Section {
  const { comparison, rows } = compared;
  const { designs } = comparison;
  return {
    id: anchor('comparison', comparison.name),
    title: comparison.title,
    short: comparison.name,
    blocks: [
      list(
        designs.map(({ name, title, source }) => [{ code: name }, `: ${title}. Source: ${source}`]),
      ),
      {
        kind: 'table',
        caption: 'Rules by designs',
        head: ['rule', ...designs.map(({ name }) => name)],
        rows: rows.map((row) => ({
          cells: [nameOf(row), ...row.cells.map((cell) => cellText(review, cell))],
        })),
      },
      ...explained(review, rows),
      ...(calls.length === 0 ? [] : [paragraph('What who uses each design sees of it:')]),
      ...calls.map(
        ({ call, answers }): Block => ({
          kind: 'table',
          caption: call,
          head: ['designs', 'answers', 'source'],
          rows: answers.map(({ designs: own, outcomes, says, source, by }) => ({
            cells: [
              joined(own.map((name) => [{ code: name }])),
              [
                ...joined(outcomes.map((one) => [{ code: one }])),
                outcomes.length > 0 ? `: ${says}` : says,
              ],
              [...(by === undefined ? [] : [{ code: by.call }, ` in ${by.system}; `]), source],
            ],
          })),
        }),
      ),
    ],
  };
}

function nameOf({ rule, of, title }: ComparedRow): Text {
  return [...(of === undefined ? [] : [`${of} `]), { code: rule }, ` ${title}`];
}

function cellText(review: Review, cell: ComparedCell): Text {
  switch (cell.verdict) {
    case 'kept':
      return [{ mark: 'good', text: 'kept' }];
    case 'not-asked':
      return [{ mark: 'plain', text: 'not asked' }];
    case 'unknown':
      return [{ mark: 'unknown', text: 'not read' }];
    case 'broken':
      return [
        { mark: 'bad', text: 'broken' },
        ` in ${counted(cell.steps ?? 0, 'step')}`,
        ...links(review, cell),
      ];
    default:
      return [
        { mark: 'bad', text: 'cannot be kept' },
        `: each of ${cell.search.orders} orders of ${cell.search.title} breaks it, in ${counted(cell.steps ?? 0, 'step')} this one; none repairs `,
        ...joined(
          cell.search.between.map((step) => [{ code: step }]),
          ' against ',
        ),
        ...links(review, cell),
      ];
  }
}

/** The runs of it that are in the report. */
function links({ runs }: Review, cell: Extract<ComparedCell, { known: unknown }>): Inline[] {
  return shownOf(runs, cell).flatMap((id): Inline[] => [' ', { to: runAnchor(id), text: id }]);
}

function shownOf(
  runs: Review['runs'],
  { known, counterexample }: Extract<ComparedCell, { known: unknown }>,
): string[] {
  return [...new Set([...known, counterexample])].filter((id) => runs.some((run) => run.id === id));
}

/** What prints the runs of the cells that no run of the report shows. */
function explained({ runs }: Review, rows: readonly ComparedRow[]): Block[] {
  const ids = rows.flatMap(({ cells }) =>
    cells.flatMap((cell) =>
      isBroken(cell) && shownOf(runs, cell).length === 0 ? [cell.counterexample] : [],
    ),
  );
  if (ids.length === 0) return [];
  return [
    {
      kind: 'details',
      summary: [`How to print the runs of ${counted(ids.length, 'more broken cell')}`],
      blocks: [list([...new Set(ids)].map((id) => [{ code: `${identity().name} explain ${id}` }]))],
    },
  ];
}
