import type { Product } from '../system/product.ts';
import { alternativesOf, type Goal, goalsTouched, isReached } from './goal.ts';

/** Notices goals that a walk reaches; what no vector can have brought about is not looked at. */
export class Watch {
  /** The alternatives of all goals, each a goal of its own. */
  readonly alternatives: readonly Goal[];
  readonly reached: boolean[];
  /** The numbers of the alternatives of goals that were not reached yet. */
  open: readonly number[];
  readonly #goalOf: readonly number[];
  /** For each vector the alternatives of which it makes something true. */
  readonly #towards: readonly (readonly number[])[];

  constructor(product: Product, goals: readonly Goal[]) {
    const all = goals.flatMap((goal, of) =>
      alternativesOf(goal).map((alternative) => ({ of, alternative })),
    );
    this.alternatives = all.map(({ alternative }) => alternative);
    this.#goalOf = all.map(({ of }) => of);
    this.#towards = goalsTouched(product, this.alternatives, (before, after) => before < after);
    this.reached = goals.map(() => false);
    this.open = [...all.keys()];
  }

  /** Where a walk begins. */
  atStart(local: Int32Array): void {
    this.#look(this.open, local);
  }

  after(vector: number, local: Int32Array): void {
    if (this.open.length > 0) this.#look(this.#towards[vector]!, local);
  }

  #look(alternatives: readonly number[], local: Int32Array): void {
    for (const alternative of alternatives) {
      const goal = this.#goalOf[alternative]!;
      if (this.reached[goal] || !isReached(this.alternatives[alternative]!, local)) continue;
      this.reached[goal] = true;
      this.open = this.open.filter((other) => this.#goalOf[other] !== goal);
    }
  }
}
