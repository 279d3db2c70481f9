import type { Path, Transition } from './labelled-graph.ts';

/** How much of a criterion a set of paths meets. */
export interface Coverage {
  readonly required: number;
  readonly met: number;
  /** The required paths that are part of none of the paths, in the order of the criterion. */
  readonly missing: readonly Path[];
}

/**
 * Counts which required paths are a contiguous part of at least one of the paths walked. It shares
 * nothing with the search that made the paths: it slides a window of each length over each path.
 */
export function coverage(walked: readonly Path[], required: readonly Path[]): Coverage {
  const lengths = [...new Set(required.map((path) => path.length))];
  const seen = new Set<string>();
  for (const path of walked) {
    const keys = path.map(keyOf);
    for (const length of lengths) {
      for (let at = 0; at + length <= keys.length; at++) {
        seen.add(keys.slice(at, at + length).join(' '));
      }
    }
  }
  const missing = required.filter((path) => !seen.has(path.map(keyOf).join(' ')));
  return { required: required.length, met: required.length - missing.length, missing };
}

function keyOf({ from, label }: Transition): string {
  return `${from}.${label}`;
}
