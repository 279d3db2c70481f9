import { NotRead } from './ast.ts';
import type { CallForm, ListQuery } from './dialect.ts';
import { helped } from './helped.ts';
import type { Instruction } from './instruction.ts';
import type { Performer } from './perform.ts';
import { memberOf } from './places.ts';
import type { Matched } from './row-table.ts';
import type { Running } from './running.ts';
import { type Move, State } from './state.ts';
import { assertLinked, unlink } from './unlinked.ts';
import { ANY, keyOf, leavesOf, number, type Value, ZERO } from './value.ts';
import { wordOf } from './words.ts';

/** Runs calls: a step of the table, a query of a list, a helper, a function to go into, or none of these. */
export class Calls {
  readonly #run: Running;
  readonly #steps: Performer;

  constructor(run: Running, steps: Performer) {
    this.#run = run;
    this.#steps = steps;
  }

  call(state: State, step: Extract<Instruction, { op: 'call' }>): Move[] | undefined {
    const args = step.args.map((arg) => this.#run.get(state, arg));
    const pointer = typeof step.callee === 'string' ? undefined : this.#run.get(state, step.callee);
    const name = typeof step.callee === 'string' ? step.callee : memberOf(pointer!);
    const unlinks = this.#run.program.dialect.unlinks[name];
    if (unlinks) unlink(state, { name, args, line: step.line }, unlinks, this.#run.leads);
    const matched = this.#run.rows.ofCall(name, pointer, args);
    if (matched !== undefined) return this.#steps.perform(state, step, step.into, matched);
    const form = this.#run.program.dialect.forms[name];
    if (form !== undefined) {
      const plain = this.#run.rows.ofCall(form.of, undefined, args.slice(0, form.arguments));
      if (plain !== undefined) return this.#performForm(state, step, form, plain);
    }
    const query = this.#run.program.dialect.listQueries[name];
    if (query !== undefined) return this.#query(state, step, query, args);
    const helper = this.#run.program.dialect.helpers[name];
    if (helper !== undefined) {
      const isFalse = (value: Value) => this.#run.memory.known(state, value) === ZERO;
      return this.#run.result(state, step.into, helped(helper, args, isFalse));
    }
    const fn =
      pointer === undefined
        ? name
        : (this.#run.reading.pointers?.[name] ?? this.#pointed(state, pointer));
    if (fn !== undefined && this.#run.relevance.isRelevant(fn)) {
      this.#run.push(state, fn, args, step.into);
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
    if (interrupted === undefined) return this.#steps.perform(state, step, step.into, matched);
    const place = this.#run.placeIn(state, step.line);
    const ended = new State(state);
    this.#run.result(ended, step.into, number(interrupted));
    const done = { ...matched, row: { ...row, returns: row.returns ?? { '': '0' } } };
    const otherwise = new State(state);
    const text = `a signal ends ${String(step.callee)}()`;
    const c = `${String(step.callee)}()`;
    this.#run.notes.add('choices', text, place, `a signal that ends ${c}`);
    const moves = this.#steps.perform(otherwise, step, step.into, done) ?? [
      { choice: `${text} is false`, c: `${c} = 0`, place, state: otherwise },
    ];
    const choice = `${text} is true`;
    const value = wordOf(number(interrupted), this.#run.program.constants);
    const shown = this.#run.showsAll ? { label: `?${choice}` } : { choice, c: `${c} = ${value}` };
    return [{ ...shown, place, state: ended }, ...moves];
  }

  /** A pointer to a function that was assigned in what was run. */
  #pointed(state: State, pointer: Value): string | undefined {
    const content = this.#run.memory.content(state, pointer);
    const value = content.kind === 'address' ? content.of : content;
    return value.kind === 'constant' && this.#run.program.function(value.name)
      ? value.name
      : undefined;
  }

  /** A call that has no label: it is taken to change nothing that is asked for, and is said. */
  #unlabelledCall(
    state: State,
    step: Extract<Instruction, { op: 'call' }>,
    name: string,
    args: readonly Value[],
  ) {
    const place = this.#run.placeIn(state);
    const call = `${name}@${place.line}`;
    const text = `${name}(${args.map(keyOf).join(', ')})`;
    this.#run.notes.add('unlabelled', text, place);
    for (const [key, { of }] of state.decided)
      if (leavesOf(of).has(call)) state.decided.delete(key);
    // What an address was given of may be anything now.
    for (const arg of args) {
      if (arg.kind === 'address' && arg.of.kind === 'variable')
        this.#run.memory.store(state, arg.of, ANY);
    }
    this.#run.result(state, step.into, { kind: 'result', call, args: [] });
    return this.#run.shown(text, place, state);
  }

  #query(
    state: State,
    step: Extract<Instruction, { op: 'call' }>,
    query: ListQuery,
    args: readonly Value[],
  ) {
    const place = this.#run.placeIn(state);
    assertLinked(state, step, place);
    const answer = this.#run.lists.answer(query, args);
    // Of a list that nobody walks it is only asked whether it is empty.
    if (answer === undefined && query.answers === 'is_empty' && !this.#run.lists.knows(args, query))
      return this.#unlabelledCall(state, step, String(step.callee), args);
    if (answer === undefined)
      throw new NotRead(
        `a list that the table does not know (${args.map(keyOf).join(', ')})`,
        place,
      );
    return this.#run.result(state, step.into, answer);
  }
}
