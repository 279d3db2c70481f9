import type { AnyStateMachine } from 'xstate';
import type { Difference } from './compare.ts';

/** What a function was in a version: the machine of it, and the known defects that it had there. */
export interface FunctionVersion {
  readonly name: string;
  /** One object for all versions in which it was the same. */
  readonly machine: AnyStateMachine;
  readonly defects: readonly string[];
  /**
   * Labels, without their outcome, that its machine draws and the function did not have: something
   * else did it, or nobody. Its C is compared without them, and stands in no system.
   */
  readonly elsewhere?: { readonly labels: readonly string[]; readonly because: string };
}

/** The version of a function that the C of a tree is, or is nearest to. */
export interface NearestVersion {
  /** All versions that had it so, newest first. */
  readonly names: readonly string[];
  /** The known defects of a function that is equal to these versions; none are said of another. */
  readonly defects: readonly string[];
  readonly isEqual: boolean;
  /** Why its C cannot stand in the place of its machine. */
  readonly elsewhere?: string;
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
  differencesFrom: (version: FunctionVersion) => readonly Difference[],
): NearestVersion | undefined {
  const compared = new Map<string, readonly Difference[]>();
  const numbers = new Map<AnyStateMachine, number>();
  const keyOf = ({ machine, elsewhere }: FunctionVersion) => {
    const number = numbers.get(machine) ?? numbers.size;
    numbers.set(machine, number);
    return `${number} ${elsewhere?.labels.join()}`;
  };
  for (const version of versions) {
    const key = keyOf(version);
    if (!compared.has(key)) compared.set(key, differencesFrom(version));
  }
  const places = (version: FunctionVersion) => compared.get(keyOf(version))!.length;
  const best = [...versions].sort((a, b) => places(a) - places(b))[0];
  if (best === undefined) return undefined;
  const isEqual = places(best) === 0;
  const same = versions.filter((version) =>
    isEqual ? places(version) === 0 : keyOf(version) === keyOf(best),
  );
  return {
    names: same.map(({ name }) => name),
    defects: isEqual ? [...new Set(same.flatMap(({ defects }) => defects))] : [],
    isEqual,
    ...(best.elsewhere !== undefined && { elsewhere: best.elsewhere.because }),
    machine: best.machine,
    differences: compared.get(keyOf(best))!,
  };
}
