import { NotRead, type Place } from './ast.ts';
import type { ListQuery } from './dialect.ts';
import type { CGraph, CStep, Note } from './graph.ts';
import type { Instruction, Operand } from './instruction.ts';
import { type Lists, listsOf } from './lists.ts';
import { type Bindings, kindOf, type Matching, matches } from './match.ts';
import type { CReader } from './parse.ts';
import { type Program, readRow, subjectsOf } from './program.ts';
import { State } from './state.ts';
import type { Answer, Entry, Reading, ReadRow, Row } from './table.ts';
import {
  ANY,
  keyOf,
  leavesOf,
  operate,
  tested,
  truth,
  truthOf,
  type Value,
  ZERO,
} from './value.ts';
import { valueInWords } from './words.ts';

/** So many states, and so many steps without a label, are gone through; beyond that it is said. */
const BOUND = { states: 50_000, silent: 20_000, depth: 24 };

/** What a run does next: a step with a label, a choice without one, and the state after it. */
interface Move {
  readonly label?: string;
  readonly choice?: string;
  readonly place: Place;
  readonly state: State;
}

/**
 * Runs a function of C through all that it can do, as far as the table gives its steps labels.
 *
 * @throws NotRead for a construct that is not read, a result that the table does not know and that is
 * tested, and where a bound is passed
 */
export function readFunction(program: Program, reading: Reading, reader: CReader): CGraph {
  return new Runner(program, reading, reader).run();
}

