/** One run of one engine. */
export interface Measured {
  readonly states: number;
  readonly transitions: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** Without the start of the process and the reading of the code, where the engine says it. */
  readonly exploring?: number;
  /** The most that the process held. */
  readonly megabytes: number;
  /** The most bytes that the arrays of states held, for each state. */
  readonly bytesPerState?: number;
}

/** The runs of one engine on one subject: the median of them by time, and the least time. */
export interface Row extends Measured {
  readonly engine: string;
  readonly runs: number;
  readonly leastSeconds: number;
  readonly leastCpuSeconds: number;
}

export function rowOf(engine: string, runs: readonly Measured[]): Row {
  const byTime = [...runs].sort((a, b) => a.seconds - b.seconds);
  const byCpu = runs.map(({ cpuSeconds }) => cpuSeconds).sort((a, b) => a - b);
  return {
    ...byTime[byTime.length >> 1]!,
    engine,
    runs: runs.length,
    cpuSeconds: byCpu[byCpu.length >> 1]!,
    leastSeconds: byTime[0]!.seconds,
    leastCpuSeconds: byCpu[0]!,
  };
}

/** @throws Error where engines count differently: then their times mean nothing */
export function assertAgreed(
  title: string,
  rows: readonly Row[],
  expected?: { readonly states: number; readonly transitions: number },
): void {
  const [first] = rows;
  const { states, transitions } = expected ?? first!;
  for (const row of rows) {
    if (row.states === states && row.transitions === transitions) continue;
    throw new Error(
      `${title}: ${row.engine} counts ${row.states} states and ${row.transitions} transitions, ` +
        `${states} and ${transitions} expected`,
    );
  }
}

const HEADER = [
  '',
  'states',
  'transitions',
  'seconds',
  'least',
  'CPU s',
  'least',
  'exploring',
  'states/s',
  'MB',
  'B/state',
  'ours is faster by',
];

/** A table for one subject; the first row is ours, and the others say how much slower they are. */
export function tableOf(title: string, rows: readonly Row[]): string {
  const number = (value: number) => Math.round(value).toLocaleString('en');
  const ours = rows[0]!;
  const cells = rows.map((row, index) => [
    row.engine,
    number(row.states),
    number(row.transitions),
    row.seconds.toFixed(2),
    row.leastSeconds.toFixed(2),
    row.cpuSeconds.toFixed(2),
    row.leastCpuSeconds.toFixed(2),
    row.exploring === undefined ? '' : row.exploring.toFixed(3),
    number(row.states / row.seconds),
    number(row.megabytes),
    row.bytesPerState === undefined ? '' : row.bytesPerState.toFixed(1),
    index === 0 ? '' : ratioOf(row, ours),
  ]);
  return [`${title}, ${ours.runs} runs, the median`, ...aligned([HEADER, ...cells]), ''].join('\n');
}

function ratioOf(row: Row, ours: Row): string {
  const text = (ratio: number) => ratio.toFixed(ratio < 100 ? 1 : 0);
  const ofTime = text(row.seconds / ours.seconds);
  return `${ofTime} (CPU ${text(row.cpuSeconds / ours.cpuSeconds)})`;
}

/** The rows as lines, the first column flush left and the others flush right. */
export function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const pad = (text: string, column: number) =>
    column === 0 ? text.padEnd(widths[column]!) : text.padStart(widths[column]!);
  return rows.map((row) => row.map(pad).join('  ').trimEnd());
}
