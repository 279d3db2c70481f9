import {
  type CFunction,
  type Expression,
  NotRead,
  type Statement,
  type Entry as TableEntry,
} from './ast.ts';
import type { Dialect } from './dialect.ts';
import { type Flow, flowOf } from './flow.ts';
import type { CReader, Unit } from './parse.ts';
import type { Reading, ReadRow, Row } from './table.ts';

/** The functions of some files, as steps; each is made when it is first asked for. */
export class Program {
  readonly units: readonly Unit[];
  readonly dialect: Dialect;
  readonly constants: Readonly<Record<string, number>>;
  readonly entries: readonly TableEntry[];
  readonly #functions = new Map<string, CFunction>();
  readonly #unread = new Map<string, NotRead>();
  readonly #flows = new Map<string, Flow>();
  readonly #mentions = new Map<string, ReadonlySet<string>>();
  readonly #tables = new Map<string, Map<string, string>>();

  constructor(units: readonly Unit[], dialect: Dialect) {
    this.units = units;
    this.dialect = dialect;
    const constants: Record<string, number> = {};
    for (const unit of units) {
      for (const [name, value] of unit.constants) constants[name] = value;
      for (const [name, fn] of unit.functions)
        if (!this.#functions.has(name)) this.#functions.set(name, fn);
      for (const [name, why] of unit.unread) this.#unread.set(name, why);
    }
    this.constants = { ...constants, ...dialect.constants };
    this.entries = units.flatMap((unit) => unit.entries);
    for (const { table, member, value } of this.entries) {
      const members = this.#tables.get(table) ?? new Map<string, string>();
      this.#tables.set(table, members.set(member, value));
    }
  }

  function(name: string): CFunction | undefined {
    return this.#functions.get(name);
  }

  /** The members of a constant structure of the files, as their text stands. */
  table(name: string): ReadonlyMap<string, string> | undefined {
    return this.#tables.get(name);
  }

  /** Why a function of the files is not read. */
  unread(name: string): NotRead | undefined {
    return this.#functions.has(name) ? undefined : this.#unread.get(name);
  }

  /** @throws NotRead where it holds a construct that is not read */
  flow(name: string): Flow | undefined {
    const known = this.#flows.get(name);
    if (known !== undefined) return known;
    const fn = this.#functions.get(name);
    if (fn === undefined) return undefined;
    const flow = flowOf(fn, { ...this.dialect, constants: this.constants });
    this.#flows.set(name, flow);
    return flow;
  }

  /** Names of functions and variables, and of members as `.name`, that stand in a function. */
  mentions(name: string): ReadonlySet<string> {
    const known = this.#mentions.get(name);
    if (known !== undefined) return known;
    const found = new Set<string>();
    const fn = this.#functions.get(name);
    if (fn !== undefined) namesIn(fn.body, found);
    for (const [kind, { enter, leave }] of Object.entries(this.dialect.guards)) {
      if (found.has(kind)) found.add(enter).add(leave);
    }
    for (const [form, { of }] of Object.entries(this.dialect.forms)) {
      if (found.has(form)) found.add(of);
    }
    this.#mentions.set(name, found);
    return found;
  }
}

/**
 * Reads the pattern of a row.
 *
 * @throws NotRead where it is no expression of C
 */
export function readRow(reader: CReader, row: Row): ReadRow {
  const read = (all: Readonly<Record<string, string>> = {}): Record<string, Expression> =>
    Object.fromEntries(Object.entries(all).map(([outcome, c]) => [outcome, readC(reader, c)]));
  return { row, pattern: readC(reader, row.c), sets: read(row.sets), enters: read(row.enters) };
}

function readC(reader: CReader, c: string): Expression {
  const unit = reader.read(c, `void pattern(void) { ${c}; }`);
  const body = unit.functions.get('pattern')?.body;
  const statement = body?.kind === 'block' ? body.body[0] : undefined;
  if (statement?.kind !== 'expression') {
    throw new NotRead('a pattern that is no expression', { file: c, line: 1 });
  }
  return statement.of;
}

/** What the rows of a reading speak of: a function that mentions none of it has no labelled step. */
export function subjectsOf(rows: readonly ReadRow[], reading: Reading): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { pattern, row, sets } of rows) {
    const sees = [row.label, row.enters, row.sets].some((one) => one !== undefined);
    if (!sees) continue;
    for (const set of Object.values(sets)) if (set.kind === 'assign') addMember(set.to, names);
    if (pattern.kind === 'call' && pattern.callee.kind === 'name') names.add(pattern.callee.name);
    else if (pattern.kind === 'call' && pattern.callee.kind === 'member')
      names.add(`.${pattern.callee.field}`);
    else if (pattern.kind === 'assign') addMember(pattern.to, names);
    else addMember(pattern, names);
  }
  for (const member of Object.keys(reading.pointers ?? {})) names.add(`.${member}`);
  for (const list of reading.lists ?? []) {
    const member = /(\w+)\W*$/.exec(list.head)?.[1];
    if (member !== undefined && list.asks !== undefined) names.add(`.${member}`);
  }
  return names;
}

/** The member that a place is, or whose array it is in. */
function addMember(place: Expression, names: Set<string>): void {
  const member = place.kind === 'index' ? place.object : place;
  if (member.kind === 'member') names.add(`.${member.field}`);
}

function namesIn(statement: Statement, into: Set<string>): void {
  const expression = (e: Expression | undefined) => e !== undefined && namesOf(e, into);
  switch (statement.kind) {
    case 'block':
      for (const inner of statement.body) namesIn(inner, into);
      break;
    case 'expression':
      expression(statement.of);
      break;
    case 'declare':
      for (const { value, cleanup } of statement.variables) {
        expression(value);
        if (cleanup !== undefined) into.add(cleanup);
      }
      break;
    case 'if':
      expression(statement.test);
      namesIn(statement.yes, into);
      if (statement.no !== undefined) namesIn(statement.no, into);
      break;
    case 'loop':
      if (statement.first !== undefined) namesIn(statement.first, into);
      expression(statement.test);
      expression(statement.next);
      namesIn(statement.body, into);
      break;
    case 'switch':
      expression(statement.on);
      for (const { body } of statement.body) for (const inner of body) namesIn(inner, into);
      break;
    case 'return':
      expression(statement.value);
      break;
  }
}

function namesOf(expression: Expression, into: Set<string>): void {
  switch (expression.kind) {
    case 'name':
      into.add(expression.name);
      break;
    case 'member':
      into.add(expression.field).add(`.${expression.field}`);
      namesOf(expression.object, into);
      break;
    case 'index':
      namesOf(expression.object, into);
      namesOf(expression.index, into);
      break;
    case 'address':
    case 'target':
    case 'unary':
      namesOf(expression.of, into);
      break;
    case 'call':
      namesOf(expression.callee, into);
      for (const arg of expression.args) namesOf(arg, into);
      break;
    case 'binary':
    case 'sequence':
      namesOf(expression.left, into);
      namesOf(expression.right, into);
      break;
    case 'assign':
      namesOf(expression.to, into);
      namesOf(expression.value, into);
      break;
    case 'choose':
      namesOf(expression.test, into);
      if (expression.yes !== undefined) namesOf(expression.yes, into);
      namesOf(expression.no, into);
      break;
    case 'opaque':
      for (const part of expression.parts) namesOf(part, into);
      break;
    case 'block':
      namesIn(expression.body, into);
      break;
  }
}
