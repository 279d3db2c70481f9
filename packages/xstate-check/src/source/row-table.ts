import { type Expression, NotRead } from './ast.ts';
import { type Bindings, kindOf, type Matching, matches } from './match.ts';
import type { CReader } from './parse.ts';
import { plainName } from './places.ts';
import { readRow, subjectsOf } from './program.ts';
import { answers, type Reading, type ReadRow, type Row } from './table.ts';
import type { Value } from './value.ts';

/** A row that a step of the C is, and what the words with `$` of its pattern stand for. */
export interface Matched {
  readonly row: Row;
  readonly bindings: Bindings;
  /** By outcome, the assignment that the step makes. */
  readonly sets: ReadRow['sets'];
  /** By outcome, the call that the step leads to. */
  readonly enters: ReadRow['enters'];
  /** What the C gives to the step and the row does not look at: `$_`, `$rest`, a word of no use. */
  readonly unasked: readonly Value[];
}

/** The rows of a reading, found by what a step of the C calls, reads or writes. */
export class RowTable {
  readonly matching: Matching;
  /** Functions, and members as `.name`, that rows with a label speak of. */
  readonly subjects: ReadonlySet<string>;
  /** The functions that calls lead to, by the name of the call. */
  readonly ledTo: ReadonlyMap<string, readonly string[]>;
  /** The rows that something of the C was. */
  readonly used = new Set<Row>();
  readonly #rows = new Map<string, ReadRow[]>();

  constructor(reading: Reading, constants: Readonly<Record<string, number>>, reader: CReader) {
    const rows = reading.rows.map((row) => readRow(reader, row));
    for (const row of rows) {
      const key = keyOfPattern(row);
      this.#rows.set(key, [...(this.#rows.get(key) ?? []), row]);
    }
    this.subjects = subjectsOf(rows, reading);
    this.ledTo = ledToOf(rows);
    this.matching = { constants, leads: reading.leads ?? {}, kinds: kindsOf(reading) };
  }

  /** @param pointer - the place of the pointer through which it is called, where it is */
  ofCall(name: string, pointer: Value | undefined, args: readonly Value[]): Matched | undefined {
    const key = pointer === undefined ? `${name}()` : `->${name}()`;
    return this.#first(
      key,
      (pattern, bindings) => {
        if (pattern.kind !== 'call') return false;
        const isMeant =
          pointer === undefined || matches(pattern.callee, pointer, bindings, this.matching);
        return isMeant && this.#argumentsMatch(pattern.args, args, bindings);
      },
      (row) => args.filter((_, i) => !this.#looksAt(row, i)),
    );
  }

  /** Whether what an argument is matters to the row: all but a word that it uses nowhere. */
  #looksAt({ row, pattern }: ReadRow, argument: number): boolean {
    if (pattern.kind !== 'call') return true;
    const last = pattern.args.at(-1);
    const open = last?.kind === 'name' && last.name === '$rest';
    const at = open && argument >= pattern.args.length - 1 ? last : pattern.args[argument];
    return at === undefined || !isOfNoUse(at, row, this.matching);
  }

  ofRead(place: Value): Matched | undefined {
    if (place.kind !== 'field') return undefined;
    return this.#first(`.${place.name}`, (pattern, bindings) =>
      matches(pattern, place, bindings, this.matching),
    );
  }

  /** The row of a value whose test is to be seen. */
  ofTest(value: Value): Matched | undefined {
    if (value.kind !== 'field') return undefined;
    return this.#first(`?${value.name}`, (pattern, bindings) =>
      matches(pattern, value, bindings, this.matching),
    );
  }

  ofWrite(place: Value, value: Value): Matched | undefined {
    if (place.kind !== 'field') return undefined;
    return this.#first(
      `=${plainName(place.name)}`,
      (pattern, bindings) =>
        pattern.kind === 'assign' &&
        matches(pattern.to, place, bindings, this.matching) &&
        matches(pattern.value, value, bindings, this.matching),
      ({ row, pattern }) =>
        pattern.kind === 'assign' && isOfNoUse(pattern.value, row, this.matching) ? [value] : [],
    );
  }

  #first(
    key: string,
    isMeant: (pattern: ReadRow['pattern'], bindings: Bindings) => boolean,
    unasked: (row: ReadRow) => readonly Value[] = () => [],
  ): Matched | undefined {
    for (const read of this.#rows.get(key) ?? []) {
      const bindings: Bindings = new Map();
      const { row, pattern, sets, enters } = read;
      if (!isMeant(pattern, bindings)) continue;
      this.used.add(row);
      return { row, bindings, sets, enters, unasked: unasked(read) };
    }
    return undefined;
  }

  #argumentsMatch(
    patterns: Extract<ReadRow['pattern'], { kind: 'call' }>['args'],
    args: readonly Value[],
    bindings: Bindings,
  ) {
    const last = patterns.at(-1);
    const open = last?.kind === 'name' && last.name === '$rest';
    const fixed = open ? patterns.slice(0, -1) : patterns;
    if (open ? args.length < fixed.length : args.length !== fixed.length) return false;
    return fixed.every((pattern, i) => matches(pattern, args[i]!, bindings, this.matching));
  }
}

