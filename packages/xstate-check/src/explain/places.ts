import type { StateSpace } from '../explore/explore.ts';
import { formatLabel, parseLabel } from '../lts/label.ts';
import { WAIT } from '../specification/call.ts';
import type { Product } from '../system/product.ts';

/** A step of a run: the vector, and the state in which it is taken. */
interface Taken {
  readonly vector: number;
  readonly from: number;
}

/**
 * Where a step stands in a source, `door.c:12`: of the part that starts it, else of
 * another one that takes it. Undefined where no machine says it.
 */
export function placeOf(space: StateSpace, taken: Taken): string | undefined {
  const place = saidOf(space, taken, 'place');
  return place?.slice(place.lastIndexOf('/') + 1);
}

/** A choice that a function makes without a step, as its source writes it. */
export function choiceOf(space: StateSpace, taken: Taken): string | undefined {
  return saidOf(space, taken, 'c');
}

/** What a machine says of its step, the one that starts it first. */
function saidOf(space: StateSpace, { vector, from }: Taken, what: string): string | undefined {
  const { vectors, ltss } = space.product;
  const { participants, initiator, label } = vectors[vector]!;
  const states = space.stepper.local(space.table, from);
  const said = participants.flatMap(({ part, local }) => {
    const lts = ltss[part]!;
    const state = states[part]!;
    const own = local[state]! >= 0 ? local[state]! : waitedFor(space.product, part, state, label);
    const value = lts.edges.get(state * lts.labels.length + own)?.meta[what];
    return typeof value === 'string' ? [{ part, value }] : [];
  });
  return (said.find(({ part }) => part === initiator) ?? said[0])?.value;
}

/** Who queues for a lock stands where it takes it: its machine has no step of its own for that. */
function waitedFor(product: Product, part: number, state: number, label: string): number {
  const { outcome, ...call } = parseLabel(label);
  if (outcome !== WAIT) return -1;
  const { labels, next } = product.ltss[part]!;
  const taken = formatLabel(call);
  return labels.findIndex(
    (own, id) =>
      next[state * labels.length + id]! >= 0 && product.parts[part]!.rename(own).includes(taken),
  );
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
