import { NotRead, type Place } from './ast.ts';
import type { Instruction } from './instruction.ts';
import { type Bindings, kindOf } from './match.ts';
import type { Matched } from './row-table.ts';
import type { Running } from './running.ts';
import { type Move, type Outcome, State } from './state.ts';
import { answers, type Row } from './table.ts';
import { keyOf, type Value } from './value.ts';
import { ledTo, withoutPlaces, wordOf, written } from './words.ts';

/** Takes the steps that rows of the table are: their labels, and all the ways in which they end. */
export class Performer {
  readonly #run: Running;

  constructor(run: Running) {
    this.#run = run;
  }

  perform(
    state: State,
    step: Instruction,
    into: string | undefined,
    matched: Matched,
  ): Move[] | undefined {
    const { row, bindings } = matched;
    const target = into ?? '%';
    const place = this.#run.placeIn(state, step.line);
    const given = matched.unasked.map(keyOf).join(', ');
    if (given !== '') this.#run.notes.add('unasked', `${row.c} is given ${given}`, place);
    if (row.label === undefined) {
      const values = answers(row.is ?? 'any').map((answer) =>
        this.#run.valueInWords(answer, bindings),
      );
      if (row.is !== undefined || row.because !== undefined) {
        const what = row.is === undefined ? 'no step' : answers(row.is).join(' or ');
        const why = row.because === undefined ? '' : `: ${row.because}`;
        const leads = row.enters?.[''];
        const said = leads === undefined ? `is ${what}` : `leads to ${leads}`;
        this.#run.notes.add('assumptions', `${row.c} ${said}${why}`, place);
      }
      const rest = { enters: this.#entersAfter('', matched), ...this.#writesOf('', matched) };
      if (values.length === 1) {
        this.#ended(state, target, { value: values[0]!, ...rest });
        return given === '' ? undefined : this.#run.shown(`${row.c} of ${given}`, place, state);
      }
      return values.map((value) => {
        const after = new State(state);
        this.#ended(after, target, { value, ...rest });
        const word = wordOf(value, this.#run.program.constants);
        const c = `${row.c.replace(/\$rest\b|\$_/g, '…').replaceAll('$', '')} = ${word}`;
        return { choice: `${row.c} = ${keyOf(value)}`, c, place, state: after };
      });
    }
    const own = this.filled(row.label, bindings, state, place);
    const label = this.#run.showsAll && given !== '' ? `${own} of ${withoutPlaces(given)}` : own;
    const pending = {
      outcomes: this.#outcomesOf(label, matched, state, place),
      into: target,
      line: place.line,
    };
    if (!row.spans) return this.outcomes(state, pending);
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
      this.#run.notes.add('assumptions', text, place);
    }
    const outcomes = Object.entries(row.returns ?? {}).flatMap(([outcome, answer]) => {
      const runs = row.runs?.[outcome];
      const labels = runs?.map((run) => this.filled(run, bindings, state, place));
      if (runs !== undefined && row.because !== undefined) {
        const text = `${row.c}, ${outcome}, is ${labels!.join(', ') || 'no step'}: ${row.because}`;
        this.#run.notes.add('assumptions', text, place);
      }
      return answers(answer).map((one) => ({
        labels: labels ?? [outcome === '' ? label : `${label}:${outcome}`],
        value: this.#run.valueInWords(one, bindings),
        ...this.#writesOf(outcome, matched, one),
        enters: this.#entersAfter(outcome, matched),
      }));
    });
    if (outcomes.length > 0) return outcomes;
    return [{ labels: [label], value: unanswered(row), enters: this.#entersAfter('', matched) }];
  }

  #entersAfter(outcome: string, { enters, bindings }: Matched): Outcome['enters'] {
    const call = enters[outcome];
    return call && ledTo(call, bindings, this.#run.leads);
  }

  /** After a step: what it wrote, what the C gets, and the function that it leads to. */
  #ended(
    state: State,
    into: string,
    { value, writes, enters }: Omit<Outcome, 'labels'>,
  ): undefined {
    if (writes !== undefined) this.#run.memory.store(state, writes.to, writes.value);
    this.#run.result(state, into, value);
    // What the function answers is nobody's.
    if (enters !== undefined) this.#run.push(state, enters.name, enters.args, '%');
  }

  /** What is so after an outcome; `$answer` is what the C gets. */
  #writesOf(outcome: string, { sets, bindings }: Matched, answer = 'any') {
    const set = sets[outcome];
    if (set === undefined) return {};
    const all = new Map([...bindings, ['$answer', this.#run.valueInWords(answer, bindings)]]);
    return { writes: written(set, all, this.#run.leads) };
  }

  /** The label, its objects filled in: what the pattern bound, else what the functions hold. */
  filled(label: string, bindings: Bindings, state: State, place: Place): string {
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
  outcomes(state: State, { outcomes, into, line }: NonNullable<State['pending']>): Move[] {
    const place = this.#run.placeIn(state, line);
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
}

function unanswered({ c }: Row): Value {
  return { kind: 'unanswered', call: c };
}
