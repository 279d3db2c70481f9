/**
 * Input that cannot be used: a machine outside the finite part of XState, an unknown name, a bound
 * that is too small. The message is one sentence that says what, where and what to do; the command
 * line prints it and exits with status 2.
 */
export class InputError extends Error {
  override readonly name = 'InputError';
}

/** The names in `known` that are nearest to `name`, for the end of an error message. */
export function nearest(name: string, known: readonly string[], most = 3): string[] {
  return [...known]
    .map((candidate) => ({ candidate, distance: editDistance(name, candidate) }))
    .sort((a, b) => a.distance - b.distance || a.candidate.localeCompare(b.candidate))
    .slice(0, most)
    .map(({ candidate }) => candidate);
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitute = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitute, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
