import type { Scope } from '../specification/system.ts';

/** Several designs of one thing, side by side, for those who have to choose. */
export interface Comparison {
  /** As a command and an address name it. */
  readonly name: string;
  /** What is to be chosen, as a heading. */
  readonly title: string;
  /** The one under review first: where a page begins. */
  readonly designs: readonly Design[];
  /** Searches of every order of a design's own steps. */
  readonly searches: readonly DesignSearch[];
  /** What who uses a design sees of it, call by call. */
  readonly calls: readonly ComparedCall[];
  /** Steps that are one step, although two systems call them differently: labels with their thread. */
  readonly sameSteps: readonly (readonly [string, string])[];
}

/** One design: a column of the comparison. */
export interface Design {
  /** Short, because it is the head of a column. */
  readonly name: string;
  readonly title: string;
  readonly source: string;
  /** The systems that are this design, each at the revision that is. */
  readonly places: readonly { readonly system: string; readonly revision: string }[];
}

/** How every order of some steps of a design fares. */
export interface DesignSearch {
  readonly title: string;
  /** The designs whose steps these are. */
  readonly designs: readonly string[];
  /** How many orders there are. */
  readonly orders: number;
  /** How many of them keep every rule. */
  readonly keepAll: number;
  readonly broken: readonly {
    readonly rule: string;
    readonly orders: number;
    /** The two steps that none of these orders repairs: one of the call, one of the others. */
    readonly between: readonly [string | undefined, string | undefined];
  }[];
}

/** What a call answers in each design. */
export interface ComparedCall {
  readonly call: string;
  readonly answers: readonly Answer[];
}

export interface Answer {
  /** The designs of which this is said. */
  readonly designs: readonly string[];
  /** The call of a machine whose answers are listed, as they occur in some run. */
  readonly by?: { readonly system: string; readonly call: string; readonly scope?: Scope };
  /** What there is to say beside it, or where no machine has the call. */
  readonly says: string;
  /** Where that is stated; of what a machine answers it is the source of the call. */
  readonly source?: string;
}