class Runner {
  readonly #program: Program;
  readonly #reading: Reading;
  readonly #rows = new Map<string, ReadRow[]>();
  readonly #matching: Matching;
  readonly #lists: Lists;
  readonly #subjects: ReadonlySet<string>;
  readonly #relevant = new Map<string, boolean>();
  readonly #reads = new Map<string, ReadonlySet<string>>();
  readonly #notes = {
    assumptions: new Map<string, Note>(),
    choices: new Map<string, Note>(),
    unlabelled: new Map<string, Note>(),
  };
  readonly #gone = new Map<string, Place>();
  readonly #followed = new Set<string>();

  constructor(program: Program, reading: Reading, reader: CReader) {
    this.#program = program;
    this.#reading = reading;
    const rows = reading.rows.map((row) => readRow(reader, row));
    for (const row of rows) {
      const key = keyOfPattern(row);
      this.#rows.set(key, [...(this.#rows.get(key) ?? []), row]);
    }
    this.#subjects = subjectsOf(rows, reading);
    this.#matching = {
      constants: program.constants,
      leads: reading.leads ?? {},
      kinds: kindsOf(reading),
    };
    this.#lists = listsOf(reading, reader, this.#matching);
  }

  run(): CGraph {
    const steps: CStep[][] = [];
    const numbers = new Map<string, number>();
    const states: State[] = [];
    const arrive = (state: State): number => {
      state.forget((fn) => this.#readsOf(fn));
      const key = state.key();
      const known = numbers.get(key);
      if (known !== undefined) return known;
      if (states.length >= BOUND.states) {
        throw new NotRead(`more than ${BOUND.states} states`, this.#start());
      }
      numbers.set(key, states.length);
      return states.push(state) - 1;
    };
    arrive(new State());
    for (let at = 0; at < states.length; at++) {
      const moves = this.#advance(new State(states[at]!), states[at]!.pending);
      steps.push(moves.map(({ state, ...step }) => ({ ...step, to: arrive(state) })));
    }
    return {
      name: this.#reading.function,
      steps,
      assumptions: [...this.#notes.assumptions.values()],
      choices: [...this.#notes.choices.values()],
      unlabelled: [...this.#notes.unlabelled.values()],
      read: this.#gone,
      followed: this.#followed,
    };
  }

  #start(): Place {
    const fn = this.#program.function(this.#reading.function);
    return fn === undefined
      ? { file: this.#reading.function, line: 0 }
      : { file: fn.file, line: fn.line };
  }

  /** Goes on until something is to be seen or decided. */
  #advance(state: State, pending: State['pending']): Move[] {
    if (state.frames.length === 0) return this.#beginnings();
    if (pending !== undefined) return this.#outcomes(state, pending);
    for (let steps = 0; steps < BOUND.silent; steps++) {
      const moves = this.#execute(state);
      if (moves !== undefined) return moves;
    }
    throw new NotRead('a loop in which nothing is to be seen', this.#placeIn(state));
  }

  #placeIn(state: State, line?: number): Place {
    const { flow, pc } = state.top;
    return { file: flow.file, line: line ?? flow.code[pc]!.line };
  }

  #beginnings(): Move[] {
    const { function: name, entries } = this.#reading;
    const flow = this.#program.flow(name);
    if (flow === undefined) {
      const why = this.#program.unread(name);
      throw why ?? new NotRead(`no function ${name}()`, this.#start());
    }
    this.#gone.set(name, this.#start());
    return entries.flatMap((entry, number) =>
      combinations(entry, flow.parameters).map((values): Move => {
        const state = new State();
        state.entry = number;
        const variables = new Map<string, Value>();
        for (const [i, parameter] of flow.parameters.entries()) {
          const answer = values[i];
          const value: Value =
            answer === undefined
              ? { kind: 'constant', name: parameter }
              : this.#valueInWords(answer);
          variables.set(parameter, value);
        }
        state.frames.push({ flow, pc: 0, variables });
        return { label: entry.begins, place: this.#start(), state };
      }),
    );
  }

  #valueInWords(answer: string, bindings?: Bindings): Value {
    return valueInWords(answer, this.#program.constants, bindings);
  }

  /** One instruction; undefined where the run just goes on. */
  #execute(state: State): Move[] | undefined {
    const { flow, pc, variables } = state.top;
    const step = flow.code[pc]!;
    this.#followed.add(`${flow.file}:${step.line}`);
    const set = (into: string, value: Value) => {
      variables.set(into, value);
      state.top.pc = pc + 1;
      return undefined;
    };
    switch (step.op) {
      case 'copy':
        return set(step.into, this.#get(state, step.from));
      case 'variable':
        return set(step.into, { kind: 'variable', frame: state.frames.length, name: step.name });
      case 'place':
        return set(step.into, this.#member(this.#get(state, step.of), step.field!));
      case 'address':
        return set(step.into, this.#address(this.#get(state, step.of)));
      case 'target': {
        const of = this.#get(state, step.of);
        if (of.kind === 'address') return set(step.into, of.of);
        return set(step.into, of.kind === 'object' ? of : { kind: 'field', of, name: '*' });
      }
      case 'read':
        return this.#read(state, step);
      case 'write':
        return this.#write(state, step);
      case 'operate': {
        const args = step.args.map((arg) => this.#known(state, this.#get(state, arg)));
        return set(step.into, operate(step.operator, args));
      }
      case 'call':
        return this.#call(state, step);
      case 'test':
        return this.#test(state, step);
      case 'jump':
        state.top.pc = step.to;
        return undefined;
      case 'return':
        return this.#return(state, step);
      case 'list_start':
      case 'list_next':
      case 'list_test':
        return this.#list(state, step);
    }
  }

  #get(state: State, operand: Operand): Value {
    if (operand.kind === 'value') return operand.value;
    return state.top.variables.get(operand.name) ?? ANY;
  }

  #member(of: Value, name: string): Value {
    const from = this.#led(of);
    return { kind: 'field', of: from.kind === 'address' ? from.of : from, name };
  }

  #address(of: Value): Value {
    const led = this.#led(of);
    if (led.kind === 'object') return led;
    return led.kind === 'field' && led.name === '*' ? led.of : { kind: 'address', of: led };
  }

  /** Where a member leads that the reading knows. */
  #led(value: Value): Value {
    if (value.kind !== 'field' || value.of.kind !== 'object') return value;
    const lead = this.#matching.leads[`${kindOf(value.of.name)}.${value.name}`];
    if (lead === undefined) return value;
    return lead.startsWith('@') ? { kind: 'object', name: lead.slice(1) } : value.of;
  }

  #known(state: State, value: Value): Value {
    if (truthOf(value) !== undefined) return value;
    const decided = state.decided.get(keyOf(value));
    return decided?.holds === false ? ZERO : value;
  }

  // Members

  #read(state: State, step: Extract<Instruction, { op: 'read' }>): Move[] | undefined {
    const place = this.#get(state, step.from);
    const rows = place.kind === 'field' ? (this.#rows.get(`.${place.name}`) ?? []) : [];
    for (const row of rows) {
      const bindings: Bindings = new Map();
      if (matches(row.pattern, place, bindings, this.#matching)) {
        return this.#perform(state, step, step.into, row.row, bindings);
      }
    }
    state.top.variables.set(step.into, this.#content(state, place));
    state.top.pc += 1;
    return undefined;
  }

  #content(state: State, place: Value): Value {
    if (place.kind === 'variable') {
      return state.frames[place.frame - 1]?.variables.get(place.name) ?? ANY;
    }
    return state.written.get(keyOf(place)) ?? this.#led(place);
  }

  #write(state: State, step: Extract<Instruction, { op: 'write' }>): Move[] | undefined {
    const place = this.#get(state, step.to);
    const value = this.#get(state, step.value);
    const name = place.kind === 'field' ? place.name : '';
    for (const { row, pattern } of this.#rows.get(`=${name}`) ?? []) {
      if (pattern.kind !== 'assign') continue;
      const bindings: Bindings = new Map();
      const isMeant =
        matches(pattern.to, place, bindings, this.#matching) &&
        matches(pattern.value, value, bindings, this.#matching);
      if (isMeant) return this.#perform(state, step, undefined, row, bindings);
    }
    this.#store(state, place, value);
    if (place.kind === 'field' && !isLocal(place)) {
      this.#note('unlabelled', `${keyOf(place)} = ${keyOf(value)}`, this.#placeIn(state));
    }
    state.top.pc += 1;
    return undefined;
  }

  #store(state: State, place: Value, value: Value): void {
    if (place.kind === 'variable') {
      state.frames[place.frame - 1]?.variables.set(place.name, value);
      return;
    }
    state.written.set(keyOf(place), value);
    if (place.kind !== 'field') return;
    for (const [key, { of }] of state.decided) {
      if (leavesOf(of).has(place.name)) state.decided.delete(key);
    }
  }

  // Calls

  #call(state: State, step: Extract<Instruction, { op: 'call' }>): Move[] | undefined {
    const args = step.args.map((arg) => this.#get(state, arg));
    const pointer = typeof step.callee === 'string' ? undefined : this.#get(state, step.callee);
    const name = typeof step.callee === 'string' ? step.callee : memberOf(pointer!);
    const rowName = pointer === undefined ? name : `->${name}`;
    for (const { row, pattern } of this.#rows.get(`${rowName}()`) ?? []) {
      if (pattern.kind !== 'call') continue;
      const bindings: Bindings = new Map();
      const isMeant =
        (pointer === undefined || matches(pattern.callee, pointer, bindings, this.#matching)) &&
        this.#argumentsMatch(pattern.args, args, bindings);
      if (isMeant) return this.#perform(state, step, step.into, row, bindings);
    }
    const query = this.#program.dialect.listQueries[name];
    if (query !== undefined) return this.#query(state, step, query, args);
    const helped = this.#help(state, name, args);
    if (helped !== undefined) return this.#result(state, step.into, helped);
    const fn =
      pointer === undefined
        ? name
        : (this.#reading.pointers?.[name] ?? this.#pointed(state, pointer));
    if (fn !== undefined && this.#isRelevant(fn)) return this.#enter(state, step, fn, args);
    return this.#unlabelledCall(state, step, name, args);
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
    return fixed.every((pattern, i) => matches(pattern, args[i]!, bindings, this.#matching));
  }

  /** A pointer to a function that was assigned in what was run. */
  #pointed(state: State, pointer: Value): string | undefined {
    const value = this.#content(state, pointer);
    return value.kind === 'constant' && this.#program.function(value.name) ? value.name : undefined;
  }

  #result(state: State, into: string, value: Value): undefined {
    state.top.variables.set(into, value);
    state.top.pc += 1;
    return undefined;
  }

  #help(state: State, name: string, args: readonly Value[]): Value | undefined {
    const helper = this.#program.dialect.helpers[name];
    const [value = ZERO] = args;
    switch (helper) {
      case undefined:
        return undefined;
      case 'nothing':
        return ZERO;
      case 'same':
      case 'truth':
        return value;
      case 'error_pointer':
        return value.kind === 'number' && value.value === 0
          ? ZERO
          : { kind: 'error', errno: value };
      case 'errno_of':
        return value.kind === 'error'
          ? value.errno
          : { kind: 'operation', op: 'PTR_ERR', args: [value] };
      case 'is_error':
        return this.#isError(state, value);
      case 'is_error_or_null': {
        if (value.kind === 'number' && value.value === 0) return truth(true);
        return this.#isError(state, value);
      }
      case 'errno_or_zero':
        if (value.kind === 'error') return value.errno;
        return truthOf(value) === undefined
          ? { kind: 'operation', op: 'PTR_ERR', args: [value] }
          : ZERO;
    }
  }

  #isError(state: State, value: Value): Value {
    const known = this.#known(state, value);
    if (known.kind === 'error') return truth(true);
    if (truthOf(known) !== undefined) return truth(false);
    return { kind: 'operation', op: 'IS_ERR', args: [known] };
  }

  #isRelevant(name: string): boolean {
    const known = this.#relevant.get(name);
    if (known !== undefined) return known;
    if (this.#program.function(name) === undefined) {
      const unread = this.#program.unread(name);
      if (unread !== undefined) throw unread;
      return false;
    }
    this.#relevant.set(name, false);
    const mentions = this.#program.mentions(name);
    const is = [...mentions].some(
      (mentioned) =>
        this.#subjects.has(mentioned) ||
        (this.#program.function(mentioned) !== undefined && this.#isRelevant(mentioned)),
    );
    this.#relevant.set(name, is);
    return is;
  }

  #enter(
    state: State,
    step: Extract<Instruction, { op: 'call' }>,
    name: string,
    args: readonly Value[],
  ) {
    const flow = this.#program.flow(name)!;
    const place = this.#placeIn(state);
    if (state.frames.some((frame) => frame.flow === flow))
      throw new NotRead(`${name}() calls itself`, place);
    if (state.frames.length >= BOUND.depth) throw new NotRead('calls that nest too deep', place);
    const { file, line } = this.#program.function(name)!;
    this.#gone.set(name, { file, line });
    state.top.pc += 1;
    const variables = new Map(flow.parameters.map((p, i) => [p, args[i] ?? ANY] as const));
    state.frames.push({ flow, pc: 0, variables, into: step.into });
    return undefined;
  }

  /** A call that has no label: it is taken to change nothing that is asked for, and is said. */
  #unlabelledCall(
    state: State,
    step: Extract<Instruction, { op: 'call' }>,
    name: string,
    args: readonly Value[],
  ) {
    const place = this.#placeIn(state);
    const call = `${name}@${place.line}`;
    this.#note('unlabelled', `${name}(${args.map(keyOf).join(', ')})`, place);
    for (const [key, { of }] of state.decided)
      if (leavesOf(of).has(call)) state.decided.delete(key);
    // What an address was given of may be anything now.
    for (const arg of args) {
      if (arg.kind === 'address' && arg.of.kind === 'variable') this.#store(state, arg.of, ANY);
    }
    return this.#result(state, step.into, { kind: 'result', call, args: [] });
  }

  // Steps that are to be seen

  #perform(
    state: State,
    step: Instruction,
    into: string | undefined,
    row: Row,
    bindings: Bindings,
  ): Move[] | undefined {
    const target = into ?? '%';
    const place = this.#placeIn(state, step.line);
    if (row.label === undefined) {
      const values = answers(row.is ?? 'any').map((answer) => this.#valueInWords(answer, bindings));
      if (row.is !== undefined) {
        this.#note(
          'assumptions',
          `${row.c} is ${answers(row.is).join(' or ')}${row.because ? `: ${row.because}` : ''}`,
          place,
        );
      }
      if (values.length === 1) return this.#result(state, target, values[0]!);
      return values.map((value) => {
        const after = new State(state);
        this.#result(after, target, value);
        return { choice: `${row.c} = ${keyOf(value)}`, place, state: after };
      });
    }
    const label = this.#filled(row.label, bindings, state, place);
    const outcomes = Object.entries(row.returns ?? {}).flatMap(([outcome, answer]) =>
      answers(answer).map((one) => ({
        label: `${label}:${outcome}`,
        value: this.#valueInWords(one, bindings),
      })),
    );
    const pending = {
      outcomes: outcomes.length > 0 ? outcomes : [{ label, value: unanswered(row) }],
      into: target,
      line: place.line,
    };
    if (!row.spans) return this.#outcomes(state, pending);
    const begun = new State(state);
    begun.pending = pending;
    return [{ label: `${label}:begin`, place, state: begun }];
  }

  /** The label, its objects filled in: what the pattern bound, else what the functions hold. */
  #filled(label: string, bindings: Bindings, state: State, place: Place): string {
    return label.replace(/\{(\w+)\}/g, (_, name: string) => {
      const bound = bindings.get(`$${name}`);
      if (bound !== undefined) return keyOf(bound);
      const held = state.frames.flatMap(({ variables }) =>
        [...variables.values()].flatMap((value) =>
          value.kind === 'object' && kindOf(value.name) === name ? [value.name] : [],
        ),
      );
      const [only, ...others] = new Set(held);
      if (others.length > 0) throw new NotRead(`'${label}', of more than one ${name}`, place);
      return only ?? name;
    });
  }

  #outcomes(state: State, { outcomes, into, line }: NonNullable<State['pending']>): Move[] {
    const place = this.#placeIn(state, line);
    return outcomes.map(({ label, value }) => {
      const after = new State(state);
      this.#result(after, into, value);
      return { label, place, state: after };
    });
  }

  // Control

  #test(state: State, step: Extract<Instruction, { op: 'test' }>): Move[] | undefined {
    const { value, negated } = tested(this.#get(state, step.on));
    const place = this.#placeIn(state);
    if (leavesOf(value).size === 0 && mentionsUnanswered(value)) {
      throw new NotRead(`a test of what the table does not answer (${keyOf(value)})`, place);
    }
    const go = (to: State, holds: boolean) => {
      to.top.pc = holds !== negated ? step.yes : step.no;
    };
    const known = this.#truth(state, value);
    if (known !== undefined) {
      go(state, known);
      return undefined;
    }
    this.#note('choices', keyOf(value), place);
    return [true, false].map((holds) => {
      const after = new State(state);
      if (!leavesOf(value).has('?')) after.decided.set(keyOf(value), { of: value, holds });
      go(after, holds);
      return { choice: `${keyOf(value)} is ${holds}`, place, state: after };
    });
  }

  /** What is known of a test: from the value, from the same test before, from its sign. */
  #truth(state: State, value: Value): boolean | undefined {
    const known = truthOf(value) ?? state.decided.get(keyOf(value))?.holds;
    if (known !== undefined) return known;
    const below = state.decided.get(keyOf({ kind: 'operation', op: '<', args: [value, ZERO] }));
    return below?.holds ? true : undefined;
  }

  #return(state: State, step: Extract<Instruction, { op: 'return' }>): Move[] | undefined {
    const value = step.value === undefined ? undefined : this.#get(state, step.value);
    const place = this.#placeIn(state);
    const { into } = state.frames.pop()!;
    if (state.frames.length > 0) {
      state.top.variables.set(into!, value === undefined ? ANY : this.#known(state, value));
      return undefined;
    }
    const entry = this.#reading.entries[state.entry]!;
    const label =
      this.#returned(state, entry, value) ??
      `return ${value === undefined ? '' : wordOf(value, this.#program.constants)}`;
    return [{ label, place, state: new State() }];
  }

  #returned(state: State, { returns }: Entry, value: Value | undefined): string | undefined {
    const known = value === undefined ? undefined : this.#known(state, value);
    for (const [label, answer] of Object.entries(returns)) {
      for (const one of answers(answer)) {
        if (one === 'void' || one === 'any') return label;
        if (known === undefined) continue;
        if (one === 'some' && this.#truth(state, known) === true && known.kind !== 'error')
          return label;
        if (one === 'errno' && this.#isErrno(state, known)) return label;
        if (one !== 'errno' && one !== 'some' && keyOf(this.#valueInWords(one)) === keyOf(known))
          return label;
      }
    }
    return undefined;
  }

  #isErrno(state: State, value: Value): boolean {
    const errno = value.kind === 'error' ? value.errno : value;
    if (errno.kind === 'errno') return true;
    return errno.kind !== 'number' && this.#truth(state, errno) === true;
  }

  // Lists

  #list(state: State, step: Extract<Instruction, { op: `list_${string}` }>): Move[] | undefined {
    const place = this.#placeIn(state);
    const list = this.#lists.of(this.#get(state, step.head));
    if (list === undefined) {
      throw new NotRead(
        `a list that the table does not know (${keyOf(this.#get(state, step.head))})`,
        place,
      );
    }
    const { variables } = state.top;
    const cursor = variables.get(step.cursor) ?? ANY;
    if (step.op === 'list_start') {
      variables.set(step.cursor, list.start(step.loop, cursor, place));
      state.top.pc += 1;
      return undefined;
    }
    if (step.op === 'list_next') {
      variables.set(step.cursor, list.beyond(cursor, step.loop.direction, place));
      state.top.pc += 1;
      return undefined;
    }
    if (cursor.kind === 'head') {
      state.top.pc = step.end;
      return undefined;
    }
    if (list.asks === undefined) {
      state.top.pc = step.body;
      return undefined;
    }
    const label = list.asks.replace(/\{\w+\}/, keyOf(cursor));
    return [true, false].map((is) => {
      const after = new State(state);
      after.top.pc = is ? step.body : step.next;
      return { label: `${label}:${is}`, place, state: after };
    });
  }

  #query(
    state: State,
    step: Extract<Instruction, { op: 'call' }>,
    query: ListQuery,
    args: readonly Value[],
  ) {
    const place = this.#placeIn(state);
    const answer = this.#lists.answer(query, args);
    if (answer === undefined)
      throw new NotRead(
        `a list that the table does not know (${args.map(keyOf).join(', ')})`,
        place,
      );
    return this.#result(state, step.into, answer);
  }

  #readsOf(name: string): ReadonlySet<string> {
    const known = this.#reads.get(name);
    if (known !== undefined) return known;
    const all = new Set<string>();
    this.#reads.set(name, all);
    if (this.#program.function(name) === undefined || !this.#isRelevant(name)) return all;
    const flow = this.#program.flow(name)!;
    for (const field of flow.reads[0] ?? []) all.add(field);
    for (const fn of flow.calls[0] ?? []) for (const field of this.#readsOf(fn)) all.add(field);
    return all;
  }

  #note(kind: 'assumptions' | 'choices' | 'unlabelled', text: string, place: Place): void {
    this.#notes[kind].set(`${place.file}:${place.line} ${text}`, { text, place });
  }
}

