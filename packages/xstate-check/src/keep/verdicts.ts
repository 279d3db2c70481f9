import { join } from 'node:path';
import { identity } from '../base/program.ts';
import { userCache } from '../base/user-cache.ts';
import { codeDigest } from './code.ts';
import { Store } from './store.ts';

/** Verdicts that were found before, by the code that would find them now. */
export class Verdicts {
  /** How many were asked for and there, and how many had to be found. */
  found = 0;
  judged = 0;
  readonly #root: string;
  readonly #store: Store;
  readonly #besides: readonly string[];
  #code: string | undefined;

  /**
   * @param root - the folder in which the program is built
   * @param besides - folders of it that do not count: they say what is checked, and not how, and what
   * of them a verdict depends on is in its key; what checks is the tool's
   */
  constructor(
    root: string,
    store = new Store(join(userCache(identity().package), 'verdicts')),
    besides: readonly string[] = [],
  ) {
    this.#root = root;
    this.#store = store;
    this.#besides = besides;
  }

  read(key: string): string | undefined {
    return this.#store.get(this.#keyOf(key));
  }

  write(key: string, text: string): void {
    this.#store.put(this.#keyOf(key), text);
  }

  #keyOf(key: string): string {
    this.#code ??= codeDigest(this.#root, this.#besides);
    return `${this.#code} ${key}`;
  }
}
