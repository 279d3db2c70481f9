import { REVISIONS } from './design.ts';
import { pageFaults } from './faults.ts';

/** The designs, and those of them that a fault of the system changes in a point. */
export function revisionsOf(system: string): readonly string[] {
  const changed = pageFaults.flatMap(({ system: own, change }) =>
    own === system && 'revision' in change ? [change.revision] : [],
  );
  return [...new Set([...Object.keys(REVISIONS), ...changed])];
}
