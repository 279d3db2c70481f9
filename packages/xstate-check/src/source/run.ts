import { NotRead, type Place } from './ast.ts';
import { negated as not } from './c-text.ts';
import type { CallForm, ListQuery } from './dialect.ts';
import type { CGraph, CStep } from './graph.ts';
import { helped } from './helped.ts';
import { type Instruction, type Operand, operandsOf } from './instruction.ts';
import { stepList } from './list-steps.ts';
import { type Lists, listsOf } from './lists.ts';
import { type Bindings, kindOf } from './match.ts';
import { Memory } from './memory.ts';
import { Notes } from './notes.ts';
import type { CReader } from './parse.ts';
import {
  addressOf,
  elementAt,
  isLocal,
  type Leads,
  memberAt,
  memberOf,
  targetOf,
} from './places.ts';
import type { Program } from './program.ts';
import { Relevance } from './relevance.ts';
import { returnedLabel } from './returned.ts';
import { type Matched, RowTable } from './row-table.ts';
import { type Move, type Outcome, State } from './state.ts';
import { answers, combinations, type Reading, type Row } from './table.ts';
import { assertLinked, unlink } from './unlinked.ts';
import {
  ANY,
  keyOf,
  leavesOf,
  number,
  operate,
  tested,
  truthOf,
  type Value,
  ZERO,
} from './value.ts';
import { ledTo, valueInWords, wordOf, written } from './words.ts';

