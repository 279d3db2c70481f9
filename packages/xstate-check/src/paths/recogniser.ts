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
  const children: Map<number, number>[] = [new Map()];
  const lastStep = [-1];
  const complete: number[][] = [[]];
  required.forEach((steps, index) => {
    if (steps === undefined) return;
    let node = 0;
    for (const step of steps) {
      let child = children[node]!.get(step);
      if (child === undefined) {
        child = children.push(new Map()) - 1;
        children[node]!.set(step, child);
        lastStep.push(step);
        complete.push([]);
      }
      node = child;
    }
    complete[node]!.push(index);
  });

  const shorter = new Int32Array(children.length);
  const next = (node: number, step: number): number => {
    for (let at = node; ; at = shorter[at]!) {
      const child = children[at]!.get(step);
      if (child !== undefined) return child;
      if (at === 0) return 0;
    }
  };
  const queue = [0];
  for (const node of queue) {
    for (const [step, child] of children[node]!) {
      if (node !== 0) shorter[child] = next(shorter[node]!, step);
      complete[child]!.push(...complete[shorter[child]!]!);
      queue.push(child);
    }
  }
  const withEnds = (entered: Uint8Array) => {
    for (let i = queue.length - 1; i > 0; i--) {
      const node = queue[i]!;
      if (entered[node]) entered[shorter[node]!] = 1;
    }
  };
  const nodesOf = (steps: readonly number[]) => {
    let node = 0;
    return steps.map((step) => {
      node = children[node]!.get(step)!;
      return node;
    });
  };
  return { next, complete, lastStep, withEnds, nodesOf };
}
