import { BoundReached, type Bounds, explore, type StateSpace } from '../explore/explore.ts';
import { type Graph, graphOf } from '../explore/graph.ts';
import type { Product } from '../system/product.ts';

/** More states are not visited for what reduction does not keep. */
export const MOST_WHOLE_STATES = 1_000_000;

/** The state space without reduction, explored when it is first asked for. */
export class WholeSpace {
  readonly #product: Product;
  readonly #bounds: Bounds;
  #known: { readonly space: StateSpace; readonly graph: Graph } | 'too large' | undefined;

  constructor(product: Product, bounds: Bounds) {
    const states = Math.min(bounds.states ?? MOST_WHOLE_STATES, MOST_WHOLE_STATES);
    this.#product = product;
    this.#bounds = { ...bounds, states, keepSeen: false };
  }

  /** What is judged on it; `undefined` where it is too large. */
  judge<T>(judge: (space: StateSpace, graph: Graph) => T): T | undefined {
    this.#known ??= this.#explore();
    return this.#known === 'too large' ? undefined : judge(this.#known.space, this.#known.graph);
  }

  #explore(): { space: StateSpace; graph: Graph } | 'too large' {
    try {
      const space = explore(this.#product, this.#bounds);
      return { space, graph: graphOf(space) };
    } catch (error) {
      if (error instanceof BoundReached) return 'too large';
      throw error;
    }
  }
}
