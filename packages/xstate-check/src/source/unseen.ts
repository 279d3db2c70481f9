import { compare, offersOf } from './compare.ts';
import type { CGraph, Note } from './graph.ts';
import { withoutPlaces } from './words.ts';

/** Something that a change does to a function and that no label shows. */
export interface Unseen extends Note {
  readonly change: 'added' | 'removed';
}

/**
 * Where two readings of a function that show everything part: calls and assignments without a label,
 * what steps are given that the table does not look at, conditions that no label shows.
 */
export function unseenSteps(before: CGraph, after: CGraph): Unseen[] {
  const [first] = compare(after, offersOf(before)).differences;
  if (first === undefined) return [];
  const isIn = (all: readonly { readonly label: string }[], label: string) =>
    all.some((one) => one.label === label);
  const added = first.c.filter(({ label }) => !isIn(first.other, label));
  if (added.length > 0) return added.map(({ label, place }) => unseen('added', label, place));
  // What is missing, and not only later than it was.
  const removed = first.other.filter(({ label }) => !isIn(first.c, label));
  return removed.map(({ label, at }) => unseen('removed', label, placeOf(at)));
}

/** Of a function whose steps change: what it is given, and does without a label, that it was not before. */
export function unseenNotes(before: CGraph, after: CGraph): Unseen[] {
  const changed = (change: Unseen['change'], own: readonly Note[], other: readonly Note[]) => {
    const rest = other.map(givenTo);
    return own.flatMap((note): Unseen[] => {
      const at = rest.indexOf(givenTo(note));
      if (at >= 0) rest.splice(at, 1);
      return at >= 0 ? [] : [{ ...note, text: said(note.text), change }];
    });
  };
  const kinds = ['unlabelled', 'unasked'] as const;
  return kinds.flatMap((kind) => [
    ...changed('added', after[kind], before[kind]),
    ...changed('removed', before[kind], after[kind]),
  ]);
}

/** Of a step that is given something: what, whichever step it is. */
const givenTo = ({ text }: Note): string => withoutPlaces(text).replace(/^.* is given /, '');

function unseen(change: Unseen['change'], label: string, place: Note['place']): Unseen {
  const text = label.startsWith('?')
    ? `no label shows whether ${said(label.slice(1))}`
    : label.startsWith('~')
      ? `${said(label.slice(1))} has no label`
      : `${said(label)}: the table does not look at all of it`;
  return { change, text, place };
}

const said = (text: string): string => withoutPlaces(text).replace(/\bany\b/g, '?');

function placeOf(at: string): Note['place'] {
  const colon = at.lastIndexOf(':');
  return { file: at.slice(0, colon), line: Number(at.slice(colon + 1)) };
}
