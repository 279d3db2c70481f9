import { Command, CommanderError } from 'commander';
import { InputError } from '../base/errors.ts';
import { EXIT } from '../base/exit.ts';
import { identity, speakAs } from '../base/program.ts';
import type { Terminal } from '../base/terminal.ts';
import { wrap } from '../base/text.ts';
import { addCommands } from './commands.ts';
import type { Program } from './program.ts';

/**
 * Runs one command of the program that a catalogue makes of this tool.
 *
 * @returns the exit status: 0 as expected, 1 not as expected, 2 unusable usage or input, 3 not
 * everything was judged, and nothing found
 */
export async function run(
  about: Program,
  args: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const silent = about.program === undefined ? undefined : speakAs(about.program);
  let status: number = EXIT.ok;
  const program = new Command(identity().name)
    .description(about.description)
    .version(identity().version)
    .option('--no-cache', 'find every answer anew, and keep none')
    .exitOverride()
    .configureOutput({
      writeErr: (text) => terminal.error(/^error: /.test(text) ? folded(text.trimEnd()) : text),
      writeOut: (text) => terminal.out(text),
    });
  addCommands({
    program,
    about,
    terminal,
    finished: (result) => {
      status = result;
    },
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.unusable;
    const sentence = sentenceOf(error);
    if (sentence === undefined) throw error;
    terminal.progress('');
    for (const line of sentence.split('\n')) terminal.error(folded(`${identity().name}: ${line}`));
    return EXIT.unusable;
  } finally {
    silent?.();
  }
}

/** A sentence within 80 columns, of which the lines after the first are indented. */
function folded(sentence: string): string {
  const [first = '', ...more] = wrap(sentence, 80);
  const rest = more.length === 0 ? [] : wrap(more.join(' '), 78);
  return [first, ...rest.map((line) => `  ${line}`)].map((line) => `${line}\n`).join('');
}

/** What to tell of an error that is not a defect of this program. */
function sentenceOf(error: unknown): string | undefined {
  if (error instanceof InputError) return error.message;
  if (error instanceof RangeError) {
    return `out of memory or range (${error.message}): take a smaller --scope`;
  }
  const { code, message } = error as NodeJS.ErrnoException;
  return typeof code === 'string' && /^E[A-Z]+$/.test(code) ? message : undefined;
}
