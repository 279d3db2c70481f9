import { components, type Graph } from '../explore/graph.ts';

/** The transitions that a reduced exploration took, and the states where it made progress. */
export class Transitions {
  readonly #from: number[] = [];
  readonly #to: number[] = [];
  readonly #progress = new Set<number>();

  add(from: number, to: number): void {
    this.#from.push(from);
    this.#to.push(to);
  }

  progressAt(state: number): void {
    this.#progress.add(state);
  }

  /** The states of each strongly connected component that is not left. */
  terminal(states: number): readonly (readonly number[])[] {
    const { of, count } = components(this.#graph(states));
    const isLeft = new Uint8Array(count);
    this.#from.forEach((from, i) => {
      if (of[from] !== of[this.#to[i]!]) isLeft[of[from]!] = 1;
    });
    const members = new Map<number, number[]>();
    of.forEach((component, state) => {
      if (isLeft[component] === 1) return;
      const own = members.get(component);
      if (own === undefined) members.set(component, [state]);
      else own.push(state);
    });
    return [...members.values()];
  }

  /** Of each that is not left, and in which no progress was made, its first state. */
  terminalWithoutProgress(states: number): number[] {
    return this.terminal(states).flatMap((component) =>
      component.some((state) => this.#progress.has(state)) ? [] : [component[0]!],
    );
  }

  #graph(states: number): Graph {
    const start = new Int32Array(states + 1);
    for (const from of this.#from) start[from + 1]!++;
    for (let state = 0; state < states; state++) start[state + 1]! += start[state]!;
    const at = start.slice();
    const target = new Int32Array(this.#from.length);
    this.#from.forEach((from, i) => {
      target[at[from]!++] = this.#to[i]!;
    });
    return { states, start, target, vector: new Int32Array(0) };
  }
}
