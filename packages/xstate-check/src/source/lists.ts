import { type Expression, NotRead, type Place } from './ast.ts';
import type { ListLoop, ListQuery } from './dialect.ts';
import { kindOf, type Matching, matches } from './match.ts';
import type { CReader } from './parse.ts';
import { readRow } from './program.ts';
import type { ListOf, Reading } from './table.ts';
import { keyOf, truth, type Value, ZERO } from './value.ts';

/** A list that can be walked: its entries in order, and its head, in a circle. */
export class List {
  readonly of: string;
  readonly size: number;
  readonly asks?: string;
  readonly #name: string;

  constructor({ of, size, head, asks }: ListOf) {
    this.of = of;
    this.size = size;
    this.#name = head;
    if (asks !== undefined) this.asks = asks;
  }

  get head(): Value {
    return { kind: 'head', list: this.#name };
  }

  at(index: number): Value {
    return index >= 0 && index < this.size
      ? { kind: 'object', name: `${this.of}[${index}]` }
      : this.head;
  }

  holds(value: Value): boolean {
    if (value.kind === 'head') return value.list === this.#name;
    return (
      value.kind === 'object' && kindOf(value.name) === kindOf(this.of) && /\]$/.test(value.name)
    );
  }

  /** The entry after or before one; the head is before the first and after the last. */
  beyond(value: Value, direction: ListLoop['direction'], place: Place): Value {
    if (!this.holds(value)) {
      throw new NotRead(`a cursor that is on no list (${keyOf(value)})`, place);
    }
    if (value.kind !== 'object') return this.at(direction === 'forward' ? 0 : this.size - 1);
    const index = this.indexOf(value);
    return this.at(direction === 'forward' ? index + 1 : index - 1);
  }

  /** The number of an entry; of the head, how many entries there are. */
  indexOf(value: Value): number {
    return value.kind === 'object' ? Number(/\[(\d+)\]$/.exec(value.name)![1]) : this.size;
  }

  start({ start, direction }: ListLoop, cursor: Value, place: Place): Value {
    if (start === 'here') return cursor;
    if (start === 'beyond') return this.beyond(cursor, direction, place);
    return this.at(direction === 'forward' ? 0 : this.size - 1);
  }
}

/** The lists of a reading. */
export interface Lists {
  /** The list whose head this is. */
  of(head: Value): List | undefined;
  /** What a question about a list is answered; undefined where the list is not known. */
  answer(query: ListQuery, args: readonly Value[]): Value | undefined;
  /** Whether the list that is asked about is one of the table. */
  knows(args: readonly Value[], query: ListQuery): boolean;
}

const NOWHERE: Place = { file: 'a list', line: 0 };

export function listsOf(reading: Reading, reader: CReader, matching: Matching): Lists {
  const known = (reading.lists ?? []).map((list) => ({
    list: new List(list),
    pattern: readRow(reader, { c: `head(${list.head})` }).pattern,
  }));
  const of = (head: Value): List | undefined => {
    if (head.kind === 'head') return known.find(({ list }) => list.holds(head))?.list;
    return known.find(({ pattern }) => matches(headOf(pattern), head, new Map(), matching))?.list;
  };
  return {
    of,
    knows: (args, { head }) => head !== undefined && of(args[head]!) !== undefined,
    answer(query, args) {
      const entry = query.entry === undefined ? undefined : args[query.entry];
      const head = query.head === undefined ? undefined : args[query.head];
      const list = (head && of(head)) ?? known.find((one) => entry && one.list.holds(entry))?.list;
      if (list === undefined) return undefined;
      switch (query.answers) {
        case 'first':
          return query.orNull && list.size === 0 ? ZERO : list.at(0);
        case 'last':
          return query.orNull && list.size === 0 ? ZERO : list.at(list.size - 1);
        case 'next':
          return list.beyond(entry!, 'forward', NOWHERE);
        case 'previous':
          return list.beyond(entry!, 'backward', NOWHERE);
        case 'is_head':
          return truth(entry!.kind === 'head');
        case 'is_empty':
          // Who is on a list that is asked entry by entry is not known at once.
          return list.asks === undefined ? truth(list.size === 0) : undefined;
      }
    },
  };
}

function headOf(pattern: Expression): Expression {
  return pattern.kind === 'call' ? pattern.args[0]! : pattern;
}
