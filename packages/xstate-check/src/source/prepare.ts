import type { Extent } from './ast.ts';
import type { Dialect } from './dialect.ts';

/** A macro with parameters, as it is defined in the file. */
export interface Macro {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly body: string;
  readonly line: number;
}

export interface Prepared {
  /** As many lines as the text had, and no preprocessor in them. */
  readonly text: string;
  readonly macros: readonly Macro[];
  /** `#define NAME 3` and members of enumerations are not told apart: what has a plain number. */
  readonly constants: ReadonlyMap<string, number>;
  /** Conditions of the preprocessor that nothing decides: the first branch was read. */
  readonly assumed: readonly { readonly condition: string; readonly line: number }[];
  /** Lines that a condition leaves out. */
  readonly dropped: ReadonlySet<number>;
  /** Of these the functions that do nothing where the condition is another: `static inline … { }`. */
  readonly empty: readonly Extent[];
  /** The line of a conflict marker, where somebody committed one. */
  readonly conflict?: number;
}

/**
 * Makes C of what the preprocessor would have made C of, line by line, so that every place is that of
 * the file: comments and annotations go, one branch of each condition stays, a macro with a body
 * becomes a loop whose condition is the macro's call.
 */
export function prepare(source: string, dialect: Dialect): Prepared {
  const conflict = /^(?:<{7}|={7}|>{7})(?: |$)/m.exec(source);
  const plain = withoutComments(source);
  const directives = new Directives(dialect);
  const kept = directives.read(plain.split('\n'));
  let text = kept.join('\n');
  text = withoutAnnotations(text, dialect);
  text = text.replace(dialect.fileMacros, (match) => match.replace(/[^\n]/g, ' '));
  text = withNewNames(text, dialect);
  text = withBodies(text, dialect);
  text = withoutTypes(text)
    .replace(new RegExp(`(\\w\\s*)\\b(${dialect.cleanup}\\s*\\()`, 'g'), '$1= $2')
    .replace(/\bcase\s+([^:;{}?]+?)\s*\.\.\.\s*([^:;{}?]+?)\s*:/g, 'case RANGE($1, $2):');
  return {
    text,
    macros: directives.macros.map((macro) => ({ ...macro, body: withoutTypes(macro.body) })),
    constants: directives.constants,
    assumed: directives.assumed,
    dropped: directives.dropped,
    empty: emptyFunctions(plain, directives.dropped),
    ...(conflict !== null && { conflict: lineAt(source, conflict.index) }),
  };
}

function emptyFunctions(text: string, dropped: ReadonlySet<number>): Extent[] {
  const left = text.split('\n').map((line, at) => (dropped.has(at + 1) ? line : ''));
  const all = left.join('\n');
  return [...all.matchAll(/^static inline\s+[\w\s*]+\([^(){};]*\)\s*\{\s*\}/gm)].map(
    ({ index, 0: match }) => ({ from: lineAt(all, index), to: lineAt(all, index + match.length) }),
  );
}

/** Names and calls of older text as they are called now: lines stay where they are. */
function withNewNames(text: string, { older = [] }: Dialect): string {
  return older.reduce(
    (all, [from, to]) =>
      all.replace(from, (match, ...groups: (string | undefined)[]) => {
        const now = to.replace(/\$(\d)/g, (_, n) => groups[Number(n) - 1] ?? '');
        const lines = (one: string) => one.split('\n').length - 1;
        return now + '\n'.repeat(Math.max(0, lines(match) - lines(now)));
      }),
    text,
  );
}

