import { NotRead, type Place } from './ast.ts';
import type { ListQuery } from './dialect.ts';
import type { CGraph, CStep } from './graph.ts';
import { helped } from './helped.ts';
import { type Instruction, type Operand, operandsOf } from './instruction.ts';
import { type Lists, listsOf } from './lists.ts';
import { type Bindings, kindOf } from './match.ts';
import { Notes } from './notes.ts';
import type { CReader } from './parse.ts';
import {
  addressOf,
  elementAt,
  isLocal,
  type Leads,
  led,
  memberAt,
  memberOf,
  targetOf,
} from './places.ts';
import type { Program } from './program.ts';
import { Relevance } from './relevance.ts';
import { type Matched, RowTable } from './row-table.ts';
import { type Outcome, State } from './state.ts';
import { answers, combinations, type Entry, type Reading, type Row } from './table.ts';
import { ANY, keyOf, leavesOf, operate, tested, truthOf, type Value, ZERO } from './value.ts';
import { valueInWords, wordOf, written } from './words.ts';

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
 * @param shows - `steps`: what the table has labels for; `everything`: also calls and assignments that
 * have none, what steps are given that no row looks at, and each choice, as labels of their own
 * @throws NotRead for a construct that is not read, a result that the table does not know and that is
 * tested, and where a bound is passed
 */
export function readFunction(
  program: Program,
  reading: Reading,
  reader: CReader,
  shows: 'steps' | 'everything' = 'steps',
): CGraph {
  return new Runner(program, reading, reader, shows === 'everything').run();
}

