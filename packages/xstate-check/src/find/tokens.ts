import { InputError } from '../base/errors.ts';

/** A word, one in quotes, a sign or a parenthesis of a condition, and the column where it begins, from 1 on. */
export interface Token {
  readonly kind: 'word' | 'quoted' | 'sign' | 'open' | 'close';
  readonly text: string;
  readonly column: number;
}

const SIGN = /^(?:<=|>=|!=|[=<>])/;

/**
 * The words of a condition. What is in parentheses directly after a word belongs to it, as in
 * `calm(lamp[0])`; what is in quotes is one word.
 *
 * @throws InputError where a quote or a parenthesis of a word is not closed
 */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length; ) {
    const sign = text[at]!;
    const [comparison] = SIGN.exec(text.slice(at)) ?? [];
    const column = at + 1;
    if (/\s/.test(sign)) at++;
    else if (sign === '(' || sign === ')') {
      tokens.push({ kind: sign === '(' ? 'open' : 'close', text: sign, column });
      at++;
    } else if (comparison !== undefined) {
      tokens.push({ kind: 'sign', text: comparison, column });
      at += comparison.length;
    } else {
      const isQuoted = sign === "'";
      const end = isQuoted ? endOfQuote(text, at) : endOfWord(text, at);
      tokens.push({
        kind: isQuoted ? 'quoted' : 'word',
        text: isQuoted ? text.slice(at + 1, end - 1) : text.slice(at, end),
        column,
      });
      at = end;
    }
  }
  return tokens;
}

function endOfQuote(text: string, from: number): number {
  const end = text.indexOf("'", from + 1);
  if (end >= 0) return end + 1;
  throw new InputError(`column ${from + 1}: the quote is not closed`);
}

function endOfWord(text: string, from: number): number {
  const open: number[] = [];
  let at = from;
  for (; at < text.length; at++) {
    const sign = text[at]!;
    if (sign === '(') open.push(at);
    else if (sign === ')' && open.pop() === undefined) return at;
    else if (open.length === 0 && (/[\s']/.test(sign) || SIGN.test(sign))) return at;
  }
  const [unclosed] = open;
  if (unclosed === undefined) return at;
  throw new InputError(`column ${unclosed + 1}: the parenthesis is not closed`);
}