/** Types as arguments, which only a macro can take: a word is left of each. */
function withoutTypes(text: string): string {
  let result = '';
  let from = 0;
  for (const { index, 0: word } of text.matchAll(/\b(?:__)?typeof(?:__)?\s*\(/g)) {
    if (index < from) continue;
    const end = closing(text, index + word.length - 1) + 1;
    const lines = text.slice(index, end).replace(/[^\n]/g, '');
    result += `${text.slice(from, index)}typeof_${lines} `;
    from = end;
  }
  return (result + text.slice(from))
    .replace(/([(,]\s*)(?:struct|union|enum)\s+(\w+\s*,)/g, '$1$2')
    .replace(/(,\s*)(?:struct|union|enum)\s+(\w+\s*\**\s*\))/g, '$1$2')
    .replace(/([(,]\s*)(?:un)?signed\s+(?:long|int|short|char)(?:\s+long)?(\s*[,)])/g, '$1long$2')
    .replace(/([(,]\s*)long\s+long(\s*[,)])/g, '$1long$2');
}

/** The number of the line of a position. */
function lineAt(text: string, at: number): number {
  return text.slice(0, at).split('\n').length;
}

const COMMENT_OR_LITERAL =
  /\/\*[\s\S]*?(?:\*\/|$)|\/\/(?:\\\n|[^\n])*|"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*'/g;

function withoutComments(text: string): string {
  return text.replace(COMMENT_OR_LITERAL, (match) =>
    match.startsWith('/') ? match.replace(/[^\n]/g, ' ') : match,
  );
}

/** One `#if`: whether its lines are kept now, whether a branch was kept, and whether it is kept itself. */
interface Condition {
  keeps: boolean;
  done: boolean;
  readonly outer: boolean;
}

/** The lines that start with `#`. */
class Directives {
  readonly macros: Macro[] = [];
  readonly constants = new Map<string, number>();
  readonly assumed: { condition: string; line: number }[] = [];
  readonly dropped = new Set<number>();
  readonly #dialect: Dialect;
  readonly #open: Condition[] = [];

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
  }

  /** The lines that stay; the others are empty. */
  read(lines: readonly string[]): string[] {
    const kept: string[] = [];
    for (let at = 0; at < lines.length; at++) {
      const line = lines[at]!;
      if (!/^\s*#/.test(line)) {
        if (!this.#keeps()) this.dropped.add(at + 1);
        kept.push(this.#keeps() ? line : '');
        continue;
      }
      const first = at;
      let whole = line;
      while (whole.endsWith('\\') && at + 1 < lines.length) {
        at += 1;
        whole = `${whole.slice(0, -1)}\n${lines[at]}`;
      }
      this.#directive(whole, first + 1);
      for (let i = first; i <= at; i++) kept.push('');
    }
    return kept;
  }

  #keeps(): boolean {
    return this.#open.at(-1)?.keeps ?? true;
  }

  #directive(text: string, line: number): void {
    const [, word = '', rest = ''] = /^\s*#\s*(\w+)([\s\S]*)$/.exec(text) ?? [];
    const condition = rest.trim();
    if (word === 'if') this.#enter(this.#decide(condition, line));
    else if (word === 'ifdef') this.#enter(this.#decide(`defined(${condition})`, line));
    else if (word === 'ifndef') this.#enter(this.#decide(`!defined(${condition})`, line));
    else if (word === 'elif') this.#otherwise(() => this.#decide(condition, line));
    else if (word === 'else') this.#otherwise(() => true);
    else if (word === 'endif') this.#open.pop();
    else if (word === 'define' && this.#keeps()) this.#define(rest, line);
  }

  #enter(holds: boolean): void {
    const outer = this.#keeps();
    this.#open.push({ keeps: outer && holds, done: holds, outer });
  }

  #otherwise(decide: () => boolean): void {
    const condition = this.#open.at(-1);
    if (condition === undefined) return;
    const holds = !condition.done && decide();
    condition.keeps = condition.outer && holds;
    condition.done ||= holds;
  }

  /** Symbols of the configuration decide; what does not speak of them is taken to hold, and said. */
  #decide(condition: string, line: number): boolean {
    if (/^\d+$/.test(condition)) return condition !== '0';
    const tests = ['defined', ...this.#dialect.configurationTests].join('|');
    const single = new RegExp(`^(!?)\\s*(?:${tests})\\s*\\(?\\s*(\\w+)\\s*\\)?$`);
    const parts = condition.split(/\s*(?:&&|\|\|)\s*/);
    const values = parts.map((part) => {
      const [whole, not = '', symbol = ''] = single.exec(part.trim()) ?? [];
      if (whole === undefined) return undefined;
      const set = this.#dialect.configured(symbol);
      return set === undefined ? undefined : set !== (not === '!');
    });
    if (values.every((value) => value !== undefined)) {
      return condition.includes('||') ? values.some(Boolean) : values.every(Boolean);
    }
    // A guard against reading a header twice.
    if (/^!defined\(\w+_H_*\)$/.test(condition)) return true;
    this.assumed.push({ condition, line });
    return true;
  }

  #define(rest: string, line: number): void {
    const macro = /^\s+(\w+)\(([^)]*)\)\s*([\s\S]*)$/.exec(rest);
    if (macro !== null) {
      const [, name = '', parameters = '', body = ''] = macro;
      const names = parameters.split(',').map((parameter) => parameter.trim());
      this.macros.push({ name, parameters: names.filter(Boolean), body: body.trim(), line });
      return;
    }
    const constant = /^\s+(\w+)\s+\(?\s*(-?(?:0[xX][\da-fA-F]+|\d+))[uUlL]*\s*\)?\s*$/.exec(rest);
    if (constant !== null) this.constants.set(constant[1]!, Number(constant[2]));
  }
}

