import type { Expression } from './ast.ts';

/** What a step of the C answers: the value in the words of C, or several that are one outcome. */
export type Answer = string | readonly string[];

/**
 * A row of the table: the C of a step, and what it is to the machine. A word that begins with `$` in
 * the pattern stands for any expression; the one that has the name of a kind of object (`$dev`) for an
 * object of that kind.
 */
export interface Row {
  /** `down_write_trylock(&$dev->memory_lock)`; an assignment, or the member that is read. */
  readonly c: string;
  /** The label without its outcome, objects in braces: `{dev}.memory_lock.down_write_trylock`. */
  readonly label?: string;
  /**
   * By outcome, what the C gets: `0`, `-EBUSY`, `ERR_PTR(-ENOMEM)`, `NULL`, `errno` for some negative
   * one, `@dev[0]` for a pointer to an object, `&ops` for one to a constant structure. Without it the label has no outcome, as for `''`.
   */
  readonly returns?: Readonly<Record<string, Answer>>;
  /** Whether the step is two labels: `:begin`, and the outcome. */
  readonly spans?: boolean;
  /** The label is of the test of the value, wherever the C tests it, and not of its reading. */
  readonly tested?: boolean;
  /**
   * By outcome, what is so after it, as an assignment of a number: `$state->__size = 1`, or
   * `$answer->sgt = 0` of what the C gets.
   */
  readonly sets?: Readonly<Record<string, string>>;
  /**
   * By outcome, the function that it leads to, which is gone into after it: the release of what had
   * its last reference, `iopt_release_pages($pages)`. `''` where the row has no label.
   */
  readonly enters?: Readonly<Record<string, string>>;
  /** Nothing is to be seen; this is its value. Said as an assumption where there is no reason for it. */
  readonly is?: Answer;
  /**
   * By outcome: its labels in order, where they are others than the one. What others do meanwhile on
   * this thread, which is not in the function (`{dev}.runtime_resume:begin`); none for an outcome
   * that the machine does not draw as a step.
   */
  readonly runs?: Readonly<Record<string, readonly string[]>>;
  /** Why there is no label: printed with the assumptions. */
  readonly because?: string;
}

/** A list that the C walks: its head, the kind of its entries, and how many there may be. */
export interface ListOf {
  /** The head, as a pattern: `&$dev_set->device_list`. */
  readonly head: string;
  /** The kind of the entries: the i-th is `dev[i]`. */
  readonly of: string;
  readonly size: number;
  /** The member that links an entry: `vdev.dev_set_list`. */
  readonly link: string;
  /** A label that says for each entry whether it is on the list: `{buf}.listed`. */
  readonly asks?: string;
}

/** One way in which a function is called. */
export interface Entry {
  /** The label by which it begins; `''` where only what it does is to be seen. */
  readonly begins: string;
  /** The function that is called, where the machine stands for more than one. */
  readonly function?: string;
  /**
   * By parameter: its value in C, `@dev` for an object, `@entry[]` for an array of objects. What is
   * not named is not known.
   */
  readonly parameters?: Readonly<Record<string, Answer>>;
  /** By label, `''` for none: the values with which it returns; `void` where there is none. */
  readonly returns: Readonly<Record<string, Answer>>;
}

/** All that is needed to read one function as a machine. */
export interface Reading {
  readonly function: string;
  readonly entries: readonly Entry[];
  readonly rows: readonly Row[];
  readonly lists?: readonly ListOf[];
  /**
   * Members that lead from an object to another one, to the same, or to a constant structure:
   * `{ 'buf.vdev': '@dev', 'dev.vdev': 'dev', 'buf.ops': '&buf_ops' }`.
   */
  readonly leads?: Readonly<Record<string, string>>;
  /** Functions behind pointers, by the member that holds them. */
  readonly pointers?: Readonly<Record<string, string>>;
}

/** A row whose pattern was read. */
export interface ReadRow {
  readonly row: Row;
  readonly pattern: Expression;
  /** By outcome, the assignment that it makes. */
  readonly sets: Readonly<Record<string, Expression>>;
  /** By outcome, the call that it leads to. */
  readonly enters: Readonly<Record<string, Expression>>;
}

/** The values that an answer names. */
export function answers(answer: Answer): readonly string[] {
  return typeof answer === 'string' ? [answer] : answer;
}

/** Every way in which the parameters can be chosen. */
export function combinations(
  { parameters = {} }: Entry,
  names: readonly string[],
): (string | undefined)[][] {
  let all: (string | undefined)[][] = [[]];
  for (const name of names) {
    const values = parameters[name] === undefined ? [undefined] : answers(parameters[name]!);
    all = all.flatMap((chosen) => values.map((value) => [...chosen, value]));
  }
  return all;
}
