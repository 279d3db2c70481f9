import { list, type Section } from '../document.ts';
import type { Review } from '../review.ts';

/** What has to be believed, and what is left out: as the specification says it. */
export function limitsSection({ catalogue: { limits } }: Review): Section[] {
  if (limits === undefined) return [];
  const { assumptions, outOfScope, unasked, notModelled, leftOut } = limits;
  return [
    {
      id: 'assumptions',
      title: 'Assumptions',
      blocks: [list(assumptions)],
    },
    {
      id: 'out-of-scope',
      title: 'Out of scope',
      blocks: [
        list([...outOfScope, ...unasked.map((question) => `No rule asks ${question}.`)]),
        {
          kind: 'table',
          caption: 'Known defects that are not modelled, and why',
          head: ['id', 'defect', 'why not', 'source'],
          rows: notModelled.map(({ id, title, reason, source }) => ({
            cells: [[id], [title], [reason], [source]],
          })),
        },
        {
          kind: 'table',
          caption: 'Of functions that are drawn: what the machine leaves out, and why',
          head: ['function', 'machine', 'left out', 'why'],
          rows: leftOut.map(({ function: name, machine, what, why }) => ({
            cells: [[name], [machine], [what], [why]],
          })),
        },
      ],
    },
  ];
}
