/** Where somebody begins who has a question, on the first page: what he asks, and the answer. */
export interface Door {
  /** Who asks: `I review a patch`. */
  readonly who: string;
  /** The answer, in a sentence or two. */
  readonly says: string;
  /** What he types to ask it of his own case; no option of it is left out. */
  readonly command: string;
  readonly shows: DoorRun | DoorTable | DoorComparison;
}

/** A run that breaks a rule, below the change that brought it. */
export interface DoorRun {
  readonly kind: 'run';
  /** A fault, a finding, or SYSTEM/PROPERTY/REVISION. */
  readonly id: string;
  /** Lines of a diff. */
  readonly change: string;
}

/** Answers one below the other, each with a run that shows it. */
export interface DoorTable {
  readonly kind: 'table';
  readonly head: readonly string[];
  readonly rows: readonly {
    readonly cells: readonly string[];
    /** The state to which the run leads, as a condition. */
    readonly find: string;
  }[];
  /** Of which the runs are, at its default revision and scope. */
  readonly system: string;
}

/** Designs of one thing, and how many rules each of them keeps. */
export interface DoorComparison {
  readonly kind: 'comparison';
  readonly name: string;
}
