import { InputError } from '../base/errors.ts';
import { type Token, tokensOf } from './tokens.ts';

/** What is asked of a state, as it was read: what the words of a statement mean is asked of a system. */
export type Condition =
  | { readonly kind: 'and' | 'or'; readonly of: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition }
  | Statement;

/** `SUBJECT is WORDS`, `SUBJECT is not WORDS` and `SUBJECT >= VALUE`. */
export type Statement =
  | {
      readonly kind: 'is';
      readonly subject: Word;
      readonly not: boolean;
      /** The words of each alternative: `live`; `held by painter`. */
      readonly alternatives: readonly (readonly Word[])[];
    }
  | {
      readonly kind: 'compare';
      readonly subject: Word;
      readonly sign: string;
      readonly value: Word;
    };

export type Word = Pick<Token, 'text' | 'column'>;

const JOINS = ['and', 'or', 'not'];

/**
 * Reads a condition: statements joined by `and`, `or`, `not` and parentheses, where `and` binds more
 * than `or`. Alternatives of one statement need not repeat it: `lamp[0] is on or flickering`.
 *
 * @throws InputError with the column of what cannot be read
 */
export function parseCondition(text: string): Condition {
  const reader = new Reader(text);
  const condition = reader.any();
  reader.assertEnd();
  return condition;
}

class Reader {
  readonly #tokens: readonly Token[];
  readonly #end: number;
  #at = 0;

  constructor(text: string) {
    this.#tokens = tokensOf(text);
    this.#end = text.trimEnd().length + 1;
    if (this.#tokens.length === 0) {
      throw new InputError("the condition is empty; say what is to be, as in 'PART is STATE'");
    }
  }

  any(): Condition {
    return this.#joined('or', () => this.#joined('and', () => this.#one()));
  }

  assertEnd(): void {
    const token = this.#tokens[this.#at];
    if (token === undefined) return;
    throw wrongAt(token.column, `'${token.text}' is too much; join statements by 'and' or 'or'`);
  }

  #joined(kind: 'and' | 'or', read: () => Condition): Condition {
    const of = [read()];
    while (this.#take(kind)) of.push(read());
    return of.length === 1 ? of[0]! : { kind, of };
  }

  #one(): Condition {
    if (this.#take('not')) return { kind: 'not', of: this.#one() };
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'open') return this.#statement();
    this.#at++;
    const inner = this.any();
    if (this.#tokens[this.#at]?.kind !== 'close') {
      throw wrongAt(token.column, 'the parenthesis is not closed');
    }
    this.#at++;
    return inner;
  }

  #statement(): Statement {
    const subject = this.#word("a statement such as 'PART is STATE'");
    const next = this.#tokens[this.#at];
    if (next?.kind === 'sign') {
      this.#at++;
      return { kind: 'compare', subject, sign: next.text, value: this.#word('a value') };
    }
    if (!this.#take('is')) {
      throw wrongAt(
        next?.column ?? this.#end,
        `after '${subject.text}' comes 'is', or a comparison such as '>= 1'`,
      );
    }
    const not = this.#take('not');
    const alternatives = [this.#alternative()];
    while (this.#isAlternative()) {
      this.#at++;
      alternatives.push(this.#alternative());
    }
    return { kind: 'is', subject, not, alternatives };
  }

  /** Words up to what joins statements. */
  #alternative(): Word[] {
    const words = [this.#word('a state')];
    while (isName(this.#tokens[this.#at])) words.push(this.#word('a state'));
    return words;
  }

  /** Whether `or` goes on with the same subject: what follows begins no statement of its own. */
  #isAlternative(): boolean {
    const [or, word, after] = this.#tokens.slice(this.#at, this.#at + 3);
    if (or?.text !== 'or' || or.kind !== 'word') return false;
    if (!isName(word)) return false;
    return !(after?.kind === 'word' && after.text === 'is') && after?.kind !== 'sign';
  }

  #word(wanted: string): Word {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw wrongAt(this.#end, `${wanted} is missing`);
    if (!isName(token)) {
      throw wrongAt(token.column, `'${token.text}' stands where ${wanted} is expected`);
    }
    this.#at++;
    return { text: token.text, column: token.column };
  }

  #take(word: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'word' || token.text !== word) return false;
    this.#at++;
    return true;
  }
}

/** Whether it names something, and joins nothing. */
function isName(token: Token | undefined): boolean {
  return token?.kind === 'quoted' || (token?.kind === 'word' && !JOINS.includes(token.text));
}

export function wrongAt(column: number, what: string): InputError {
  return new InputError(`column ${column}: ${what}`);
}

/** A condition as it is written, each word of it as it was given. */
export function conditionText(condition: Condition): string {
  switch (condition.kind) {
    case 'not':
      return `not ${operand(condition.of)}`;
    case 'compare':
      return `${quoted(condition.subject)} ${condition.sign} ${quoted(condition.value)}`;
    case 'is': {
      const { subject, not, alternatives } = condition;
      const words = alternatives.map((of) => of.map(quoted).join(' ')).join(' or ');
      return `${quoted(subject)} is ${not ? 'not ' : ''}${words}`;
    }
    default:
      return condition.of.map(operand).join(` ${condition.kind} `);
  }
}

function operand(condition: Condition): string {
  const joins = condition.kind === 'and' || condition.kind === 'or';
  return joins ? `(${conditionText(condition)})` : conditionText(condition);
}

const quoted = ({ text }: Word): string => nameInCondition(text);

/** A name as a condition has it: in quotes where it would be read as something else. */
export function nameInCondition(text: string): string {
  const [only, ...more] = isBalanced(text) ? tokensOf(text) : [];
  const isPlain = more.length === 0 && only?.kind === 'word' && only.text === text;
  return isPlain && ![...JOINS, 'is'].includes(text) ? text : `'${text}'`;
}

function isBalanced(text: string): boolean {
  try {
    return tokensOf(text).length > 0;
  } catch {
    return false;
  }
}
