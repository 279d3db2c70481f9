import type { AnyStateMachine } from 'xstate';
import type { Difference } from './compare.ts';

/** What a function was in a version: the machine of it, and the known defects that it had there. */
export interface FunctionVersion {
  readonly name: string;
  /** One object for all versions in which it was the same. */
  readonly machine: AnyStateMachine;
  readonly defects: readonly string[];
}

/** The version of a function that the C of a tree is, or is nearest to. */
export interface NearestVersion {
  /** All versions that had it so, newest first. */
  readonly names: readonly string[];
  /** The known defects of a function that is equal to these versions; none are said of another. */
  readonly defects: readonly string[];
  readonly isEqual: boolean;
  readonly machine: AnyStateMachine;
  /** Where the C and the machine of that version part. */
  readonly differences: readonly Difference[];
}

/**
 * The version with the fewest places where the C and its machine part; of several the newest.
 *
 * @param versions - newest first
 */
export function nearestVersion(
  versions: readonly FunctionVersion[],
  differencesFrom: (machine: AnyStateMachine) => readonly Difference[],
): NearestVersion | undefined {
  const machines = [...new Set(versions.map(({ machine }) => machine))];
  const compared = machines.map((machine) => ({ machine, differences: differencesFrom(machine) }));
  const [best] = compared.sort((a, b) => a.differences.length - b.differences.length);
  if (best === undefined) return undefined;
  const same = versions.filter(({ machine }) => machine === best.machine);
  const isEqual = best.differences.length === 0;
  return {
    names: same.map(({ name }) => name),
    defects: isEqual ? [...new Set(same.flatMap(({ defects }) => defects))] : [],
    isEqual,
    ...best,
  };
}
