import { NotRead } from './ast.ts';
import { negated as not } from './c-text.ts';
import type { CGraph, CStep } from './graph.ts';
import { type Instruction, type Operand, operandsOf } from './instruction.ts';
import { stepList } from './list-steps.ts';
import type { CReader } from './parse.ts';
import { Performer } from './perform.ts';
import { addressOf, elementAt, isLocal, memberAt, targetOf } from './places.ts';
import type { Program } from './program.ts';
import { returnedLabel } from './returned.ts';
import { Calls } from './run-calls.ts';
import { Running } from './running.ts';
import { type Move, State } from './state.ts';
import { answers, combinations, type Reading } from './table.ts';
import { ANY, keyOf, leavesOf, operate, tested, truthOf, type Value } from './value.ts';
import { withoutPlaces, wordOf } from './words.ts';

/** So many states, steps without a label and seconds; beyond that it is said. */
const BOUND = { states: 20_000, silent: 20_000, seconds: 30 };

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
  const running = new Running(program, reading, reader, shows === 'everything');
  return new Runner(running).run();
}

class Runner {
  readonly #run: Running;
  readonly #steps: Performer;
  readonly #calls: Calls;

  constructor(run: Running) {
    this.#run = run;
    this.#steps = new Performer(run);
    this.#calls = new Calls(run, this.#steps);
  }

  run(): CGraph {
    const steps: CStep[][] = [];
    const numbers = new Map<string, number>();
    const states: State[] = [];
    const arrive = (state: State): number => {
      state.forget((fn) => this.#run.relevance.readsOf(fn));
      const key = state.key();
      const known = numbers.get(key);
      if (known !== undefined) return known;
      if (states.length >= BOUND.states) {
        throw new NotRead(`more than ${BOUND.states} states`, this.#run.start());
      }
      numbers.set(key, states.length);
      return states.push(state) - 1;
    };
    arrive(new State());
    const start = performance.now();
    for (let at = 0; at < states.length; at++) {
      if (performance.now() - start > BOUND.seconds * 1000) {
        throw new NotRead(`more than ${BOUND.seconds} seconds`, this.#run.start());
      }
      const moves = this.#advance(new State(states[at]!), states[at]!.pending);
      steps.push(moves.map(({ state, ...step }) => ({ ...step, to: arrive(state) })));
    }
    return {
      name: this.#run.reading.function,
      steps,
      rows: this.#run.rows.used,
      ...this.#run.notes.all(),
    };
  }

  /** Goes on until something is to be seen or decided. */
  #advance(state: State, pending: State['pending']): Move[] {
    if (state.frames.length === 0) return this.#beginnings();
    if (pending !== undefined) return this.#steps.outcomes(state, pending);
    for (let steps = 0; steps < BOUND.silent; steps++) {
      const moves = this.#execute(state);
      if (moves !== undefined) return moves;
    }
    throw new NotRead('a loop in which nothing is to be seen', this.#run.placeIn(state));
  }

  #beginnings(): Move[] {
    return this.#run.reading.entries.flatMap((entry, number) => {
      const name = entry.function ?? this.#run.reading.function;
      const flow = this.#run.program.flow(name);
      const start = this.#run.start(name);
      if (flow === undefined) {
        throw this.#run.program.unread(name) ?? new NotRead(`no function ${name}()`, start);
      }
      this.#run.notes.enter(name, start);
      return combinations(entry, flow.parameters).map((values): Move => {
        const state = new State();
        state.entry = number;
        const variables = new Map<string, Value>();
        for (const [i, parameter] of flow.parameters.entries()) {
          const answer = values[i];
          const value: Value =
            answer === undefined
              ? { kind: 'constant', name: parameter }
              : this.#run.valueInWords(answer);
          variables.set(parameter, value);
        }
        state.frames.push({ flow, pc: 0, variables });
        const begun = { place: start, state };
        if (entry.begins === '') return { choice: `${name}() is called`, ...begun };
        return { label: entry.begins, ...begun };
      });
    });
  }

