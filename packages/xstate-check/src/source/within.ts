import type { Place } from './ast.ts';
import type { CGraph } from './graph.ts';

/**
 * The function that a line stands in, of those that were gone into: a step of one function may stand
 * in another that it calls.
 */
export function functionAt(
  { read }: Pick<CGraph, 'read'>,
  { file, line }: Place,
): string | undefined {
  let [found, from]: [string | undefined, number] = [undefined, 0];
  for (const [name, start] of read) {
    if (start.file === file && from < start.line && start.line <= line) {
      [found, from] = [name, start.line];
    }
  }
  return found;
}
