import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { commandsTable, measureCommands } from './commands.ts';
import { limitsTable, measureLimits } from './limits.ts';
import { isInstalled, measure } from './measure.ts';
import { assertAgreed, type Measured, type Row, rowOf, tableOf } from './rows.ts';
import { buildSpin, runSpin, SPIN_WAYS, type SpinWay, writeModel } from './spin.ts';
import { type Subject, subjectNamed } from './subject.ts';

/*
 * npm run bench [-- --quick | --large | --only 'model 7'] [-- --runs N] [-- --limits] [-- --json]
 *
 * What commands cost where nothing and something is kept; how fast the explorer is, and beside it, in the same run, SPIN and xstate/graph on the same
 * model. Whole processes, one after the other, again and again in turn, so that what else runs on
 * the machine disturbs all of them. Fails where they count differently. `--large` adds 20 million
 * states, and xstate/graph with all events offered in all states, which takes many minutes.
 */

const NOISE =
  'Seconds are of whole processes, start to end. Where the machine is used by others too they vary; ' +
  'compare what was measured in the same run, and the CPU seconds.';
const ENGINE = fileURLToPath(new URL('./engine.js', import.meta.url));
const HOT_RESET = 'hot-reset {}';
const LARGEST = 'hot-reset {"importers":2}';

interface Engine {
  readonly name: string;
  readonly run: () => Measured;
}

function main(): void {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean' },
      quick: { type: 'boolean' },
      large: { type: 'boolean' },
      limits: { type: 'boolean' },
      runs: { type: 'string' },
      only: { type: 'string' },
    },
  });
  const runs = Number(values.runs ?? (values.quick ? 1 : 3));
  const names = values.quick
    ? ['model 4', 'model 5', 'model 6']
    : ['model 5', 'model 6', 'model 7', HOT_RESET, LARGEST];
  if (values.large) names.push('model 8');
  if (values.only) names.splice(0, names.length, values.only);
  const withXstate = values.quick ? 'model 4' : 'model 5';
  const spin = isInstalled('spin', 'gcc');
  if (!values.json) {
    console.log(
      `node ${process.version}, ${cpus().length} × ${cpus()[0]?.model.trim()}\n${NOISE}\n`,
    );
    if (!spin) console.log('SPIN is left out: spin or gcc is not installed.\n');
  }
  const limits = values.limits && isInstalled('gcc') ? measureLimits() : undefined;
  if (limits && !values.json) console.log(limitsTable(limits));
  const results = names.map((name) => {
    const subject = subjectNamed(name);
    const xstate = values.large ? XSTATE : XSTATE.slice(0, 1);
    const rows = rowsOf(subject, { runs, spin, xstate: name === withXstate ? xstate : [] });
    if (!values.json) console.log(tableOf(subject.title, rows));
    return { subject: subject.title, rows };
  });
  const commands = values.only ? [] : measureCommands(runs, values.quick === true, say);
  if (commands.length > 0 && !values.json) console.log(commandsTable(commands));
  if (!values.json) return;
  const cpu = `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}`;
  console.log(
    JSON.stringify({ node: process.version, cpu, note: NOISE, limits, results, commands }, null, 2),
  );
}

function rowsOf(
  subject: Subject,
  how: { readonly runs: number; readonly spin: boolean; readonly xstate: readonly Xstate[] },
): Row[] {
  const directory = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    const engines = [ours('explore', subject.name), ours('together', subject.name)];
    if (canBeSwept(subject)) engines.push(ours('sweep', subject.name));
    const first = engines[0]!.run();
    if (how.spin) engines.push(...spinEngines(directory, subject, first.states));
    const measured = engines.map((): Measured[] => []);
    for (let round = 0; round < how.runs; round++) {
      engines.forEach(({ name, run }, engine) => {
        say(`${subject.title}: ${name}, ${round + 1} of ${how.runs}`);
        measured[engine]!.push(run());
      });
    }
    const rows = engines.map(({ name }, engine) => rowOf(name, measured[engine]!));
    for (const engine of how.xstate) {
      say(`${subject.title}: ${ENGINES[engine]}`);
      // Once, because it takes long.
      const xstate = ours(engine, subject.name);
      rows.push(rowOf(xstate.name, [xstate.run()]));
    }
    assertAgreed(subject.title, rows, subject.expected);
    return rows;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** A state of the model with up to 7 devices takes 29 bits; those of the specification more. */
function canBeSwept({ name }: Subject): boolean {
  return name.startsWith('model') && name !== 'model 8';
}

const ENGINES = {
  explore: 'explore',
  together: 'explore, two threads',
  sweep: 'sweep, one bit a state',
  xstate: 'xstate/graph, enabled events',
  'xstate-all': 'xstate/graph, all events',
};

const XSTATE = ['xstate', 'xstate-all'] as const;
type Xstate = (typeof XSTATE)[number];

function ours(engine: keyof typeof ENGINES, subject: string): Engine {
  const args = ['--max-old-space-size=8000', ENGINE, engine, subject];
  return {
    name: ENGINES[engine],
    run: () => {
      const { output, seconds, cpuSeconds } = measure('.', process.execPath, args);
      return { ...(JSON.parse(output) as Measured), seconds, cpuSeconds };
    },
  };
}

function spinEngines(directory: string, { system, title }: Subject, states: number): Engine[] {
  say(`${title}: building SPIN's verifiers`);
  writeModel(directory, system);
  return (Object.keys(SPIN_WAYS) as SpinWay[]).map((way) => {
    const program = buildSpin(directory, way);
    return { name: way, run: () => runSpin(directory, program, states) };
  });
}

/** Progress, apart from the result. */
function say(text: string): void {
  process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${text}` : `${text}\n`);
}

main();