/** The name by which a row is found: of the function, of the member read (`.x`) or written (`=x`). */
function keyOfPattern({ pattern, row }: ReadRow): string {
  if (pattern.kind === 'call') {
    if (pattern.callee.kind === 'name') return `${pattern.callee.name}()`;
    if (pattern.callee.kind === 'member') return `->${pattern.callee.field}()`;
  }
  if (pattern.kind === 'member') return `.${pattern.field}`;
  if (pattern.kind === 'assign' && pattern.to.kind === 'member') return `=${pattern.to.field}`;
  throw new NotRead('a pattern that is neither a call, nor a member, nor an assignment', {
    file: row.c,
    line: 1,
  });
}

/** The kinds of object that a reading names. */
function kindsOf({ entries, lists = [], leads = {} }: Reading): Set<string> {
  const kinds = new Set<string>(lists.map(({ of }) => of));
  for (const { parameters = {} } of entries) {
    for (const answer of Object.values(parameters).flatMap(answers)) {
      if (answer.startsWith('@')) kinds.add(kindOf(answer.slice(1)));
    }
  }
  for (const [from, to] of Object.entries(leads)) {
    kinds.add(from.split('.')[0]!);
    kinds.add(kindOf(to.replace(/^@/, '')));
  }
  return kinds;
}

