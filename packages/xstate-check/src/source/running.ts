import { NotRead, type Place } from './ast.ts';
import type { Operand } from './instruction.ts';
import { type Lists, listsOf } from './lists.ts';
import type { Bindings } from './match.ts';
import { Memory } from './memory.ts';
import { Notes } from './notes.ts';
import type { CReader } from './parse.ts';
import type { Leads } from './places.ts';
import type { Program } from './program.ts';
import { Relevance } from './relevance.ts';
import { RowTable } from './row-table.ts';
import type { Move, State } from './state.ts';
import type { Reading } from './table.ts';
import { ANY, type Value } from './value.ts';
import { valueInWords, withoutPlaces } from './words.ts';

/** So many calls within each other; beyond that it is said. */
const DEEPEST = 24;

/** A function that is being run: what it is read by, what is noted of it, and what every step can do. */
export class Running {
  readonly program: Program;
  readonly reading: Reading;
  readonly rows: RowTable;
  readonly leads: Leads;
  readonly memory: Memory;
  readonly lists: Lists;
  readonly relevance: Relevance;
  readonly notes = new Notes();
  readonly showsAll: boolean;

  constructor(program: Program, reading: Reading, reader: CReader, showsAll: boolean) {
    this.showsAll = showsAll;
    this.program = program;
    this.reading = reading;
    this.rows = new RowTable(reading, program.constants, reader);
    this.leads = this.rows.matching.leads;
    this.memory = new Memory(program, this.rows);
    this.lists = listsOf(reading, reader, this.rows.matching);
    this.relevance = new Relevance(program, this.rows.subjects, this.rows.ledTo);
  }

  /** Where a function begins; that which is read where none is named. */
  start(name = this.reading.function): Place {
    const fn = this.program.function(name);
    return fn === undefined ? { file: name, line: 0 } : { file: fn.file, line: fn.line };
  }

  placeIn(state: State, line?: number): Place {
    const { flow, pc } = state.top;
    return { file: flow.file, line: line ?? flow.code[pc]!.line };
  }

  valueInWords(answer: string, bindings?: Bindings): Value {
    return valueInWords(answer, this.program.constants, bindings);
  }

  get(state: State, operand: Operand): Value {
    if (operand.kind === 'value') return operand.value;
    return state.top.variables.get(operand.name) ?? ANY;
  }

  /** A step of its own, where everything is to be shown. */
  shown(text: string, place: Place, state: State): Move[] | undefined {
    return this.showsAll ? [{ label: `~${withoutPlaces(text)}`, place, state }] : undefined;
  }

  /** What a call or a read gives, and on to the next instruction. */
  result(state: State, into: string, value: Value): undefined {
    state.top.variables.set(into, value);
    state.top.pc += 1;
    return undefined;
  }

  /** Goes into a function. @throws NotRead where it is not read, goes into itself, or is too deep */
  push(state: State, name: string, args: readonly Value[], into: string): void {
    const place = this.placeIn(state);
    const flow = this.program.flow(name);
    if (flow === undefined) {
      throw this.program.unread(name) ?? new NotRead(`no function ${name}()`, place);
    }
    if (state.frames.some((frame) => frame.flow === flow))
      throw new NotRead(`${name}() calls itself`, place);
    if (state.frames.length >= DEEPEST) throw new NotRead('calls that nest too deep', place);
    const { file, line } = this.program.function(name)!;
    this.notes.enter(name, { file, line });
    const variables = new Map(flow.parameters.map((p, i) => [p, args[i] ?? ANY] as const));
    state.frames.push({ flow, pc: 0, variables, into });
  }
}
