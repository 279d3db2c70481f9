import type { Predicate } from './predicate.ts';
import type { System } from './system.ts';

interface Common {
  /** Unique in the system and stable: counterexamples and findings are named after it. */
  readonly id: string;
  /** The rule, as a sentence. */
  readonly title: string;
  /** Where it is stated; `derived: ` in front where nobody stated it. */
  readonly source: string;
  /** The rule of the specification that it is an instance of: `S1`. */
  readonly rule?: string;
  /** What it means for a user when it breaks: the last line of a counterexample. */
  readonly consequence?: string;
}

/** Whenever `when` holds, `then` holds. */
export interface Invariant extends Common {
  readonly kind: 'invariant';
  readonly when: Predicate;
  readonly then: Predicate;
}

/** None of these parts, monitors or resources, reaches a state tagged `violation`. */
export interface Monitor extends Common {
  readonly kind: 'monitor';
  readonly parts: readonly string[];
}

/** From every reachable state, each of the parts can come back to a state tagged `quiescent`. */
export interface Rest extends Common {
  readonly kind: 'rest';
  /** All parts that have such a state, where absent. */
  readonly parts?: readonly string[];
}

/** Something can always move, unless every part is quiescent. */
export interface NoDeadlock extends Common {
  readonly kind: 'deadlock';
}

/** Whenever `when` holds, `then` holds in the end, if obliged threads go on and locks are fair. */
export interface LeadsTo extends Common {
  readonly kind: 'leads-to';
  readonly when: Predicate;
  readonly then: Predicate;
}

/** A call that is offered has exactly one outcome besides those the environment chooses. */
export interface Totality extends Common {
  readonly kind: 'totality';
  /** The part is there to answer unless it is in a state with this tag. */
  readonly absentTag?: string;
}

/** Every run, hidden labels aside, is a run of the contract. */
export interface Refinement extends Common {
  readonly kind: 'refinement';
  readonly contract: System;
}

export type Property = Invariant | Monitor | Rest | NoDeadlock | LeadsTo | Totality | Refinement;
