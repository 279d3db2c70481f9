import type { Call } from './call.ts';
import type { Part } from './part.ts';
import type { Property } from './property.ts';

/** How many of each kind of thing a system has: `{ doors: 2, keys: 2 }`. */
export type Scope = Readonly<Record<string, number>>;

/** The parallel composition of parts, and what is to hold of it. */
export interface System {
  readonly name: string;
  readonly revision: string;
  readonly scope: Scope;
  readonly parts: readonly Part[];
  readonly calls: readonly Call[];
  /** The roles that nobody in the system plays and the environment does. */
  readonly environment: readonly string[];
  readonly properties: readonly Property[];
  /**
   * What is left out on purpose, and why: parts, calls or labels (without thread; with the outcome
   * and indices, or for all of them without) that meet nothing here. Whatever else meets nothing is an error.
   */
  readonly unused?: Readonly<Record<string, string>>;
  /** How its runs cite the source of a step, where machines of several revisions share one. */
  readonly cite?: (source: string) => string;
}

/** A system at every scope and revision it can be built at. */
export interface SystemFamily {
  readonly name: string;
  /** One sentence: what runs against what. */
  readonly title: string;
  /** What it is about: systems of one subject are listed together. */
  readonly subject?: string;
  readonly defaultScope: Scope;
  /** Where none is named, the newest release of the specification is meant, else the first. */
  readonly revisions: readonly string[];
  /** Revisions whose source was not read as far as this system needs it, and why. */
  readonly unread?: readonly { readonly revision: string; readonly why: string }[];
  /** The system that it is a change of; what is known to be broken there may be so here. */
  readonly changeOf?: {
    readonly system: string;
    readonly revision: string;
    /** Where the change is that machines are made of the C of a tree: the directory. */
    readonly source?: string;
    /** The same change made to the other systems that can take it. */
    readonly elsewhere?: () => readonly SystemFamily[];
    /** The systems that have what it changes, and cannot take it. */
    readonly leftOut?: readonly { readonly system: string; readonly why: string }[];
  };
  /** What is asked of somebody's machine more freely than its actors, clock and data would behave. */
  readonly opened?: {
    /** In sentences. */
    readonly said: readonly string[];
    /** Labels by which a run takes an answer that nobody declared: such a run may not be. */
    readonly free: ReadonlySet<string>;
  };
  /** The largest scope that is offered for confidence, beyond what is checked every time. */
  readonly confidence?: Scope;
  build(options: { readonly scope: Scope; readonly revision: string }): System;
}
