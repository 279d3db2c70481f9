import { identity } from '../base/program.ts';
import { wrap } from '../base/text.ts';
import { WIDTH } from '../explain/diagram.ts';

/** A run as it is sent to a list. */
export interface Mail {
  readonly title: string;
  readonly source?: string;
  /** System, revision and scope. */
  readonly where: string;
  readonly rule?: string;
  /** How long the run is. */
  readonly length: string;
  /** The diagram, and the sentences below it. */
  readonly text: string;
  /** The words of the command that shows it again, those for a shell in quotes. */
  readonly command: readonly string[];
}

/** Title, version, scope, the run and what it comes to, and the command that shows it again. */
export function mailText({ title, source, where, rule, length, text, command }: Mail): string {
  const { name, version } = identity();
  const prose = [
    title,
    ...(source === undefined || source === '' ? [] : [`Source: ${source}`]),
    `In ${where}.`,
    ...(rule === undefined ? [] : [rule]),
  ];
  const head = prose.flatMap((line) => wrap(line, WIDTH)).join('\n');
  const again = `Shown again by ${name} ${version}:`;
  return `${head}\n\n${wrap(`${length}:`, WIDTH).join('\n')}\n\n${text}\n${again}\n\n${commandLines(command)}\n`;
}

/** A command is one line; where that is too long, each that goes on ends as a shell takes it. */
function commandLines(words: readonly string[]): string {
  const lines: string[] = [];
  for (const word of [identity().name, ...words]) {
    const last = lines.at(-1);
    if (last !== undefined && `${last} ${word} \\`.length <= WIDTH) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(last === undefined ? `  ${word}` : `    ${word}`);
  }
  return lines.join(' \\\n');
}
