import { join } from 'node:path';
import { EXIT } from '../base/exit.ts';
import { identity } from '../base/program.ts';
import type { Terminal } from '../base/terminal.ts';
import { userCache } from '../base/user-cache.ts';
import { codeDigest } from './code.ts';
import { Store } from './store.ts';

/** What a command printed, in its order, and its exit status. */
interface Answer {
  readonly printed: readonly (readonly ['out' | 'error', string])[];
  readonly status: number;
}

/** Answers of whole commands, which are the same as long as the code and what it is asked are. */
export class Answers {
  readonly #root: string;
  readonly #store: Store;
  readonly #besides: readonly string[];
  #code: string | undefined;

  /**
   * @param root - the folder in which the program is built
   * @param besides - folders of it that no answer depends on
   */
  constructor(
    root: string,
    store = new Store(join(userCache(identity().package), 'answers')),
    besides: readonly string[] = [],
  ) {
    this.#root = root;
    this.#store = store;
    this.#besides = besides;
  }

  /**
   * The answer that was kept, or else the one that is found now. Input that is of no use is not
   * remembered, nor is what does not come to its end.
   *
   * @param question - everything that the answer depends on, besides the code; asked once more when
   * the answer is there, as it is kept for what the command has left
   * @returns the exit status
   */
  async of(
    question: () => unknown,
    terminal: Terminal,
    find: (terminal: Terminal) => Promise<number>,
  ): Promise<number> {
    const kept = this.#kept(question());
    if (kept !== undefined) {
      for (const [where, text] of kept.printed) terminal[where](text);
      return kept.status;
    }
    const printed: ['out' | 'error', string][] = [];
    const tee = (where: 'out' | 'error') => (text: string) => {
      printed.push([where, text]);
      terminal[where](text);
    };
    const status = await find({ ...terminal, out: tee('out'), error: tee('error') });
    if (status !== EXIT.unusable) {
      const answer: Answer = { printed: joined(printed), status };
      this.#store.put(this.#keyOf(question()), JSON.stringify(answer));
    }
    return status;
  }

  /** Whether there is an answer already. */
  has(question: () => unknown): boolean {
    return this.#kept(question()) !== undefined;
  }

  #kept(question: unknown): Answer | undefined {
    const text = this.#store.get(this.#keyOf(question));
    return text === undefined ? undefined : (JSON.parse(text) as Answer);
  }

  #keyOf(question: unknown): string {
    this.#code ??= codeDigest(this.#root, this.#besides);
    return JSON.stringify([this.#code, question]);
  }
}

/** What is printed to one place in a row is one text. */
function joined(printed: readonly (readonly ['out' | 'error', string])[]): Answer['printed'] {
  const runs: { where: 'out' | 'error'; texts: string[] }[] = [];
  for (const [where, text] of printed) {
    if (runs.at(-1)?.where !== where) runs.push({ where, texts: [] });
    runs.at(-1)!.texts.push(text);
  }
  return runs.map(({ where, texts }) => [where, texts.join('')]);
}
