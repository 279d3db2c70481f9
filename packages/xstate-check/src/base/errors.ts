/**
 * Input that cannot be used: a machine outside the finite part of XState, an unknown name, a bound
 * that is too small. The message is one sentence that says what, where and what to do; the command
 * line prints it and exits with status 2.
 */
export class InputError extends Error {
  override readonly name = 'InputError';
}

/** The end of an error message: which names in `known` are nearest to `name`, each once. */
export function nearest(name: string, known: readonly string[]): string {
  return theNearest(ranked(name, known));
}

/**
 * The end of an error message on a name that a user gave: the names that it may have been meant to
 * be; where none is near, where all are listed, or else all there are.
 *
 * @param listed - what lists them, as a phrase, where there is something
 */
export function suggested(name: string, known: readonly string[], listed?: string): string {
  const all = ranked(name, known);
  const near = all.filter(({ candidate, distance }) => isNear(name, candidate, distance));
  if (near.length > 0) return theNearest(near);
  if (listed !== undefined && all.length > FEW) return `none is near it: ${listed}`;
  return `there ${all.length === 1 ? 'is' : 'are'} ${[...new Set(known)].join(', ')}`;
}

/** So many names can be said in an error message. */
const FEW = 8;

/** The first three, in their order. */
function theNearest(names: readonly { readonly candidate: string }[]): string {
  const few = names.slice(0, 3).map(({ candidate }) => candidate);
  return `the nearest ${few.length === 1 ? 'is' : 'are'} ${few.join(', ')}`;
}

/** A slip or two, or a part of the name. */
function isNear(name: string, candidate: string, distance: number): boolean {
  if (distance <= Math.max(1, Math.floor(Math.max(name.length, candidate.length) / 3))) return true;
  return name.length > 1 && candidate.toLowerCase().includes(name.toLowerCase());
}

function ranked(name: string, known: readonly string[]) {
  return [...new Set(known)]
    .map((candidate) => ({ candidate, distance: editDistance(name, candidate) }))
    .sort((a, b) => a.distance - b.distance || a.candidate.localeCompare(b.candidate));
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
