import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { explore } from '../src/explore/explore.ts';
import { compose } from '../src/system/product.ts';
import { benchmarkSystem, statesOf, transitionsOf } from './model.ts';
import { exploreWithXstateGraph } from './peer.ts';

/*
 * npm run bench [-- --quick] [-- --json]
 *
 * How fast the explorer is, and beside it, in the same run, xstate/graph on the same model. Ours is
 * the median of three runs, composition included; xstate/graph runs once, because it takes long.
 */

interface Measured {
  readonly devices: number;
  readonly states: number;
  readonly transitions: number;
  readonly seconds: number;
  readonly statesPerSecond: number;
  readonly transitionsPerSecond: number;
  /** The most bytes that the arrays of the state table held at any time, for each state. */
  readonly bytesPerState?: number;
}

const NOISE =
  'These machines are noisy (shared cores, shared cache): figures differ by a third between runs, ' +
  'and by more while something else runs. Compare what was measured in the same run.';

function main(): void {
  const { values } = parseArgs({
    options: { json: { type: 'boolean' }, quick: { type: 'boolean' } },
  });
  const ours = [5, 6, 7].map((devices) => measureOurs(devices));
  const devices = values.quick ? 4 : 5;
  const peer = measurePeer(devices);
  const same = ours.find((row) => row.devices === devices) ?? measureOurs(devices);
  const ratio = peer.seconds / same.seconds;
  const report = {
    node: process.version,
    cpu: `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}`,
    note: NOISE,
    explorer: ours,
    besideXstateGraph: { explorer: same, xstateGraph: peer, ratio },
  };
  console.log(values.json ? JSON.stringify(report, null, 2) : asText(report));
}

/** The median of three runs, by time. */
function measureOurs(devices: number): Measured {
  say(`explorer, ${devices} devices`);
  const runs = Array.from({ length: 3 }, () => {
    const start = performance.now();
    const { states, transitions, table } = explore(compose(benchmarkSystem(devices)));
    const seconds = (performance.now() - start) / 1000;
    return measured(devices, states, transitions, seconds, table.peakBytes / states);
  });
  return runs.sort((a, b) => a.seconds - b.seconds)[1]!;
}

function measurePeer(devices: number): Measured {
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1000;
  const { states, transitions } = exploreWithXstateGraph(devices, (visited) => {
    if (visited % 2_000 !== 0) return;
    const share = `${visited} of ${statesOf(devices)} states`;
    say(`xstate/graph, ${devices} devices: ${share}, ${seconds().toFixed(0)} s`);
  });
  return measured(devices, states, transitions, seconds());
}

/** @throws Error when the counts are not those of the closed forms: then the time means nothing */
function measured(
  devices: number,
  states: number,
  transitions: number,
  seconds: number,
  bytesPerState?: number,
): Measured {
  if (states !== statesOf(devices) || transitions !== transitionsOf(devices)) {
    throw new Error(
      `${devices} devices: ${states} states and ${transitions} transitions were found, ` +
        `${statesOf(devices)} and ${transitionsOf(devices)} expected`,
    );
  }
  return {
    devices,
    states,
    transitions,
    seconds,
    statesPerSecond: states / seconds,
    transitionsPerSecond: transitions / seconds,
    ...(bytesPerState !== undefined && { bytesPerState }),
  };
}

function asText(report: {
  readonly node: string;
  readonly cpu: string;
  readonly note: string;
  readonly explorer: readonly Measured[];
  readonly besideXstateGraph: { explorer: Measured; xstateGraph: Measured; ratio: number };
}): string {
  const { explorer: same, xstateGraph, ratio } = report.besideXstateGraph;
  const header = ['', 'N', 'states', 'transitions', 'seconds', 'states/s', 'trans./s', 'B/state'];
  const rows = [
    header,
    ...report.explorer.map((row) => cells('explorer', row)),
    ...(report.explorer.includes(same) ? [] : [cells('explorer', same)]),
    cells('xstate/graph', xstateGraph),
  ];
  return [
    `node ${report.node}, ${report.cpu}`,
    '',
    ...aligned(rows),
    '',
    `With ${same.devices} devices the explorer is ${ratio.toFixed(0)} times as fast as xstate/graph.`,
    report.note,
  ].join('\n');
}

function cells(name: string, row: Measured): string[] {
  return [
    name,
    String(row.devices),
    row.states.toLocaleString('en'),
    row.transitions.toLocaleString('en'),
    row.seconds.toFixed(3),
    Math.round(row.statesPerSecond).toLocaleString('en'),
    Math.round(row.transitionsPerSecond).toLocaleString('en'),
    row.bytesPerState === undefined ? '–' : row.bytesPerState.toFixed(1),
  ];
}

/** The rows as lines, the first column flush left and the others flush right. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const pad = (text: string, column: number) =>
    column === 0 ? text.padEnd(widths[column]!) : text.padStart(widths[column]!);
  return rows.map((row) => row.map(pad).join('  '));
}

/** Progress, apart from the result. */
function say(text: string): void {
  process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${text}` : `${text}\n`);
}

main();