function ledToOf(rows: readonly ReadRow[]): Map<string, string[]> {
  const ledTo = new Map<string, string[]>();
  for (const { pattern, enters } of rows) {
    const name = calledIn(pattern);
    const functions = Object.values(enters).flatMap((call) => calledIn(call) ?? []);
    if (name !== undefined) ledTo.set(name, [...(ledTo.get(name) ?? []), ...functions]);
  }
  return ledTo;
}

function calledIn(expression: Expression): string | undefined {
  if (expression.kind !== 'call' || expression.callee.kind !== 'name') return undefined;
  return expression.callee.name;
}

/** A word for anything, `$_` or one that neither names an object nor stands elsewhere in the row. */
function isOfNoUse(word: Expression, row: Row, { kinds }: Matching): boolean {
  if (word.kind !== 'name' || !word.name.startsWith('$')) return false;
  const kind = word.name.slice(1);
  if (kinds.has(kind) || kind === 'some') return false;
  const { c, ...rest } = row;
  const isUsed = JSON.stringify(rest).includes(word.name) || row.label?.includes(`{${kind}}`);
  return kind === '_' || (!isUsed && c.split(word.name).length === 2);
}

/** The name by which a row is found: of the function, of the member read (`.x`), tested (`?x`) or written (`=x`). */
function keyOfPattern({ pattern, row }: ReadRow): string {
  if (pattern.kind === 'call') {
    if (pattern.callee.kind === 'name') return `${pattern.callee.name}()`;
    if (pattern.callee.kind === 'member') return `->${pattern.callee.field}()`;
  }
  if (pattern.kind === 'member') return `${row.tested ? '?' : '.'}${pattern.field}`;
  if (pattern.kind === 'assign' && pattern.to.kind === 'member') return `=${pattern.to.field}`;
  if (pattern.kind === 'assign' && pattern.to.kind === 'index') return '=[]';
  throw new NotRead('a pattern that is neither a call, nor a member, nor an assignment', {
    file: row.c,
    line: 1,
  });
}

/** The kinds of object that a reading names. */
function kindsOf({ entries, rows, lists = [], leads = {} }: Reading): Set<string> {
  const kinds = new Set<string>(lists.map(({ of }) => kindOf(of)));
  const named = [...entries.map(({ parameters }) => parameters), ...rows.map((row) => row.returns)];
  for (const answer of named.flatMap((one) => Object.values(one ?? {})).flatMap(answers)) {
    if (answer.startsWith('@')) kinds.add(kindOf(answer.slice(1)));
  }
  // What a label names is an object of that kind, whether this function has one or not.
  for (const { label = '' } of rows) {
    for (const [, kind] of label.matchAll(/\{(\w+)\}/g)) kinds.add(kind!);
  }
  for (const [from, to] of Object.entries(leads)) {
    kinds.add(from.split('.')[0]!);
    if (!to.startsWith('&')) kinds.add(kindOf(to.replace(/^@/, '')));
  }
  return kinds;
}
