import { words } from '../base/program.ts';
import { ENVIRONMENT } from '../check/threads.ts';
import type { Product } from '../system/product.ts';

/** What a thread is called in a run. */
export interface Actor {
  /** Above its column: `A0 (reader)`, where runners are called A. */
  readonly title: string;
  /** In a sentence: `A0`. */
  readonly name: string;
}

/**
 * Those whose steps a run shows, in the order of their columns, by the names of their threads. What
 * happens to a machine that is alone is told of the machine.
 */
export function actorsOf({ parts }: Product, threads: readonly string[]): Actor[] {
  const { runner } = words();
  return threads.map((thread, number) => {
    if (runner !== undefined) {
      return { title: `${runner}${number} (${thread})`, name: `${runner}${number}` };
    }
    const name = thread === ENVIRONMENT && parts.length === 1 ? parts[0]!.name : thread;
    return { title: name, name };
  });
}
