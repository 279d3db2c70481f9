import { svgOf } from '../../chart/svg.ts';
import { mermaid } from '../../export/mermaid.ts';
import { ltsOf } from '../../system/product.ts';
import { anchor, type Block, paragraph, type Section } from '../document.ts';
import type { DrawnMachine, Review } from '../review.ts';
import { transitionTable } from '../transition-table.ts';

const KINDS = [
  { kind: 'contract', title: 'Contracts', about: 'What callers may rely on.' },
  {
    kind: 'procedure',
    title: 'Procedures',
    about: 'The order of steps of one operation, on one thread.',
  },
  {
    kind: 'resource',
    title: 'Resources',
    about: 'Locks, counts, flags: they accept whatever does not block.',
  },
] as const;

/** Every machine as a diagram and as a table. */
export function machinesSection({ machines }: Review): Section[] {
  return KINDS.flatMap(({ kind, title, about }) => {
    const own = machines.filter(({ entry }) => entry.kind === kind);
    if (own.length === 0) return [];
    return [
      {
        id: anchor('machines', kind),
        title,
        blocks: [
          paragraph(
            `${about} In a box, below its name, is what is taken there without leaving; a dot marks where it begins.`,
          ),
        ],
        sections: own.map((drawn) => machineSection(drawn, machines)),
      },
    ];
  });
}

function machineSection({ entry, chart }: DrawnMachine, all: readonly DrawnMachine[]): Section {
  const { name, kind, machine } = entry;
  const isAlone = all.filter((other) => other.entry.name === name).length === 1;
  const { states, edges } = ltsOf(machine);
  const about = [chart.description, chart.source && `Source: ${chart.source}`].filter(Boolean);
  const blocks: Block[] = [
    ...(about.length > 0 ? [paragraph(`${about.join('. ')}.`)] : []),
    {
      kind: 'details',
      summary: [`${name}: diagram and table, ${states.length} states, ${edges.size} transitions`],
      blocks: [
        {
          kind: 'figure',
          caption: `Statechart of ${name}`,
          svg: svgOf(chart, { unstyled: true }),
          mermaid: mermaid(machine),
        },
        transitionTable(entry),
      ],
    },
  ];
  return {
    id: isAlone ? anchor('machine', name) : anchor('machine', name, kind),
    title: name,
    blocks,
  };
}