/** Where the bracket that opens at a position closes, or the end of the text. */
export function closing(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    const character = text[at];
    if (character === '"' || character === "'") {
      at = endOfLiteral(text, at);
    } else if (character === '(') depth += 1;
    else if (character === ')') {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  return text.length;
}

function endOfLiteral(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === text[from]) return at;
  }
  return text.length;
}

function withoutAnnotations(text: string, { annotations }: Dialect): string {
  let result = '';
  let from = 0;
  for (const { index, 0: word } of text.matchAll(annotations)) {
    if (index < from) continue;
    let end = index + word.length;
    const bracket = /^\s*\(/.exec(text.slice(end, end + 40));
    if (bracket !== null) end = closing(text, end + bracket[0].length - 1) + 1;
    result += text.slice(from, index) + text.slice(index, end).replace(/[^\n]/g, ' ');
    from = end;
  }
  return result + text.slice(from);
}

/** What is put around the second argument, so that a statement is an expression. */
function secondOf(text: string, open: number, close: number): [number, string][] {
  const commas: number[] = [];
  for (let at = open + 1; at < close; at++) {
    if (text[at] === '(') at = closing(text, at);
    else if (text[at] === ',') commas.push(at);
  }
  const [first, second] = commas;
  return first === undefined || second === undefined
    ? []
    : [
        [first + 1, ' ({'],
        [second, ';})'],
      ];
}

/** `MACRO(args) body` becomes `while (MACRO(args)) body`. */
function withBodies(text: string, { bodyMacros }: Dialect): string {
  const opens: number[] = [];
  const closes: number[] = [];
  const statements: (readonly [at: number, put: string])[] = [];
  for (const { index, 0: word } of text.matchAll(bodyMacros)) {
    const open =
      index + word.length + (/^\s*/.exec(text.slice(index + word.length))?.[0].length ?? 0);
    if (text[open] !== '(') continue;
    const close = closing(text, open);
    // A statement of its own, a declaration or a definition has no body of this kind.
    if (/^\s*[;,)]/.test(text.slice(close + 1, close + 80))) continue;
    opens.push(index);
    closes.push(close);
    // scoped_cond_guard(mutex_try, return -EBUSY, &lock): the second is a statement.
    if (word === 'scoped_cond_guard') statements.push(...secondOf(text, open, close));
  }
  let result = '';
  let from = 0;
  for (const [at, put] of [
    ...opens.map((at) => [at, 'while ('] as const),
    ...closes.map((at) => [at + 1, ')'] as const),
    ...statements,
  ].sort((a, b) => a[0] - b[0])) {
    result += text.slice(from, at) + put;
    from = at;
  }
  return result + text.slice(from);
}
