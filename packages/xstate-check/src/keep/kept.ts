import { Answers } from './answers.ts';
import { Verdicts } from './verdicts.ts';

/** The variable that switches off what is kept, if it is set to anything. */
export const NO_CACHE = 'SPEC_NO_CACHE';

/** What is kept from one run of a program to the next. */
export interface Kept {
  readonly answers: Answers;
  readonly verdicts: Verdicts;
}

/** A program as it is built. */
export interface Built {
  /** The folder in which it is. */
  readonly root: string;
  /** Folders of it that are no part of the program. */
  readonly beside: readonly string[];
  /** Folders of it that say what is checked, and not how. */
  readonly checked: readonly string[];
}

/** What was kept from before, where that is not switched off. */
export function keptOf({ root, beside, checked }: Built): Kept | undefined {
  if (process.env[NO_CACHE]) return undefined;
  return {
    answers: new Answers(root, undefined, beside),
    verdicts: new Verdicts(root, undefined, [...beside, ...checked]),
  };
}
