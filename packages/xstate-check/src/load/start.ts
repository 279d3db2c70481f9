import { type ProgramIdentity, speakAs } from '../base/program.ts';
import { type Terminal, terminalOf } from '../base/terminal.ts';
import { namesFile, runApart } from './apart.ts';

type Run = (args: readonly string[], terminal: Terminal) => Promise<number>;

/**
 * Starts a program: runs the command that its arguments say, in a process of its own where they name
 * somebody's file. What commands need takes a second to load, and is loaded where they run.
 *
 * @param apart - the module that does the command there, as `workApart` does
 * @param load - gives what does the command here
 */
export async function start(
  program: ProgramIdentity,
  apart: URL,
  load: () => Promise<Run>,
): Promise<void> {
  speakAs(program);
  const args = process.argv.slice(2);
  const terminal = terminalOf(process);
  process.exitCode = namesFile(args)
    ? await runApart(apart, args, terminal)
    : await (await load())(args, terminal);
}
