/** Most free answers of one step; one that asks on and on counts something up as it goes round. */
const LONGEST = 16;

/** One question that a step asked and nobody can answer, and the answer that it was given. */
export interface FreeAnswer {
  /** The guard, in the words of the machine. */
  readonly guard: string;
  readonly answer: boolean;
}

/** The answer to a question, how often it was asked anew, and since when it is the answer. */
interface Known {
  readonly answer: boolean;
  readonly times: number;
  readonly version: number;
}

/**
 * The answers that a step is given where a guard asks what nobody declared. The same guard on the
 * same context and event answers alike within a step; over the steps of a script every combination of
 * answers that the step asks for is given once.
 */
export class FreeAnswers {
  #script: boolean[] = [];
  readonly #given: FreeAnswer[] = [];
  readonly #known = new Map<string, Known>();
  #version = 0;
  #isCircular = false;

  /** Begins a step with the answers of the script. */
  begin(): void {
    this.#given.length = 0;
    this.#known.clear();
    this.#version = 0;
    this.#isCircular = false;
  }

  /** Something unknown was set: what was said of what was there before is not said of it. */
  renew(): void {
    this.#version++;
  }

  /**
   * @param question - what tells it from all others in this step, where the machine stands included
   * @throws where the step has come to the same place for the third time: what follows has followed
   * before
   */
  ask(question: string, guard: string): boolean {
    const known = this.#known.get(question);
    if (known?.version === this.#version) return known.answer;
    const times = (known?.times ?? 0) + 1;
    if (times > 2) {
      this.#isCircular = true;
      throw new Error('the step goes round');
    }
    if (this.#given.length >= LONGEST) throw new Error('the step asks on and on');
    const answer = this.#script[this.#given.length] ?? true;
    this.#given.push({ guard, answer });
    this.#known.set(question, { answer, times, version: this.#version });
    return answer;
  }

  /** Whether the step asks on and on. */
  get isEndless(): boolean {
    return this.#given.length >= LONGEST;
  }

  /** Whether the step came to the same place again and again. */
  get isCircular(): boolean {
    return this.#isCircular;
  }

  /** What the step asked, in order. */
  given(): readonly FreeAnswer[] {
    return [...this.#given];
  }

  /** Moves on to the next combination. @returns whether there is one */
  next(): boolean {
    const answers = this.#given.map(({ answer }) => answer);
    while (answers.length > 0 && answers.at(-1) === false) answers.pop();
    if (answers.length === 0) {
      this.#script = [];
      return false;
    }
    answers[answers.length - 1] = false;
    this.#script = answers;
    return true;
  }
}

/** `isValid, not isEmpty`; empty where nothing was asked. */
export function answersText(given: readonly FreeAnswer[]): string {
  return given.map(({ guard, answer }) => (answer ? guard : `not ${guard}`)).join(', ');
}
