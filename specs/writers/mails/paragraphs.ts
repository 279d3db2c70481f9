import { createHash } from 'node:crypto';

/** A paragraph of a mail: what is told of it here is its number in the mail, from 1, and its hash. */
export interface Paragraph {
  readonly hash: string;
  readonly text: string;
}

interface Line {
  /** How often it is quoted. */
  readonly depth: number;
  /** Without the marks of a quotation and without the `+` of code that a patch adds. */
  readonly text: string;
  readonly code: boolean;
}

/** RFC 5322, 2.1.1: a line that is longer was several, and its breaks were lost. */
const LONGEST_LINE = 998;

/** Where writers of these mails break a line. */
const WIDTH = 72;

/**
 * The paragraphs of a mail. Between two there is an empty line, a ruler, another depth of quotation,
 * or what begins or ends a paragraph by itself: an item of a list, a changelog's version, the line
 * that says who wrote what follows, a part of a diff, the last line of a paragraph where the archive
 * dropped the empty lines. The same words have the same hash, however often they are quoted and
 * wherever their lines are broken.
 */
export function paragraphs(mail: string): Paragraph[] {
  const found: string[][] = [[]];
  let before: Line | undefined;
  let inDiff = false;
  for (const line of rejoined(mail.split('\n').flatMap(brokenAgain).map(lineOf))) {
    if (line.depth !== before?.depth) inDiff = false;
    inDiff ||= DIFF.test(line.text);
    if (isBetween(line) || (before !== undefined && endsAt(before, line, inDiff))) found.push([]);
    if (!isBetween(line)) found.at(-1)!.push(line.text);
    before = line;
  }
  return found.filter((lines) => lines.length > 0).map(paragraphOf);
}

function paragraphOf(lines: readonly string[]): Paragraph {
  const text = lines.join(' ').split(/\s+/).join(' ');
  return { hash: createHash('sha256').update(text).digest('hex').slice(0, 12), text };
}

/** The lines of a quotation that an archive has put into one. */
function brokenAgain(line: string): string[] {
  return line.length > LONGEST_LINE && line.startsWith('>') ? line.split(/ (?=>(?: |$))/) : [line];
}

function lineOf(line: string): Line {
  const marks = line.match(/^(?:> ?)+/)?.[0] ?? '';
  const quoted = line.slice(marks.length).trim();
  const code = quoted.startsWith('+');
  return {
    depth: marks.replaceAll(' ', '').length,
    text: code ? quoted.slice(1).trim() : quoted,
    code,
  };
}

/**
 * A word or two of a quoted line that a mail client has broken once more stand at a lower depth:
 * back where they were.
 */
function rejoined(lines: readonly Line[]): Line[] {
  return lines.map((line, at) => {
    const [above, below] = [lines[at - 1], lines[at + 1]];
    if (above === undefined || above.depth !== below?.depth) return line;
    const isQuoted = line.depth > 0 && line.depth < above.depth;
    const isShort = /^\S+( \S+)?$/.test(line.text) && above.text !== '' && below.text !== '';
    return isQuoted && isShort ? { ...line, depth: above.depth } : line;
  });
}

/** Nothing, a ruler, `<...>` for what was left out, or the line of a comment in C that has no words. */
const isBetween = ({ text }: Line) => /^[-=_*]*$/.test(text) || text === '<...>' || text === '/**';

const DIFF = /^(diff --git |@@ )/;
const WROTE = /^On .* wrote:$/;
/** An item of a list, `v3: ...` of a changelog, a word as a title. */
const ITEM = /^([*-] |\d+\. |v\d+:|\w+:$)/;

function endsAt(before: Line, line: Line, inDiff: boolean): boolean {
  if (isBetween(before)) return true;
  if (before.depth !== line.depth || WROTE.test(before.text) || WROTE.test(line.text)) return true;
  if (DIFF.test(line.text)) return true;
  if (inDiff || line.code || before.code) return false;
  return ITEM.test(line.text) || isLastLine(before, line);
}

/** Whether a line ends a sentence, although a word more would have found room on it. */
function isLastLine({ text }: Line, next: Line): boolean {
  const [word] = next.text.split(' ');
  return /[.!?:)]$/.test(text) && /^[A-Z]/.test(next.text) && `${text} ${word}`.length <= WIDTH;
}