/** So many states, steps without a label, calls within each other and seconds; beyond that it is said. */
const BOUND = { states: 20_000, silent: 20_000, depth: 24, seconds: 30 };

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
  readonly #memory: Memory;
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
    this.#memory = new Memory(program, this.#rows);
    this.#lists = listsOf(reading, reader, this.#rows.matching);
    this.#relevance = new Relevance(program, this.#rows.subjects, this.#rows.ledTo);
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
    const start = performance.now();
    for (let at = 0; at < states.length; at++) {
      if (performance.now() - start > BOUND.seconds * 1000) {
        throw new NotRead(`more than ${BOUND.seconds} seconds`, this.#start());
      }
      const moves = this.#advance(new State(states[at]!), states[at]!.pending);
      steps.push(moves.map(({ state, ...step }) => ({ ...step, to: arrive(state) })));
    }
    return {
      name: this.#reading.function,
      steps,
      rows: this.#rows.used,
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
        const begun = { place: start, state };
        if (entry.begins === '') return { choice: `${name}() is called`, ...begun };
        return { label: entry.begins, ...begun };
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
        const args = step.args.map((arg) => this.#memory.known(state, this.#get(state, arg)));
        return set(step.into, operate(step.operator, args));
      }
      case 'call':
        return this.#call(state, step);
      case 'test':
        return this.#test(state, step);
      case 'jump':
        state.top.pc = step.to;
        return undefined;
      case 'unread':
        throw new NotRead(step.construct, this.#placeIn(state));
      case 'return':
        return this.#return(state, step);
      case 'list_start':
      case 'list_next':
      case 'list_test':
        return stepList(this.#lists, state, step, this.#placeIn(state));
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

  // Members

  #read(state: State, step: Extract<Instruction, { op: 'read' }>): Move[] | undefined {
    const place = this.#get(state, step.from);
    const matched = this.#rows.ofRead(place);
    if (matched !== undefined && this.#isAsked(state.top, step.into))
      return this.#perform(state, step, step.into, matched);
    state.top.variables.set(step.into, this.#memory.content(state, place));
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

  #write(state: State, step: Extract<Instruction, { op: 'write' }>): Move[] | undefined {
    const place = this.#get(state, step.to);
    const value = this.#get(state, step.value);
    const matched = this.#rows.ofWrite(place, value);
    if (matched !== undefined) return this.#perform(state, step, undefined, matched);
    this.#memory.store(state, place, value);
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

  // Calls

  #call(state: State, step: Extract<Instruction, { op: 'call' }>): Move[] | undefined {
    const args = step.args.map((arg) => this.#get(state, arg));
    const pointer = typeof step.callee === 'string' ? undefined : this.#get(state, step.callee);
    const name = typeof step.callee === 'string' ? step.callee : memberOf(pointer!);
    const unlinks = this.#program.dialect.unlinks[name];
    if (unlinks) unlink(state, { name, args, line: step.line }, unlinks, this.#leads);
    const matched = this.#rows.ofCall(name, pointer, args);
    if (matched !== undefined) return this.#perform(state, step, step.into, matched);
    const form = this.#program.dialect.forms[name];
    if (form !== undefined) {
      const plain = this.#rows.ofCall(form.of, undefined, args.slice(0, form.arguments));
      if (plain !== undefined) return this.#performForm(state, step, form, plain);
    }
    const query = this.#program.dialect.listQueries[name];
    if (query !== undefined) return this.#query(state, step, query, args);
    const helper = this.#program.dialect.helpers[name];
    if (helper !== undefined) {
      const isFalse = (value: Value) => this.#memory.known(state, value) === ZERO;
      return this.#result(state, step.into, helped(helper, args, isFalse));
    }
    const fn =
      pointer === undefined
        ? name
        : (this.#reading.pointers?.[name] ?? this.#pointed(state, pointer));
    if (fn !== undefined && this.#relevance.isRelevant(fn)) {
      this.#push(state, fn, args, step.into);
      state.frames.at(-2)!.pc += 1;
      return undefined;
    }
    return this.#unlabelledCall(state, step, name, args);
  }

  /** A step that is written otherwise, and that a signal may end before it is taken. */
  #performForm(
    state: State,
    step: Extract<Instruction, { op: 'call' }>,
    { interrupted }: CallForm,
    matched: Matched,
  ): Move[] | undefined {
    const { row } = matched;
    if (interrupted === undefined) return this.#perform(state, step, step.into, matched);
    const place = this.#placeIn(state, step.line);
    const ended = new State(state);
    this.#result(ended, step.into, number(interrupted));
    const done = { ...matched, row: { ...row, returns: row.returns ?? { '': '0' } } };
    const otherwise = new State(state);
    const text = `a signal ends ${String(step.callee)}()`;
    const c = `${String(step.callee)}()`;
    this.#notes.add('choices', text, place, `a signal that ends ${c}`);
    const moves = this.#perform(otherwise, step, step.into, done) ?? [
      { choice: `${text} is false`, c: `${c} = 0`, place, state: otherwise },
    ];
    const choice = `${text} is true`;
    const value = wordOf(number(interrupted), this.#program.constants);
    const shown = this.#showsAll ? { label: `?${choice}` } : { choice, c: `${c} = ${value}` };
    return [{ ...shown, place, state: ended }, ...moves];
  }

  /** A pointer to a function that was assigned in what was run. */
  #pointed(state: State, pointer: Value): string | undefined {
    const content = this.#memory.content(state, pointer);
    const value = content.kind === 'address' ? content.of : content;
    return value.kind === 'constant' && this.#program.function(value.name) ? value.name : undefined;
  }

  #result(state: State, into: string, value: Value): undefined {
    state.top.variables.set(into, value);
    state.top.pc += 1;
    return undefined;
  }

  #push(state: State, name: string, args: readonly Value[], into: string): void {
    const place = this.#placeIn(state);
    const flow = this.#program.flow(name);
    if (flow === undefined) {
      throw this.#program.unread(name) ?? new NotRead(`no function ${name}()`, place);
    }
    if (state.frames.some((frame) => frame.flow === flow))
      throw new NotRead(`${name}() calls itself`, place);
    if (state.frames.length >= BOUND.depth) throw new NotRead('calls that nest too deep', place);
    const { file, line } = this.#program.function(name)!;
    this.#notes.enter(name, { file, line });
    const variables = new Map(flow.parameters.map((p, i) => [p, args[i] ?? ANY] as const));
    state.frames.push({ flow, pc: 0, variables, into });
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
      if (arg.kind === 'address' && arg.of.kind === 'variable')
        this.#memory.store(state, arg.of, ANY);
    }
    this.#result(state, step.into, { kind: 'result', call, args: [] });
    return this.#shown(text, place, state);
  }

  #query(
    state: State,
    step: Extract<Instruction, { op: 'call' }>,
    query: ListQuery,
    args: readonly Value[],
  ) {
    const place = this.#placeIn(state);
    assertLinked(state, step, place);
    const answer = this.#lists.answer(query, args);
    // Of a list that nobody walks it is only asked whether it is empty.
    if (answer === undefined && query.answers === 'is_empty' && !this.#lists.knows(args, query))
      return this.#unlabelledCall(state, step, String(step.callee), args);
    if (answer === undefined)
      throw new NotRead(
        `a list that the table does not know (${args.map(keyOf).join(', ')})`,
        place,
      );
    return this.#result(state, step.into, answer);
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
        const leads = row.enters?.[''];
        const said = leads === undefined ? `is ${what}` : `leads to ${leads}`;
        this.#notes.add('assumptions', `${row.c} ${said}${why}`, place);
      }
      const rest = { enters: this.#entersAfter('', matched), ...this.#writesOf('', matched) };
      if (values.length === 1) {
        this.#ended(state, target, { value: values[0]!, ...rest });
        return given === '' ? undefined : this.#shown(`${row.c} of ${given}`, place, state);
      }
      return values.map((value) => {
        const after = new State(state);
        this.#ended(after, target, { value, ...rest });
        const word = wordOf(value, this.#program.constants);
        const c = `${row.c.replace(/\$rest\b|\$_/g, '…').replaceAll('$', '')} = ${word}`;
        return { choice: `${row.c} = ${keyOf(value)}`, c, place, state: after };
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
  #outcomesOf(label: string, matched: Matched, state: State, place: Place): Outcome[] {
    const { row, bindings } = matched;
    if (row.because !== undefined && row.runs === undefined) {
      const ways = Object.keys(row.returns ?? {}).map((outcome) => outcome || 'done');
      const text = `${row.c} ends with ${ways.join(' or ')} only: ${row.because}`;
      this.#notes.add('assumptions', text, place);
    }
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
        ...this.#writesOf(outcome, matched, one),
        enters: this.#entersAfter(outcome, matched),
      }));
    });
    if (outcomes.length > 0) return outcomes;
    return [{ labels: [label], value: unanswered(row), enters: this.#entersAfter('', matched) }];
  }

  #entersAfter(outcome: string, { enters, bindings }: Matched): Outcome['enters'] {
    const call = enters[outcome];
    return call && ledTo(call, bindings, this.#leads);
  }

  /** After a step: what it wrote, what the C gets, and the function that it leads to. */
  #ended(
    state: State,
    into: string,
    { value, writes, enters }: Omit<Outcome, 'labels'>,
  ): undefined {
    if (writes !== undefined) this.#memory.store(state, writes.to, writes.value);
    this.#result(state, into, value);
    // What the function answers is nobody's.
    if (enters !== undefined) this.#push(state, enters.name, enters.args, '%');
  }

  /** What is so after an outcome; `$answer` is what the C gets. */
  #writesOf(outcome: string, { sets, bindings }: Matched, answer = 'any') {
    const set = sets[outcome];
    if (set === undefined) return {};
    const all = new Map([...bindings, ['$answer', this.#valueInWords(answer, bindings)]]);
    return { writes: written(set, all, this.#leads) };
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

  /** Ways that begin with the same step are one until they part: who decides may be somebody else. */
  #outcomes(state: State, { outcomes, into, line }: NonNullable<State['pending']>): Move[] {
    const place = this.#placeIn(state, line);
    const begun = new Map<string, Outcome[]>();
    const moves = outcomes.flatMap(({ labels: [label, ...labels], ...end }): Move[] => {
      const rest = { labels, ...end };
      if (label !== undefined && labels.length > 0) {
        begun.set(label, [...(begun.get(label) ?? []), rest]);
        return [];
      }
      const after = new State(state);
      this.#ended(after, into, end);
      const choice = `it ends with ${keyOf(end.value)}`;
      return [{ ...(label === undefined ? { choice } : { label }), place, state: after }];
    });
    const longer = [...begun].map(([label, rest]): Move => {
      const after = new State(state);
      after.pending = { outcomes: rest, into, line };
      return { label, place, state: after };
    });
    return [...longer, ...moves];
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
    const known = this.#memory.truth(state, value);
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
    const c = conditionText(step.c, this.#get(state, step.on));
    this.#notes.add('choices', keyOf(value), place, c);
    return [true, false].map((holds) => {
      const choice = `${keyOf(value)} is ${holds}`;
      const written = holds !== negated ? c : not(c);
      const move = this.#showsAll ? { label: `?${withoutPlaces(choice)}` } : { choice, c: written };
      return { ...move, place, state: decide(holds) };
    });
  }

  #return(state: State, step: Extract<Instruction, { op: 'return' }>): Move[] | undefined {
    const value = step.value === undefined ? undefined : this.#get(state, step.value);
    const place = this.#placeIn(state);
    const { into } = state.frames.pop()!;
    if (state.frames.length > 0) {
      state.top.variables.set(into!, value === undefined ? ANY : this.#memory.known(state, value));
      return undefined;
    }
    const entry = this.#reading.entries[state.entry]!;
    const label =
      returnedLabel(this.#memory, state, entry, value, this.#program.constants) ??
      `return ${value === undefined ? '' : wordOf(value, this.#program.constants)}`;
    const done = { place, state: new State() };
    // The last step of some functions is all that is seen of their end.
    return [label === '' ? { choice: 'it returns', ...done } : { label, ...done }];
  }
}

/** A condition as it is written, with what a variable that is all of it was given. */
function conditionText(c: string, value: Value): string {
  const isBare = /^\w+$/.test(c);
  return isBare && value.kind === 'result' ? `${c} of ${value.call.replace(/@\d+/, '')}()` : c;
}

function unanswered({ c }: Row): Value {
  return { kind: 'unanswered', call: c };
}

function mentionsUnanswered(value: Value): boolean {
  if (value.kind === 'unanswered') return true;
  return value.kind === 'operation' && value.args.some(mentionsUnanswered);
}
