import type { Expression } from './ast.ts';

/** Which way a loop macro goes, and where it starts. */
export interface ListLoop {
  readonly direction: 'forward' | 'backward';
  /**
   * - `head`: at the first entry;
   * - `here`: at the entry that the cursor has;
   * - `beyond`: at the one after it.
   */
  readonly start: 'head' | 'here' | 'beyond';
  /** Position of head, and of the name of the member that links; the cursor is the first argument. */
  readonly head: number;
  readonly member?: number;
  /** Position of the cursor, where it is not the first argument. */
  readonly cursor?: number;
  /** Position of the variable that counts the entries. */
  readonly index?: number;
  /** What the cursor is after the last entry, where it is not the head. */
  readonly ends?: 'null';
  /** Position of the second cursor, which holds the next entry, so that this one may be unlinked. */
  readonly ahead?: number;
}

/** What a function of a list answers. */
export interface ListQuery {
  readonly answers: 'first' | 'last' | 'next' | 'previous' | 'is_head' | 'is_empty';
  /** Positions of entry, head and the name of the member among the arguments. */
  readonly entry?: number;
  readonly head?: number;
  readonly member?: number;
  /** The answer is NULL where the list is empty. */
  readonly orNull?: boolean;
}

/** A call that is another one, of which it has the first arguments: `mutex_lock_nested(&lock, class)`. */
export interface CallForm {
  readonly of: string;
  readonly arguments: number;
  /** What it answers where a signal ended it, and nothing was done; 0 where it was done. */
  readonly interrupted?: number;
}

/**
 * What happens to an entry of a list, so that a walk cannot go on from it: its links lead elsewhere, or
 * it is gone.
 */
export interface Unlink {
  /** Position of the address of the link, or of the entry itself. */
  readonly link?: number;
  readonly entry?: number;
  /** The link to the next entry stays as it was, for those that walk forward meanwhile. */
  readonly keepsNext?: boolean;
}

/** A value that a helper of the dialect gives, by the values of its arguments. */
export type Helper =
  | 'same'
  | 'error_pointer'
  | 'errno_of'
  | 'is_error'
  | 'is_error_or_null'
  | 'errno_or_zero'
  | 'truth'
  /** The structure that a member is in: of the member's address, and of an object that is both. */
  | 'container'
  /** Nothing, and its arguments are not evaluated. */
  | 'nothing'
  /** Nothing, unless a row of the table speaks of it: a tracepoint. */
  | 'trace';

/**
 * What a body of C takes for granted beyond the language: macros that are loops, locks that end with
 * their scope, helpers that pack an error into a pointer. Data, so that the reader knows none of it.
 */
export interface Dialect {
  /** What was written otherwise before, and how it is written now; lines are kept. */
  readonly older?: readonly (readonly [RegExp, string])[];
  readonly name: string;
  /** Words that say something to other tools, with a bracket after them or not. */
  readonly annotations: RegExp;
  /** Statements at file scope that are no C without the preprocessor. */
  readonly fileMacros: RegExp;
  /** Macros that are followed by a statement or a block. */
  readonly bodyMacros: RegExp;
  readonly listLoops: Readonly<Record<string, ListLoop>>;
  readonly listQueries: Readonly<Record<string, ListQuery>>;
  readonly forms: Readonly<Record<string, CallForm>>;
  readonly unlinks: Readonly<Record<string, Unlink>>;
  readonly helpers: Readonly<Record<string, Helper>>;
  /** Macros whose result is a truth value, which the compiler checks or the machine runs. */
  readonly constants: Readonly<Record<string, number>>;
  /** `guard(mutex)(&lock)`: what is called at once, and where the scope ends. */
  readonly guards: Readonly<Record<string, Guard>>;
  /** The word after which a variable names what is called where its scope ends. */
  readonly cleanup: string;
  /** Macros that take an object for its type: `f(*p)` reads nothing, and names p. */
  readonly unevaluated: readonly string[];
  /** Helpers that take a variable out of its cleanup: the variable is NULL after them. */
  readonly takes: readonly string[];
  /** Whether a configuration has a symbol; undefined where it is not said. */
  readonly configured: (symbol: string) => boolean | undefined;
  /** The test of a symbol of the configuration within an expression. */
  readonly configurationTests: readonly string[];
}

export interface Guard {
  readonly enter: string;
  readonly leave: string;
  /** What `enter` answers where the lock was not to be had; without it, it always is. */
  readonly fails?: 0 | 'errno';
}

/** The call of a macro that has a body. */
export type MacroCall = Extract<Expression, { kind: 'call' }>;
