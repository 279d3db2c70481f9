import { InputError } from '../base/errors.ts';
import type { Change } from './judge-patch.ts';
import type { Directory } from './tree.ts';

/**
 * Two trees as one change: the files in which they differ, of the directories given.
 *
 * @throws InputError where they do not differ there
 */
export function differenceOf(
  before: Directory,
  after: Directory,
  directories: readonly string[],
): Change {
  const paths = new Map<string, string>();
  for (const directory of directories) {
    const names = new Set([before, after].flatMap((tree) => tree.list(directory)));
    for (const name of names) {
      const path = `${directory}/${name}`;
      if (before.read(path) !== after.read(path)) paths.set(path, path);
    }
  }
  if (paths.size === 0) {
    throw new InputError(
      `'${before.name}' and '${after.name}' do not differ in ${directories.join(', ')}, which is what is read`,
    );
  }
  return { title: `${before.name} to ${after.name}`, before, after, paths, binary: [], beside: [] };
}
