import { Worker } from 'node:worker_threads';
import { EXIT } from '../base/exit.ts';
import { identity } from '../base/program.ts';
import type { Terminal } from '../base/terminal.ts';
import { APART, type Said } from './apart.ts';
import { parseFileArgument } from './file-argument.ts';
import { isOf, saidOf, watchForeign } from './foreign.ts';

/**
 * Does a command in the process that `runApart` started, and ends it when the answer is given,
 * whatever a file has left running. What is thrown later by a file is said in one sentence.
 */
export async function workApart(
  run: (args: readonly string[], terminal: Terminal) => Promise<number>,
): Promise<void> {
  const args = process.argv.slice(2);
  const files = args.flatMap((argument) => parseFileArgument(argument)?.file ?? []);
  const say = speaker();
  process.once('disconnect', () => process.exit());
  endWithParent();
  // The door alone is nothing to wait for: a file that never settles ends the process.
  process.channel?.unref();
  const end = (status: number) => say({ kind: 'done', status }, () => process.exit(0));
  const failed = (how: string) => (error: unknown) => {
    const file = files.find((one) => isOf(error, one)) ?? files[0]!;
    say({ kind: 'progress', text: '' });
    say({ kind: 'error', text: `${identity().name}: '${file}' ${how}: ${saidOf(error, file)}\n` });
    end(EXIT.unusable);
  };
  process.on('uncaughtException', failed('throws later, from a timer or an event'));
  process.on('unhandledRejection', failed('rejects a promise that nobody waits for'));
  watchForeign((doing) => say({ kind: 'foreign', ...(doing !== undefined && { doing }) }));
  const write = (kind: 'out' | 'error' | 'progress') => (text: string) => say({ kind, text });
  const terminal = {
    ...{ out: write('out'), error: write('error'), progress: write('progress') },
    colour: process.env[APART] === 'colour',
  };
  try {
    end(await run(args, terminal));
  } catch (error) {
    failed('cannot be used')(error);
  }
}

/**
 * Ends this process when the one that started it is gone, killed perhaps: a thread of its own sees it,
 * as a file that never gives way lets nothing else happen here.
 */
function endWithParent(): void {
  const watch = `
    const { workerData } = require('node:worker_threads');
    setInterval(() => {
      if (process.ppid !== workerData) process.kill(process.pid, 'SIGKILL');
    }, 1000);
  `;
  new Worker(watch, { eval: true, workerData: process.ppid, execArgv: [] }).unref();
}

/** The door to the process that started this one, which the file does not see. */
function speaker(): (said: Said, then?: () => void) => void {
  const send = process.send!.bind(process);
  delete process.send;
  return (said, then) => {
    send(said, () => then?.());
  };
}
