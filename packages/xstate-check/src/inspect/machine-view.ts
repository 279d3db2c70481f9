import type { AnyStateMachine } from 'xstate';
import type { Chart } from '../chart/chart.ts';
import { chartOf } from '../chart/chart-of.ts';
import { type Lts, transitionsOf } from '../lts/lts.ts';
import { ltsOf } from '../system/product.ts';
import type { MachineView } from './protocol.ts';
import { stateView } from './system-view.ts';

const charts = new WeakMap<AnyStateMachine, Promise<Chart>>();

/** The laid out chart of a machine, made once. */
export function chartOnce(machine: AnyStateMachine): Promise<Chart> {
  let chart = charts.get(machine);
  if (chart === undefined) {
    chart = chartOf(machine);
    charts.set(machine, chart);
  }
  return chart;
}

export async function machineView(
  name: string,
  kind: string,
  machine: AnyStateMachine,
  complaints?: readonly string[],
): Promise<MachineView> {
  if (complaints !== undefined) {
    const chart = await chartOnce(machine);
    const nothing = { labels: [], states: [], table: [], via: {} };
    return { name, kind, chart, definition: definitionOf(machine), complaints, ...nothing };
  }
  const lts = ltsOf(machine);
  return {
    name,
    kind,
    chart: await chartOnce(machine),
    definition: definitionOf(machine),
    labels: lts.labels,
    states: lts.states.map(stateView),
    table: lts.states.map((_, state) => [
      ...lts.next.subarray(state * lts.labels.length, (state + 1) * lts.labels.length),
    ]),
    via: viaOf(lts),
  };
}

/** The config as @statelyai/inspect sends it: functions by their names. */
function definitionOf({ config }: AnyStateMachine): string {
  return JSON.stringify(config, (_, value: unknown) =>
    typeof value === 'function' ? { type: value.name } : value,
  );
}

function viaOf(lts: Lts): MachineView['via'] {
  const entries = [...transitionsOf(lts)].map(
    ({ from, label, edge }) => [`${from} ${label}`, edge.via] as const,
  );
  return Object.fromEntries(entries);
}
