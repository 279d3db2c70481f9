import { assertFileWritable, written } from '../base/output.ts';
import type { Terminal } from '../base/terminal.ts';
import { writeWhole } from '../base/write-file.ts';
import type { Answers } from '../keep/answers.ts';
import { parseFileArgument } from '../load/file-argument.ts';

/** What a command is asked. */
export interface Asked {
  readonly command: string;
  readonly names?: readonly (string | undefined)[];
  readonly options: object;
  /** What else its answer depends on, such as bounds. */
  readonly besides?: unknown;
  /** What it reads of files, and is to leave in them: asked before the command and after it. */
  readonly files?: () => unknown;
  /** Whether it says that its answer was kept. */
  readonly says?: boolean;
}

/**
 * Answers a command as it was answered before, where what is asked is all that the answer depends
 * on: not where it reads somebody's file or tree, or writes what nobody asks it to keep.
 *
 * @param answers - those that were kept; absent where nothing is to be kept
 */
export async function answered(
  answers: Answers | undefined,
  { command, names = [], options, besides, files, says }: Asked,
  terminal: Terminal,
  find: (terminal: Terminal) => Promise<number>,
): Promise<number> {
  const isOther = isAboutOthers({ command, names, options }) || 'junit' in options;
  if (answers === undefined || isOther) return find(terminal);
  const { colour } = terminal;
  const question = () => [command, names, options, besides, colour, files?.()];
  if (says && answers.has(question)) {
    terminal.error(
      'This answer was kept from before, as nothing changed; --no-cache finds it anew.\n',
    );
  }
  return answers.of(question, terminal, find);
}

/** Whether somebody's file or tree is asked about, which nobody else has. */
export function isAboutOthers({ names = [], options }: Asked): boolean {
  const isFile = (name: string | undefined) =>
    name !== undefined && parseFileArgument(name) !== undefined;
  return names.some(isFile) || 'source' in options;
}

/** Does what a command prints into a file instead, where one is named, and says how large it is. */
export async function intoFile(
  output: string | undefined,
  terminal: Terminal,
  print: (terminal: Terminal) => Promise<number>,
): Promise<number> {
  if (output === undefined) return print(terminal);
  assertFileWritable('--output', output);
  const texts: string[] = [];
  const status = await print({ ...terminal, out: (text) => texts.push(text) });
  const text = texts.join('');
  written('--output', output, () => writeWhole(output, text));
  terminal.out(`${output}: ${Math.ceil(Buffer.byteLength(text) / 1024)} KB\n`);
  return status;
}
