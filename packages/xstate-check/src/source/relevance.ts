import { NotRead } from './ast.ts';
import type { Program } from './program.ts';

/** Which functions have a step of the table in them, and are therefore gone into. */
export class Relevance {
  readonly #program: Program;
  readonly #subjects: ReadonlySet<string>;
  readonly #ledTo: ReadonlyMap<string, readonly string[]>;
  readonly #relevant = new Map<string, boolean>();
  readonly #reads = new Map<string, ReadonlySet<string>>();

  /** @param ledTo - the functions that calls lead to, by the name of the call */
  constructor(
    program: Program,
    subjects: ReadonlySet<string>,
    ledTo: ReadonlyMap<string, readonly string[]>,
  ) {
    this.#program = program;
    this.#subjects = subjects;
    this.#ledTo = ledTo;
  }

  /** @throws NotRead for a function of the files that is not read: it may have one */
  isRelevant(name: string): boolean {
    const known = this.#relevant.get(name);
    if (known !== undefined) return known;
    if (this.#program.function(name) === undefined) {
      const unread = this.#program.unread(name);
      if (unread !== undefined) throw unread;
      return false;
    }
    this.#relevant.set(name, false);
    const mentions = this.#program.mentions(name);
    const is = [...mentions].some(
      (mentioned) =>
        this.#subjects.has(mentioned) ||
        (this.#program.function(mentioned) !== undefined && this.isRelevant(mentioned)),
    );
    this.#relevant.set(name, is);
    return is;
  }

  /** The members and constants that a function may read, and those that it calls. */
  readsOf(name: string): ReadonlySet<string> {
    const known = this.#reads.get(name);
    if (known !== undefined) return known;
    const all = new Set<string>();
    this.#reads.set(name, all);
    for (const fn of this.#ledTo.get(name) ?? [])
      for (const field of this.readsOf(fn)) all.add(field);
    if (this.#program.function(name) === undefined || !this.isRelevant(name)) return all;
    const { reads, calls } = this.#flow(name);
    for (const field of reads) all.add(field);
    for (const fn of calls) for (const field of this.readsOf(fn)) all.add(field);
    return all;
  }

  /** Of a function that is not read, which matters only where it is called: all that stands in it. */
  #flow(name: string): { readonly reads: Iterable<string>; readonly calls: Iterable<string> } {
    try {
      const flow = this.#program.flow(name)!;
      return { reads: flow.reads[0] ?? [], calls: flow.calls[0] ?? [] };
    } catch (error) {
      if (!(error instanceof NotRead)) throw error;
      const mentions = this.#program.mentions(name);
      return { reads: mentions, calls: mentions };
    }
  }
}
