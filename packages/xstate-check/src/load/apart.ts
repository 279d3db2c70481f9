import { type ChildProcess, fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { EXIT } from '../base/exit.ts';
import { identity } from '../base/program.ts';
import type { Terminal } from '../base/terminal.ts';
import { parseFileArgument } from './file-argument.ts';

/** What a process that works apart tells the one that started it, in this order. */
export type Said =
  | { readonly kind: 'out' | 'error' | 'progress'; readonly text: string }
  /** What somebody's file does from now on; nothing of it where absent. */
  | { readonly kind: 'foreign'; readonly doing?: string }
  | { readonly kind: 'done'; readonly status: number };

/** How a process is told that it works apart, and whether its output may have colour. */
export const APART = 'SPEC_WORKS_APART';

/** Seconds that code of somebody's file may take for one thing: to be loaded, to build a system. */
const LIMIT = 120;

/** Whether code of somebody's file is going to run. */
export function namesFile(args: readonly string[]): boolean {
  return args.some((argument) => parseFileArgument(argument) !== undefined);
}

/**
 * Runs a command on somebody's file in a process of its own. Whatever the file does to that process,
 * its timers and open doors, what it prints, that it ends it or never ends itself, this one prints
 * the answer and exits with its status.
 *
 * @param entry - the program that does the command there, as `workApart` does
 * @returns the exit status
 */
export async function runApart(
  entry: URL,
  args: readonly string[],
  terminal: Terminal,
  limit = LIMIT,
): Promise<number> {
  const child = fork(entry, args, {
    // A group of its own: what ends this process is passed on, so that it is not told twice.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, [APART]: terminal.colour ? 'colour' : 'plain' },
  });
  const passed = new Set<NodeJS.Signals>();
  const stopPassing = passSignals(child, passed);
  const file = args.map(parseFileArgument).find((one) => one !== undefined)!.file;
  for (const stream of [child.stdout!, child.stderr!]) showLines(stream, file, terminal);
  const end = await endOf(child, terminal, limit);
  stopPassing();
  if (end.status !== undefined) return end.status;
  if (end.signal !== null && passed.has(end.signal)) process.kill(process.pid, end.signal);
  terminal.progress('');
  terminal.error(`${identity().name}: '${file}' ${end.why ?? reasonOf(end)}\n`);
  return EXIT.unusable;
}

/** How a process ended: with a status of the command, or otherwise. */
interface End {
  readonly status?: number;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What the file was doing. */
  readonly doing?: string;
  readonly why?: string;
}

function endOf(child: ChildProcess, terminal: Terminal, limit: number): Promise<End> {
  let status: number | undefined;
  let doing: string | undefined;
  let why: string | undefined;
  let clock: NodeJS.Timeout | undefined;
  const take = (said: Said) => {
    if (said.kind === 'done') ({ status } = said);
    else if (said.kind !== 'foreign') terminal[said.kind](said.text);
    else {
      clearTimeout(clock);
      ({ doing } = said);
      if (doing === undefined) return;
      clock = setTimeout(() => {
        why = `${doing} for more than ${limit} seconds, and was stopped; see what it waits for`;
        child.kill('SIGKILL');
      }, limit * 1000);
    }
  };
  child.on('message', (said) => {
    if (isSaid(said)) take(said);
  });
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      clearTimeout(clock);
      const end = {
        ...{ code, signal },
        ...(doing !== undefined && { doing }),
        ...(why !== undefined && { why }),
      };
      // What was said last may still be on its way; a child of the file may hold the doors open.
      const done = () => resolve({ ...end, ...(status !== undefined && { status }) });
      child.once('close', done);
      setTimeout(done, 500).unref();
    });
  });
}

/** The file may send messages of its own. */
function isSaid(message: unknown): message is Said {
  return typeof message === 'object' && message !== null && 'kind' in message;
}

function reasonOf({ code, signal, doing }: End): string {
  const when = doing === undefined ? 'before the command is done' : `while it ${doing}`;
  if (signal !== null) return `ends the process by ${signal} ${when}; take that out`;
  // The status with which Node says that nothing is left to wait for.
  if (code === 13) return `never settles ${when}: it awaits what does not come; mend it first`;
  return `ends the process with status ${code} ${when}; take that out`;
}

/** What the file prints is not the answer: it is shown beside it, and says whose it is. */
function showLines(stream: Readable, file: string, terminal: Terminal): void {
  createInterface({ input: stream }).on('line', (line) => {
    terminal.error(`${file} says: ${line}\n`);
  });
}

/** @returns what ends that */
function passSignals(child: ChildProcess, passed: Set<NodeJS.Signals>): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const pass = (signal: NodeJS.Signals) => {
    passed.add(signal);
    child.kill(signal);
  };
  for (const signal of signals) process.on(signal, pass);
  return () => {
    for (const signal of signals) process.off(signal, pass);
  };
}
