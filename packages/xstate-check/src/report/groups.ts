import type { ShownRun } from './review.ts';

/** Findings that claim the same of several calls: what their claims share, and what each has. */
export interface Group {
  readonly before: string;
  readonly after: string;
  readonly members: readonly { readonly run: ShownRun; readonly differs: string }[];
}

/**
 * Puts findings together that are at the same place, break the same rule for another subject, and
 * whose claims differ in one phrase; all others stay alone.
 */
export function grouped(runs: readonly ShownRun[]): (ShownRun | Group)[] {
  const alike = new Map<string, ShownRun[]>();
  for (const run of runs) {
    const key = keyOf(run);
    alike.set(key, [...(alike.get(key) ?? []), run]);
  }
  return [...alike.values()].flatMap((own): (ShownRun | Group)[] => {
    const group = own.length > 1 ? groupOf(own) : undefined;
    return group === undefined ? own : [group];
  });
}

function keyOf({ kind, where, properties, id }: ShownRun): string {
  // What is no claim, and a run that is missing, stands for itself.
  if (kind !== 'finding') return id;
  return [where, ...properties.map((property) => property.replace(/\(.*$/, ''))].join('\n');
}

function groupOf(runs: readonly ShownRun[]): Group | undefined {
  const claims = runs.map(({ title }) => title.split(' '));
  const shortest = Math.min(...claims.map(({ length }) => length));
  const same = (at: (words: readonly string[]) => string | undefined) =>
    claims.every((words) => at(words) === at(claims[0]!));
  let before = 0;
  while (before < shortest - 1 && same((words) => words[before])) before += 1;
  let after = 0;
  while (after < shortest - 1 - before && same((words) => words[words.length - 1 - after])) {
    after += 1;
  }
  // What differs is then a phrase, and the claim is the same.
  if (claims.some((words) => words.length > 2 * (before + after))) return undefined;
  return {
    before: claims[0]!.slice(0, before).join(' '),
    after: claims[0]!.slice(claims[0]!.length - after).join(' '),
    members: runs.map((run, i) => ({
      run,
      differs: claims[i]!.slice(before, claims[i]!.length - after).join(' '),
    })),
  };
}
