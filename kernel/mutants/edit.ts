import { InputError } from 'xstate-check';

/** A change to the text of one function, from its head to its last brace. */
export type Edit = (body: string) => string;

/** A file of the source with one of its functions changed. @throws InputError where it has none */
export function editFunction(source: string, name: string, edits: readonly Edit[]): string {
  const head = new RegExp(`^[a-z][^;{}=()]*\\b${name}\\([^;{}]*\\)\\s*^\\{`, 'm').exec(source);
  const end = head === null ? -1 : source.indexOf('\n}', head.index);
  if (head === null || end < 0) throw new InputError(`the source has no function ${name}()`);
  const body = source.slice(head.index, end);
  const changed = edits.reduce((text, edit) => edit(text), body);
  return source.slice(0, head.index) + changed + source.slice(end);
}

/** A statement, by its beginning: up to its semicolon. The n-th, where there are several. */
function statement(body: string, beginning: string, nth: number): { from: number; to: number } {
  let from = -1;
  for (let n = 0; n < nth; n++) from = body.indexOf(beginning, from + 1);
  const to = body.indexOf(';', from) + 1;
  if (from < 0 || to === 0) throw new InputError(`no statement '${beginning}' in ${headOf(body)}`);
  return { from, to };
}

function headOf(body: string): string {
  return body.split('\n')[0]!;
}

/** Leaves a statement out; a lone semicolon stays for the `if` before it. */
export function drop(beginning: string, nth = 1): Edit {
  return (body) => {
    const { from, to } = statement(body, beginning, nth);
    return `${body.slice(0, from)};${body.slice(to)}`;
  };
}

/** Puts a statement that stands elsewhere before the first of another. */
export function moveBefore(beginning: string, other: string, nth = 1): Edit {
  return (body) => {
    const { from, to } = statement(body, beginning, nth);
    const rest = `${body.slice(0, from)};${body.slice(to)}`;
    const { from: place } = statement(rest, other, 1);
    return `${rest.slice(0, place)}${body.slice(from, to)}\n${rest.slice(place)}`;
  };
}

/** Writes a word instead of another, where it stands first. */
export function replace(word: string, by: string): Edit {
  return (body) => {
    if (!body.includes(word)) throw new InputError(`no '${word}' in ${headOf(body)}`);
    return body.replace(word, () => by);
  };
}
