import { isElement, mayBeOne } from './places.ts';
import type { State } from './state.ts';
import { ANY, keyOf, type Value } from './value.ts';

/** What was written to a place; an element may have been written to under another index. */
export function heldAt(state: State, place: Value): Value | undefined {
  const held = state.written.get(keyOf(place));
  if (place.kind !== 'field' || !isElement(place.name)) return held;
  if (held !== undefined && mayBeOne(place.name, place.name)) return held;
  const isWritten = elementsOf(state, place).some(
    ({ name }) => name === place.name || mayBeOne(name, place.name),
  );
  return isWritten ? ANY : undefined;
}

/** The elements of the same array that were written to. */
export function elementsOf({ written }: State, { of }: Extract<Value, { kind: 'field' }>) {
  const start = `${keyOf(of)}.`;
  return [...written.keys()]
    .filter((key) => key.startsWith(`${start}[`) && key.endsWith(']'))
    .map((key) => ({ key, name: key.slice(start.length) }));
}
