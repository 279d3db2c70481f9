import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Cost, measure } from './measure.ts';
import { aligned } from './rows.ts';

/** What people wait for; the first is the quickest. */
const COMMANDS = [
  'list',
  'findings',
  'explain O1',
  'check revoke',
  'matrix hot-reset-order revoke',
];

/** What a command costs where nothing, its verdicts or its whole answer is kept from before. */
export interface CommandCosts {
  readonly command: string;
  readonly nothing: Cost;
  readonly verdicts: Cost;
  readonly answer: Cost;
}

const BIN = fileURLToPath(new URL('../specs/bin.js', import.meta.url));

/** @throws Error where a command says something else from the store than without it */
export function measureCommands(
  runs: number,
  quick: boolean,
  say: (text: string) => void,
): CommandCosts[] {
  return (quick ? COMMANDS.slice(0, 1) : COMMANDS).map((command) => {
    const cache = mkdtempSync(join(tmpdir(), 'bench-kept-'));
    const answers = join(cache, 'vfio-dmabuf-spec', 'answers');
    const run = (store: readonly string[]) =>
      measure('.', 'env', [...store, process.execPath, BIN, ...command.split(' ')]);
    const kept = [`XDG_CACHE_HOME=${cache}`, 'SPEC_NO_CACHE='];
    try {
      run(kept);
      const ways = Array.from({ length: runs }, () => {
        say(command);
        const nothing = run(['SPEC_NO_CACHE=1']);
        rmSync(answers, { recursive: true });
        return { nothing, verdicts: run(kept), answer: run(kept) };
      });
      assertSame(command, ways);
      return {
        command,
        nothing: medianOf(ways.map(({ nothing }) => nothing)),
        verdicts: medianOf(ways.map(({ verdicts }) => verdicts)),
        answer: medianOf(ways.map(({ answer }) => answer)),
      };
    } finally {
      rmSync(cache, { recursive: true });
    }
  });
}

function assertSame(
  command: string,
  ways: readonly Readonly<Record<string, { output: string }>>[],
) {
  const outputs = new Set(ways.flatMap((way) => Object.values(way).map(({ output }) => output)));
  if (outputs.size > 1) throw new Error(`${command} says something else from the store`);
}

function medianOf(costs: readonly Cost[]): Cost {
  const middle = (of: (cost: Cost) => number) =>
    costs.map(of).sort((a, b) => a - b)[costs.length >> 1]!;
  return { seconds: middle((c) => c.seconds), cpuSeconds: middle((c) => c.cpuSeconds) };
}

/** CPU seconds, and how much less they are than where nothing was kept. */
export function commandsTable(all: readonly CommandCosts[]): string {
  const times = (cost: Cost, { cpuSeconds }: Cost) =>
    `${cost.cpuSeconds.toFixed(2)} (1/${(cpuSeconds / cost.cpuSeconds).toFixed(1)})`;
  const rows = all.map(({ command, nothing, verdicts, answer }) => [
    command,
    nothing.cpuSeconds.toFixed(2),
    times(verdicts, nothing),
    times(answer, nothing),
  ]);
  const head = ['CPU seconds of a command', 'nothing kept', 'verdicts kept', 'answer kept'];
  return [...aligned([head, ...rows]), ''].join('\n');
}
