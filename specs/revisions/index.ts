import type { Revision } from '../../src/cli/catalogue.ts';
import { base, type Design, type Point, withDifference } from './design.ts';
import { revisions } from './versions.ts';
import { whatIfs } from './what-ifs.ts';

export { base, type Design, type Difference, type Point } from './design.ts';
export { revisions, type Version } from './versions.ts';
export { type WhatIf, whatIfs } from './what-ifs.ts';

/** What somebody proposes, beside the versions. */
export const proposals: readonly Revision[] = Object.entries(whatIfs).flatMap(
  ([name, { title, source }]) =>
    title === undefined ? [] : [{ name, title, kind: 'what-if' as const, source }],
);

/** The newest released version, and the one that a system is checked at if nobody asks for another. */
export const NEWEST = '7.3';

/** The changes to v7.3, or to a proposal, that are asked where any of some points is drawn. */
export function whatIfsAt(points: readonly Point[]): string[] {
  return Object.keys(whatIfs).filter((name) =>
    points.some((point) => point in whatIfs[name]!.instead),
  );
}

/** The design of a version, or of one with a change, at every point of it that was read. */
export function designOf(name: string): Design {
  const differs = revisions.find((revision) => revision.name === name)?.differs;
  const instead = (differs ?? [whatIfs[name] ?? { instead: {} }]).map((d) => d.instead);
  return instead.reduce<Design>(withDifference, base);
}

/** The known defects of a version. */
export function defectsOf(name: string): readonly string[] {
  return (
    revisions.find((revision) => revision.name === name)?.differs.flatMap((d) => d.defects) ?? []
  );
}

/** Whether a version is this one or a later one. */
export function since(first: string): (name: string) => boolean {
  const names = revisions.map(({ name }) => name);
  return (name) => names.indexOf(name) >= names.indexOf(first);
}

/**
 * The versions that a system of these machines can be drawn for, the newest release (or, where none
 * has it, the newest proposal) first and those with a change last, and why the others cannot.
 *
 * @param points - those that a version has to have been read at
 * @param has - whether a version has what the system is about; of one that has not, nothing is said
 * @param asked - further points, which are drawn as v7.3 has them; what changes them is asked too
 */
export function revisionsOf(
  points: readonly Point[],
  { has = () => true, asked = [] }: { has?: (name: string) => boolean; asked?: Point[] } = {},
): {
  readonly revisions: readonly string[];
  readonly unread: readonly { readonly revision: string; readonly why: string }[];
} {
  const gaps = revisions
    .filter(({ name }) => has(name))
    .map(({ name, unread }) => ({
      revision: name,
      gap: unread.find((part) => part.points.some((point) => points.includes(point))),
    }));
  const drawn = gaps.flatMap(({ revision, gap }) => (gap === undefined ? [revision] : []));
  const newest = drawn.includes(NEWEST) ? NEWEST : drawn.at(-1)!;
  return {
    revisions: [
      newest,
      ...drawn.filter((name) => name !== newest),
      ...whatIfsAt([...points, ...asked]),
    ],
    unread: gaps.flatMap(({ revision, gap }) =>
      gap === undefined ? [] : [{ revision, why: gap.why }],
    ),
  };
}
