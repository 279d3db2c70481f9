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

  /** Of each terminal strongly connected component without progress its first state. */
  terminalWithoutProgress(states: number): number[] {
    const { of, count } = components(this.#graph(states));
    const excused = new Uint8Array(count);
    this.#from.forEach((from, i) => {
      if (of[from] !== of[this.#to[i]!]) excused[of[from]!] = 1;
    });
    for (const state of this.#progress) excused[of[state]!] = 1;
    const first: number[] = [];
    of.forEach((component, state) => {
      if (excused[component] === 1) return;
      excused[component] = 1;
      first.push(state);
    });
    return first;
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
