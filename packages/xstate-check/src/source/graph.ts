import type { Place } from './ast.ts';
import type { Row } from './table.ts';

/** One step of a function that was read. */
export interface CStep {
  /** Undefined for a choice that is not to be seen. */
  readonly label?: string;
  /** What was decided without a label, and how: `lamp.hot`. */
  readonly choice?: string;
  /** The choice as the C writes it: `!lamp->hot`. */
  readonly c?: string;
  readonly to: number;
  readonly place: Place;
}

/** Something that the reading rests on, or did not look at, and where. */
export interface Note {
  readonly text: string;
  /** Of a choice: the condition as the C writes it. */
  readonly c?: string;
  readonly place: Place;
}

/** The steps of a function of C, as a graph whose state 0 is before it is called. */
export interface CGraph {
  readonly name: string;
  readonly steps: readonly (readonly CStep[])[];
  /** The steps before any states were made one, each with its own place. */
  readonly whole?: CGraph['steps'];
  /** The rows of the table that were met. */
  readonly rows: ReadonlySet<Row>;
  /** Values that the table gave without a label. */
  readonly assumptions: readonly Note[];
  /** Choices that no label shows. */
  readonly choices: readonly Note[];
  /** Calls and assignments without a label. */
  readonly unlabelled: readonly Note[];
  /** What steps are given that their rows do not look at. */
  readonly unasked: readonly Note[];
  /** The functions that were gone into, by name, and where each stands. */
  readonly read: ReadonlyMap<string, Place>;
  /** Every line on which something was done, as `file:line`. */
  readonly followed: ReadonlySet<string>;
}