/** A text without what a reader of it does not tell apart: lines of calls, and names of variables. */
export function withoutPlaces(text: string): string {
  return text.replace(/@\d+(?=\()/g, '').replace(/[\w#%]+@\d+/g, 'a variable');
}

class Runner {
  readonly #program: Program;
  readonly #reading: Reading;
  readonly #rows: RowTable;
  readonly #leads: Leads;
  readonly #lists: Lists;
  readonly #relevance: Relevance;
  readonly #notes = new Notes();
  readonly #showsAll: boolean;

  constructor(program: Program, reading: Reading, reader: CReader, showsAll: boolean) {
    this.#showsAll = showsAll;
    this.#program = program;
    this.#reading = reading;
    this.#rows = new RowTable(reading, program.constants, reader);
    this.#leads = this.#rows.matching.leads;
    this.#lists = listsOf(reading, reader, this.#rows.matching);
    this.#relevance = new Relevance(program, this.#rows.subjects);
  }

  run(): CGraph {
    const steps: CStep[][] = [];
    const numbers = new Map<string, number>();
    const states: State[] = [];
    const arrive = (state: State): number => {
      state.forget((fn) => this.#relevance.readsOf(fn));
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
      ...this.#notes.all(),
    };
  }

  #start(name = this.#reading.function): Place {
    const fn = this.#program.function(name);
    return fn === undefined ? { file: name, line: 0 } : { file: fn.file, line: fn.line };
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
    return this.#reading.entries.flatMap((entry, number) => {
      const name = entry.function ?? this.#reading.function;
      const flow = this.#program.flow(name);
      const start = this.#start(name);
      if (flow === undefined) {
        throw this.#program.unread(name) ?? new NotRead(`no function ${name}()`, start);
      }
      this.#notes.enter(name, start);
      return combinations(entry, flow.parameters).map((values): Move => {
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
        return { label: entry.begins, place: start, state };
      });
    });
  }

  #valueInWords(answer: string, bindings?: Bindings): Value {
    return valueInWords(answer, this.#program.constants, bindings);
  }

  /** One instruction; undefined where the run just goes on. */
  #execute(state: State): Move[] | undefined {
    const { flow, pc, variables } = state.top;
    const step = flow.code[pc]!;
    this.#notes.follow({ file: flow.file, line: step.line });
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
        return set(step.into, this.#place(state, step));
      case 'address':
        return set(step.into, addressOf(this.#get(state, step.of), this.#leads));
      case 'target':
        return set(step.into, targetOf(this.#get(state, step.of)));
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

  #place(state: State, step: Extract<Instruction, { op: 'place' }>): Value {
    const of = this.#get(state, step.of);
    return step.index === undefined
      ? memberAt(of, step.field!, this.#leads)
      : elementAt(of, this.#get(state, step.index), this.#leads);
  }

  #get(state: State, operand: Operand): Value {
    if (operand.kind === 'value') return operand.value;
    return state.top.variables.get(operand.name) ?? ANY;
  }

  #known(state: State, value: Value): Value {
    if (truthOf(value) !== undefined) return value;
    const decided = state.decided.get(keyOf(value));
    return decided?.holds === false ? ZERO : value;
  }

  // Members

  #read(state: State, step: Extract<Instruction, { op: 'read' }>): Move[] | undefined {
    const place = this.#get(state, step.from);
    const matched = this.#rows.ofRead(place);
    if (matched !== undefined && this.#isAsked(state.top, step.into))
      return this.#perform(state, step, step.into, matched);
    state.top.variables.set(step.into, this.#content(state, place));
    state.top.pc += 1;
    return undefined;
  }

  /**
   * Whether the value of a member is asked for. A pointer that only leads on, or is handed to a
   * function in which nothing is to be seen, is not.
   */
  #isAsked({ flow, pc }: State['top'], into: string): boolean {
    const isIt = (operand: Operand) => operand.kind === 'variable' && operand.name === into;
    const uses = flow.code.filter((step, at) => at > pc && operandsOf(step).some(isIt));
    return !(
      uses.length > 0 &&
      uses.every((step) => {
        if (step.op === 'place' || step.op === 'target') return true;
        if (step.op !== 'call' || typeof step.callee !== 'string') return false;
        const isHelper = this.#program.dialect.helpers[step.callee] !== undefined;
        return !isHelper && !this.#relevance.isRelevant(step.callee);
      })
    );
  }

  #content(state: State, place: Value): Value {
    if (place.kind === 'variable') {
      return state.frames[place.frame - 1]?.variables.get(place.name) ?? ANY;
    }
    const held = state.written.get(keyOf(place)) ?? this.#constant(place);
    if (held !== undefined) return held;
    // Where the test is to be seen, it is not known before that where the member leads.
    if (this.#rows.ofTest(place) === undefined) return led(place, this.#leads);
    const decided = state.decided.get(keyOf(place));
    if (decided === undefined) return place;
    return decided.holds ? led(place, this.#leads) : ZERO;
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

  #write(state: State, step: Extract<Instruction, { op: 'write' }>): Move[] | undefined {
    const place = this.#get(state, step.to);
    const value = this.#get(state, step.value);
    const matched = this.#rows.ofWrite(place, value);
    if (matched !== undefined) return this.#perform(state, step, undefined, matched);
    this.#store(state, place, value);
    const isSeen = place.kind === 'field' && !isLocal(place);
    const at = this.#placeIn(state);
    const text = `${keyOf(place)} = ${keyOf(value)}`;
    if (isSeen) this.#notes.add('unlabelled', text, at);
    state.top.pc += 1;
    return isSeen ? this.#shown(text, at, state) : undefined;
  }

  /** A step of its own, where everything is to be shown. */
  #shown(text: string, place: Place, state: State): Move[] | undefined {
    return this.#showsAll ? [{ label: `~${withoutPlaces(text)}`, place, state }] : undefined;
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
    const matched = this.#rows.ofCall(name, pointer, args);
    if (matched !== undefined) return this.#perform(state, step, step.into, matched);
    const query = this.#program.dialect.listQueries[name];
    if (query !== undefined) return this.#query(state, step, query, args);
    const helper = this.#program.dialect.helpers[name];
    if (helper !== undefined) {
      const isFalse = (value: Value) => this.#known(state, value) === ZERO;
      return this.#result(state, step.into, helped(helper, args, isFalse));
    }
    const fn =
      pointer === undefined
        ? name
        : (this.#reading.pointers?.[name] ?? this.#pointed(state, pointer));
    if (fn !== undefined && this.#relevance.isRelevant(fn))
      return this.#enter(state, step, fn, args);
    return this.#unlabelledCall(state, step, name, args);
  }

  /** A pointer to a function that was assigned in what was run. */
  #pointed(state: State, pointer: Value): string | undefined {
    const content = this.#content(state, pointer);
    const value = content.kind === 'address' ? content.of : content;
    return value.kind === 'constant' && this.#program.function(value.name) ? value.name : undefined;
  }

  #result(state: State, into: string, value: Value): undefined {
    state.top.variables.set(into, value);
    state.top.pc += 1;
    return undefined;
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
    this.#notes.enter(name, { file, line });
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
    const text = `${name}(${args.map(keyOf).join(', ')})`;
    this.#notes.add('unlabelled', text, place);
    for (const [key, { of }] of state.decided)
      if (leavesOf(of).has(call)) state.decided.delete(key);
    // What an address was given of may be anything now.
    for (const arg of args) {
      if (arg.kind === 'address' && arg.of.kind === 'variable') this.#store(state, arg.of, ANY);
    }
    this.#result(state, step.into, { kind: 'result', call, args: [] });
    return this.#shown(text, place, state);
  }

  // Steps that are to be seen

  #perform(
    state: State,
    step: Instruction,
    into: string | undefined,
    matched: Matched,
  ): Move[] | undefined {
    const { row, bindings } = matched;
    const target = into ?? '%';
    const place = this.#placeIn(state, step.line);
    const given = matched.unasked.map(keyOf).join(', ');
    if (given !== '') this.#notes.add('unasked', `${row.c} is given ${given}`, place);
    if (row.label === undefined) {
      const values = answers(row.is ?? 'any').map((answer) => this.#valueInWords(answer, bindings));
      if (row.is !== undefined || row.because !== undefined) {
        const what = row.is === undefined ? 'no step' : answers(row.is).join(' or ');
        const why = row.because === undefined ? '' : `: ${row.because}`;
        this.#notes.add('assumptions', `${row.c} is ${what}${why}`, place);
      }
      if (values.length === 1) {
        this.#result(state, target, values[0]!);
        return given === '' ? undefined : this.#shown(`${row.c} of ${given}`, place, state);
      }
      return values.map((value) => {
        const after = new State(state);
        this.#result(after, target, value);
        return { choice: `${row.c} = ${keyOf(value)}`, place, state: after };
      });
    }
    const own = this.#filled(row.label, bindings, state, place);
    const label = this.#showsAll && given !== '' ? `${own} of ${withoutPlaces(given)}` : own;
    const pending = {
      outcomes: this.#outcomesOf(label, matched, state, place),
      into: target,
      line: place.line,
    };
    if (!row.spans) return this.#outcomes(state, pending);
    const begun = new State(state);
    begun.pending = pending;
    return [{ label: `${label}:begin`, place, state: begun }];
  }

  /** In how many ways a step ends. */
  #outcomesOf(
    label: string,
    { row, bindings, sets }: Matched,
    state: State,
    place: Place,
  ): Outcome[] {
    const outcomes = Object.entries(row.returns ?? {}).flatMap(([outcome, answer]) => {
      const runs = row.runs?.[outcome];
      const labels = runs?.map((run) => this.#filled(run, bindings, state, place));
      if (runs !== undefined && row.because !== undefined) {
        const text = `${row.c}, ${outcome}, is ${labels!.join(', ') || 'no step'}: ${row.because}`;
        this.#notes.add('assumptions', text, place);
      }
      return answers(answer).map((one) => ({
        labels: labels ?? [outcome === '' ? label : `${label}:${outcome}`],
        value: this.#valueInWords(one, bindings),
        ...(sets[outcome] !== undefined && {
          writes: written(sets[outcome], this.#answering(bindings, one), this.#leads),
        }),
      }));
    });
    return outcomes.length > 0 ? outcomes : [{ labels: [label], value: unanswered(row) }];
  }

  /** `$answer` is what the C gets. */
  #answering(bindings: Bindings, answer: string): Bindings {
    return new Map([...bindings, ['$answer', this.#valueInWords(answer, bindings)]]);
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
    return outcomes.map(({ labels: [label, ...labels], value, writes }) => {
      const after = new State(state);
      if (labels.length > 0) after.pending = { outcomes: [{ labels, value, writes }], into, line };
      else {
        if (writes !== undefined) this.#store(after, writes.to, writes.value);
        this.#result(after, into, value);
      }
      const choice = `it ends with ${keyOf(value)}`;
      return { ...(label === undefined ? { choice } : { label }), place, state: after };
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
    const decide = (holds: boolean) => {
      const after = new State(state);
      if (!leavesOf(value).has('?')) after.decided.set(keyOf(value), { of: value, holds });
      go(after, holds);
      return after;
    };
    const seen = this.#rows.ofTest(value);
    if (seen?.row.label !== undefined) {
      const label = this.#filled(seen.row.label, seen.bindings, state, place);
      return Object.entries(seen.row.returns ?? {}).map(([outcome, answer]) => ({
        label: `${label}:${outcome}`,
        place,
        state: decide(truthOf(this.#valueInWords(answers(answer)[0]!)) === true),
      }));
    }
    this.#notes.add('choices', keyOf(value), place);
    return [true, false].map((holds) => {
      const choice = `${keyOf(value)} is ${holds}`;
      const step = this.#showsAll ? { label: `?${withoutPlaces(choice)}` } : { choice };
      return { ...step, place, state: decide(holds) };
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
}

function unanswered({ c }: Row): Value {
  return { kind: 'unanswered', call: c };
}

function mentionsUnanswered(value: Value): boolean {
  if (value.kind === 'unanswered') return true;
  return value.kind === 'operation' && value.args.some(mentionsUnanswered);
}
