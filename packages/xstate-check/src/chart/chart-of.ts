import type { AnyStateMachine } from 'xstate';
import type { Chart } from './chart.ts';
import { groupedWhereMany } from './grouped.ts';
import { layoutOf } from './layout.ts';
import { structureOf } from './structure.ts';

/** A machine as a statechart, laid out: the same one for the page, the report and the export. */
export async function chartOf(machine: AnyStateMachine): Promise<Chart> {
  const { description } = machine.root;
  const source = machine.root.meta?.source as string | undefined;
  return {
    machine: machine.id,
    ...(description !== undefined && { description }),
    ...(source !== undefined && { source }),
    ...(await layoutOf(groupedWhereMany(structureOf(machine)))),
  };
}
