/**
 * Recognises many required sequences of steps at once (Aho and Corasick). A node stands for the
 * longest end of what has been walked that may still become a required sequence; node 0 for none.
 */
export interface Recogniser {
  /** The node after one more step. */
  readonly next: (node: number, step: number) => number;
  /** The required sequences (by number) that are complete when the node is entered. */
  readonly complete: readonly (readonly number[])[];
  /** The last step of the sequence that a node stands for; -1 for node 0. */
  readonly lastStep: readonly number[];
  /**
   * Of nodes that were entered, all that were walked: with each also those of its ends.
   *
   * @param entered - by node, changed in place
   */
  readonly withEnds: (entered: Uint8Array) => void;
  /** The nodes that a required sequence goes through, one a step. */
  readonly nodesOf: (steps: readonly number[]) => number[];
}

/** @param required - sequences of at least one step, or `undefined` for one that is not wanted */
export function recogniserOf(required: readonly (readonly number[] | undefined)[]): Recogniser {
  const tree = new Tree(required);
  const complete: (readonly number[])[] = Array.from(tree.lastStep, () => NOTHING);
  required.forEach((steps, index) => {
    if (steps === undefined) return;
    const node = tree.nodesOf(steps).at(-1) ?? 0;
    complete[node] = [...complete[node]!, index];
  });

  const shorter = new Int32Array(tree.lastStep.length);
  const next = (node: number, step: number): number => {
    for (let at = node; ; at = shorter[at]!) {
      const child = tree.child(at, step);
      if (child !== undefined) return child;
      if (at === 0) return 0;
    }
  };
  const queue = [0];
  for (const node of queue) {
    for (const child of tree.childrenOf(node)) {
      if (node !== 0) shorter[child] = next(shorter[node]!, tree.lastStep[child]!);
      const more = complete[shorter[child]!]!;
      if (more.length > 0) complete[child] = [...complete[child]!, ...more];
      queue.push(child);
    }
  }
  const withEnds = (entered: Uint8Array) => {
    for (let i = queue.length - 1; i > 0; i--) {
      const node = queue[i]!;
      if (entered[node]) entered[shorter[node]!] = 1;
    }
  };
  const { lastStep } = tree;
  return { next, complete, lastStep, withEnds, nodesOf: (steps) => tree.nodesOf(steps) };
}

const NOTHING: readonly number[] = [];

/** The sequences as a tree, in arrays and one map: it has as many nodes as a system has transitions. */
class Tree {
  readonly lastStep: number[] = [-1];
  readonly #firstChild: number[] = [-1];
  readonly #sibling: number[] = [-1];
  readonly #children = new Map<number, number>();
  /** More than any step that is required; -1 is one that nobody takes. */
  readonly #steps: number;

  constructor(required: readonly (readonly number[] | undefined)[]) {
    this.#steps = required.reduce(
      (most, steps) => (steps ?? []).reduce((least, step) => Math.max(least, step + 2), most),
      1,
    );
    for (const steps of required) {
      let node = 0;
      for (const step of steps ?? []) node = this.child(node, step) ?? this.#grow(node, step);
    }
  }

  child(node: number, step: number): number | undefined {
    return step + 1 < this.#steps ? this.#children.get(this.#keyOf(node, step)) : undefined;
  }

  *childrenOf(node: number): Generator<number> {
    for (let at = this.#firstChild[node]!; at >= 0; at = this.#sibling[at]!) yield at;
  }

  nodesOf(steps: readonly number[]): number[] {
    let node = 0;
    return steps.map((step) => {
      node = this.child(node, step)!;
      return node;
    });
  }

  #grow(node: number, step: number): number {
    const child = this.lastStep.push(step) - 1;
    this.#children.set(this.#keyOf(node, step), child);
    this.#sibling.push(this.#firstChild[node]!);
    this.#firstChild.push(-1);
    this.#firstChild[node] = child;
    return child;
  }

  #keyOf(node: number, step: number): number {
    return node * this.#steps + step + 1;
  }
}
