/** What is known of a machine from the attempts to flatten it before. */
export interface Kept {
  /** Fields of the context that are kept. */
  readonly fields: ReadonlySet<string>;
  /** Of those the ones that take too many values, and are unknown. */
  readonly folded: ReadonlySet<string>;
}

/** What an attempt found out. XState wraps what a guard throws, so that it is told here. */
export class Wants {
  /** Fields that are read and not kept: flattening starts anew with them. */
  readonly fields = new Set<string>();
  /** Kept fields that take ever new values in one step: flattening starts anew with these unknown. */
  readonly folded = new Set<string>();
  #failure: Error | undefined;

  /** Remembers what is in the way, and throws it. */
  fail(error: Error): never {
    this.#failure ??= error;
    throw error;
  }

  /** Whether what this attempt finds is of no use. */
  get isAnew(): boolean {
    return this.fields.size + this.folded.size > 0;
  }

  /** What was in the way, where something was. */
  get failure(): Error | undefined {
    return this.#failure;
  }
}
