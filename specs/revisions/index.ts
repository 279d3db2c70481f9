import type { Revision } from 'xstate-check';
import { madeOnce } from '../../machines/made-once.ts';
import { base, type Design, type Done, pointsOf, withDifference } from './design.ts';
import { type Point, type Subject, subjects } from './functions.ts';
import { unreadOf } from './readings.ts';
import { revisions, type Version } from './versions.ts';
import { whatIfs } from './what-ifs.ts';

export {
  asOf,
  base,
  type Design,
  type Difference,
  type Done,
  type ExportVariation,
  pointsOf,
  type WhatIf,
} from './design.ts';
export { isPoint, type Point, type Subject } from './functions.ts';
export { happens } from './happens.ts';
export { revisions, type Version } from './versions.ts';
export { whatIfs } from './what-ifs.ts';

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
    pointsOf(whatIfs[name]!).some((point) => points.includes(point)),
  );
}

/** The design of a version, or of one with a change, at every point of it that was read. */
export const designOf = madeOnce(
  (name: string): Design => differencesOf(name).reduce<Design>(withDifference, base),
);

/** Whether a version, or one with a change, is another one than the newest at a point. */
export function differsAt(name: string, point: Point): boolean {
  return differencesOf(name).some((one) => pointsOf(one).includes(point));
}

function differencesOf(name: string): readonly Done[] {
  const version = revisions.find((revision) => revision.name === name);
  return version?.differs ?? [whatIfs[name] ?? {}];
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

/** Why a system of these subjects cannot be drawn for a version, where it cannot. */
export function gapOf(version: string, about: readonly Subject[]): string | undefined {
  const found = revisions.find(({ name }) => name === version);
  return found && gapIn(found, about);
}

function gapIn({ name, gaps }: Version, about: readonly Subject[]): string | undefined {
  const stated = gaps.find((gap) => gap.subjects.some((subject) => about.includes(subject)));
  if (stated !== undefined) return stated.why;
  const [first, ...more] = new Set(
    unreadOf(
      name,
      about.flatMap((subject) => subjects[subject].functions),
    ),
  );
  if (first === undefined) return undefined;
  return more.length === 0
    ? `its ${first}() was not read`
    : `its ${first}(), and ${more.length} more that the system is drawn from, were not read`;
}

/**
 * The versions that a system can be drawn for, the newest release (or, where none has it, the newest
 * proposal) first and those with a change last, and why the others cannot.
 *
 * @param points - what it is drawn of in which versions differ
 * @param also - what else it is drawn of
 * @param has - whether a version has what the system is about; of one that has not, nothing is said
 * @param asked - further points, which are drawn as v7.3 has them; what changes them is asked too
 */
export function revisionsOf(
  points: readonly Point[],
  {
    also = [],
    has = () => true,
    asked = [],
  }: { also?: readonly Subject[]; has?: (name: string) => boolean; asked?: readonly Point[] } = {},
): {
  readonly revisions: readonly string[];
  readonly unread: readonly { readonly revision: string; readonly why: string }[];
} {
  const gaps = revisions
    .filter(({ name }) => has(name))
    .map((version) => ({ revision: version.name, why: gapIn(version, [...points, ...also]) }));
  const drawn = gaps.flatMap(({ revision, why }) => (why === undefined ? [revision] : []));
  const newest = drawn.includes(NEWEST) ? NEWEST : drawn.at(-1)!;
  return {
    revisions: [
      newest,
      ...drawn.filter((name) => name !== newest),
      ...whatIfsAt([...points, ...asked]),
    ],
    unread: gaps.flatMap(({ revision, why }) => (why === undefined ? [] : [{ revision, why }])),
  };
}
