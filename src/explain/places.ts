import type { StateSpace } from '../explore/explore.ts';

/**
 * Where a step stands in a source, `door.c:12`: of the part that starts it, else of
 * another one that takes it. Undefined where no machine says it.
 *
 * @param from - the state in which it is taken
 */
export function placeOf(
  space: StateSpace,
  { vector, from }: { readonly vector: number; readonly from: number },
): string | undefined {
  const { vectors, ltss } = space.product;
  const { participants, initiator } = vectors[vector]!;
  const states = space.stepper.local(space.table, from);
  const places = participants.flatMap(({ part, local }) => {
    const lts = ltss[part]!;
    const state = states[part]!;
    const label = local[state]!;
    if (label < 0) return [];
    const place = lts.edges.get(state * lts.labels.length + label)?.meta.place;
    return typeof place === 'string' ? [{ part, place }] : [];
  });
  const { place } = places.find(({ part }) => part === initiator) ?? places[0] ?? {};
  return place?.slice(place.lastIndexOf('/') + 1);
}

/** The margin of a diagram, in which the places of its lines stand. */
export interface Margin {
  readonly width: number;
  readonly empty: string;
  /** The rows of one line, the place beside the first. */
  beside(rows: readonly string[], place: string | undefined): string[];
}

/**
 * `door.c:12` beside one thread; beside several, where it takes too much room, `:12`
 * below a line that names the file.
 */
export function marginOf(
  lines: readonly { readonly thread: number; readonly place?: string }[],
): Margin {
  const places = lines.flatMap(({ place }) => (place === undefined ? [] : [place]));
  const isShort = new Set(lines.map(({ thread }) => thread)).size > 1;
  const shown = (place: string) => (isShort ? place.slice(place.lastIndexOf(':')) : place);
  const longest = Math.max(0, ...places.map((place) => shown(place).length));
  const width = longest === 0 ? 0 : longest + 2;
  let file = '';
  return {
    width,
    empty: ' '.repeat(width),
    beside(rows, place) {
      const beside = rows.map(
        (text, i) => (i === 0 && place !== undefined ? shown(place) : '').padEnd(width) + text,
      );
      const own = place?.slice(0, place.lastIndexOf(':')) ?? file;
      if (!isShort || own === file) return beside;
      file = own;
      return [file, ...beside];
    },
  };
}