  /** One instruction; undefined where the run just goes on. */
  #execute(state: State): Move[] | undefined {
    const { flow, pc, variables } = state.top;
    const step = flow.code[pc]!;
    this.#run.notes.follow({ file: flow.file, line: step.line });
    const set = (into: string, value: Value) => {
      variables.set(into, value);
      state.top.pc = pc + 1;
      return undefined;
    };
    switch (step.op) {
      case 'copy':
        return set(step.into, this.#run.get(state, step.from));
      case 'variable':
        return set(step.into, { kind: 'variable', frame: state.frames.length, name: step.name });
      case 'place':
        return set(step.into, this.#place(state, step));
      case 'address':
        return set(step.into, addressOf(this.#run.get(state, step.of), this.#run.leads));
      case 'target':
        return set(step.into, targetOf(this.#run.get(state, step.of)));
      case 'read':
        return this.#read(state, step);
      case 'write':
        return this.#write(state, step);
      case 'operate': {
        const args = step.args.map((arg) =>
          this.#run.memory.known(state, this.#run.get(state, arg)),
        );
        return set(step.into, operate(step.operator, args));
      }
      case 'call':
        return this.#calls.call(state, step);
      case 'test':
        return this.#test(state, step);
      case 'jump':
        state.top.pc = step.to;
        return undefined;
      case 'unread':
        throw new NotRead(step.construct, this.#run.placeIn(state));
      case 'return':
        return this.#return(state, step);
      case 'list_start':
      case 'list_next':
      case 'list_test':
        return stepList(this.#run.lists, state, step, this.#run.placeIn(state));
    }
  }

  #place(state: State, step: Extract<Instruction, { op: 'place' }>): Value {
    const of = this.#run.get(state, step.of);
    return step.index === undefined
      ? memberAt(of, step.field!, this.#run.leads)
      : elementAt(of, this.#run.get(state, step.index), this.#run.leads);
  }

  // Members

  #read(state: State, step: Extract<Instruction, { op: 'read' }>): Move[] | undefined {
    const place = this.#run.get(state, step.from);
    const matched = this.#run.rows.ofRead(place);
    if (matched !== undefined && this.#isAsked(state.top, step.into))
      return this.#steps.perform(state, step, step.into, matched);
    state.top.variables.set(step.into, this.#run.memory.content(state, place));
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
        const isHelper = this.#run.program.dialect.helpers[step.callee] !== undefined;
        return !isHelper && !this.#run.relevance.isRelevant(step.callee);
      })
    );
  }

  #write(state: State, step: Extract<Instruction, { op: 'write' }>): Move[] | undefined {
    const place = this.#run.get(state, step.to);
    const value = this.#run.get(state, step.value);
    const matched = this.#run.rows.ofWrite(place, value);
    if (matched !== undefined) return this.#steps.perform(state, step, undefined, matched);
    this.#run.memory.store(state, place, value);
    const isSeen = place.kind === 'field' && !isLocal(place);
    const at = this.#run.placeIn(state);
    const text = `${keyOf(place)} = ${keyOf(value)}`;
    if (isSeen) this.#run.notes.add('unlabelled', text, at);
    state.top.pc += 1;
    return isSeen ? this.#run.shown(text, at, state) : undefined;
  }

  // Control

  #test(state: State, step: Extract<Instruction, { op: 'test' }>): Move[] | undefined {
    const { value, negated } = tested(this.#run.get(state, step.on));
    const place = this.#run.placeIn(state);
    if (leavesOf(value).size === 0 && mentionsUnanswered(value)) {
      throw new NotRead(`a test of what the table does not answer (${keyOf(value)})`, place);
    }
    const go = (to: State, holds: boolean) => {
      to.top.pc = holds !== negated ? step.yes : step.no;
    };
    const known = this.#run.memory.truth(state, value);
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
    const seen = this.#run.rows.ofTest(value);
    if (seen?.row.label !== undefined) {
      const label = this.#steps.filled(seen.row.label, seen.bindings, state, place);
      return Object.entries(seen.row.returns ?? {}).map(([outcome, answer]) => ({
        label: `${label}:${outcome}`,
        place,
        state: decide(truthOf(this.#run.valueInWords(answers(answer)[0]!)) === true),
      }));
    }
    const c = conditionText(step.c, this.#run.get(state, step.on));
    this.#run.notes.add('choices', keyOf(value), place, c);
    return [true, false].map((holds) => {
      const choice = `${keyOf(value)} is ${holds}`;
      const written = holds !== negated ? c : not(c);
      const move = this.#run.showsAll
        ? { label: `?${withoutPlaces(choice)}` }
        : { choice, c: written };
      return { ...move, place, state: decide(holds) };
    });
  }

  #return(state: State, step: Extract<Instruction, { op: 'return' }>): Move[] | undefined {
    const value = step.value === undefined ? undefined : this.#run.get(state, step.value);
    const place = this.#run.placeIn(state);
    const { into } = state.frames.pop()!;
    if (state.frames.length > 0) {
      state.top.variables.set(
        into!,
        value === undefined ? ANY : this.#run.memory.known(state, value),
      );
      return undefined;
    }
    const entry = this.#run.reading.entries[state.entry]!;
    const label =
      returnedLabel(this.#run.memory, state, entry, value, this.#run.program.constants) ??
      `return ${value === undefined ? '' : wordOf(value, this.#run.program.constants)}`;
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

function mentionsUnanswered(value: Value): boolean {
  if (value.kind === 'unanswered') return true;
  return value.kind === 'operation' && value.args.some(mentionsUnanswered);
}
