import { elementsOf, heldAt } from './elements.ts';
import { isElement, led, mayBeOne } from './places.ts';
import type { Program } from './program.ts';
import type { RowTable } from './row-table.ts';
import type { State } from './state.ts';
import { ANY, keyOf, leavesOf, truthOf, type Value, ZERO } from './value.ts';

/** What is known in a state: what was written, what was tested, what a constant structure holds. */
export class Memory {
  readonly #program: Program;
  readonly #rows: RowTable;

  constructor(program: Program, rows: RowTable) {
    this.#program = program;
    this.#rows = rows;
  }

  known(state: State, value: Value): Value {
    if (truthOf(value) !== undefined) return value;
    const decided = state.decided.get(keyOf(value));
    return decided?.holds === false ? ZERO : value;
  }

  content(state: State, place: Value): Value {
    if (place.kind === 'variable') {
      return state.frames[place.frame - 1]?.variables.get(place.name) ?? ANY;
    }
    const held = heldAt(state, place) ?? this.#constant(place);
    if (held !== undefined) return held;
    // Where the test is to be seen, it is not known before that where the member leads.
    if (this.#rows.ofTest(place) === undefined) return led(place, this.#rows.matching.leads);
    const decided = state.decided.get(keyOf(place));
    if (decided === undefined) return place;
    return decided.holds ? led(place, this.#rows.matching.leads) : ZERO;
  }

  /** A member of a constant structure: what it names is no NULL, and what is not named is. */
  #constant(place: Value): Value | undefined {
    if (place.kind !== 'field' || place.of.kind !== 'constant') return undefined;
    const members = this.#program.table(place.of.name);
    if (members === undefined) return undefined;
    const name = members.get(place.name);
    if (name === undefined) return ZERO;
    const known = this.#program.constants[name];
    if (known !== undefined) return { kind: 'number', value: known };
    return { kind: 'address', of: { kind: 'constant', name } };
  }

  store(state: State, place: Value, value: Value): void {
    if (place.kind === 'variable') {
      state.frames[place.frame - 1]?.variables.set(place.name, value);
      return;
    }
    state.written.set(keyOf(place), value);
    if (place.kind !== 'field') return;
    if (isElement(place.name)) {
      for (const other of elementsOf(state, place)) {
        if (other.name !== place.name && mayBeOne(other.name, place.name))
          state.written.set(other.key, ANY);
      }
    }
    for (const [key, { of }] of state.decided) {
      if (leavesOf(of).has(place.name)) state.decided.delete(key);
    }
  }

  /** What is known of a test: from the value, from the same test before, from its sign. */
  truth(state: State, value: Value): boolean | undefined {
    const known = truthOf(value) ?? state.decided.get(keyOf(value))?.holds;
    if (known !== undefined) return known;
    const below = state.decided.get(keyOf({ kind: 'operation', op: '<', args: [value, ZERO] }));
    return below?.holds ? true : undefined;
  }
}
