/** A rule, an order, an errno or a use, in our own words, and what answers to it here. */
export interface Statement {
  readonly says: string;
  /**
   * The rules, findings, faults, machines, tests and pages that have it; `not yet: WORD` where a
   * subject is to bring it, a word of `later`; `not asked: ...` with the reason where none will.
   * Names stand between backquotes, or begin with `F-` and `A-`; a test asks whether there are such.
   */
  readonly answer: string;
}

/** What stands here for a paragraph of a mail; its number is its place in the list. */
export interface Row {
  readonly hash: string;
  /** The part of the mail; of a paragraph that states nothing, what it is. */
  readonly part: string;
  readonly statements: readonly Statement[];
  /** The same words stood in an earlier paragraph, which has the statements. */
  readonly again: boolean;
}

export interface Mail {
  /** With it the name of its file begins, in the folder that MAILS names. */
  readonly number: string;
  readonly title: string;
  readonly from: string;
  readonly rows: readonly Row[];
  /** What belongs to the mail and stands in no paragraph of it, each with where it stands. */
  readonly beyond: readonly (Statement & { readonly part: string })[];
}

/** The subjects that are to come, none today, by the word that an answer has after `not yet:`. */
export const later: Readonly<Record<string, string>> = {};

export const says = (statement: string, answer: string): Statement => ({ says: statement, answer });

export const paragraph = (hash: string, part: string, ...statements: Statement[]): Row => ({
  hash,
  part,
  statements,
  again: false,
});

/** A paragraph that states nothing: what it is. */
export const nothing = (hash: string, what: string): Row => paragraph(hash, what);

/** A paragraph whose words stood before, in this mail or in an earlier one. */
export const again = (hash: string): Row => ({ ...paragraph(hash, ''), again: true });