function answers(answer: Answer): readonly string[] {
  return typeof answer === 'string' ? [answer] : answer;
}

/** Every way in which the parameters can be chosen. */
function combinations(
  { parameters = {} }: Entry,
  names: readonly string[],
): (string | undefined)[][] {
  let all: (string | undefined)[][] = [[]];
  for (const name of names) {
    const values = parameters[name] === undefined ? [undefined] : answers(parameters[name]!);
    all = all.flatMap((chosen) => values.map((value) => [...chosen, value]));
  }
  return all;
}

function unanswered({ c }: Row): Value {
  return { kind: 'unanswered', call: c };
}

function mentionsUnanswered(value: Value): boolean {
  if (value.kind === 'unanswered') return true;
  return value.kind === 'operation' && value.args.some(mentionsUnanswered);
}

/** The member that holds a pointer to a function. */
function memberOf(pointer: Value): string {
  return pointer.kind === 'field' && pointer.name !== '*'
    ? pointer.name
    : pointer.kind === 'field'
      ? memberOf(pointer.of)
      : '';
}

function isLocal(place: Value): boolean {
  if (place.kind === 'variable') return true;
  return place.kind === 'field' && isLocal(place.of);
}

/** `-EBUSY` */
function wordOf(value: Value, constants: Readonly<Record<string, number>>): string {
  if (value.kind === 'error') return `ERR_PTR(${wordOf(value.errno, constants)})`;
  if (value.kind !== 'number' || value.value >= 0) return keyOf(value);
  const name = Object.keys(constants).find(
    (key) => /^E[A-Z\d]+$/.test(key) && constants[key] === -value.value,
  );
  return name === undefined ? keyOf(value) : `-${name}`;
}
