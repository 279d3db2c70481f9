import { join } from 'node:path';
import { userCache } from '../base/user-cache.ts';
import { codeDigest } from './code.ts';
import { Store } from './store.ts';

/** Folders that say what is checked, and not how: what of them a verdict depends on is in its key. */
const CHECKED = ['machines', 'specs', 'simulator', 'targets', 'kernel'];

/** Verdicts that were found before, by the code that would find them now. */
export class Verdicts {
  /** How many were asked for and there, and how many had to be found. */
  found = 0;
  judged = 0;
  readonly #root: string;
  readonly #store: Store;
  #code: string | undefined;

  /** @param root - the folder in which the program is built */
  constructor(root: string, store = new Store(join(userCache(), 'verdicts'))) {
    this.#root = root;
    this.#store = store;
  }

  read(key: string): string | undefined {
    return this.#store.get(this.#keyOf(key));
  }

  write(key: string, text: string): void {
    this.#store.put(this.#keyOf(key), text);
  }

  #keyOf(key: string): string {
    this.#code ??= codeDigest(this.#root, CHECKED);
    return `${this.#code} ${key}`;
  }
}
