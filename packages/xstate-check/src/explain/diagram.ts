import { type Column, columnsOf, header, row } from '../base/columns.ts';
import { wrap } from '../base/text.ts';
import { threadsOf } from '../check/threads.ts';
import type { Counterexample } from '../check/verdict.ts';
import type { StateSpace } from '../explore/explore.ts';
import type { Run } from '../explore/run.ts';
import { parseLabel } from '../lts/label.ts';
import { BEGIN, hasBeginning } from '../specification/call.ts';
import { actorsOf } from './actors.ts';
import { conclusion } from './conclusion.ts';
import { choiceOf, marginOf, placeOf } from './places.ts';
import { runLength } from './run-length.ts';
import { callText, stepText } from './step-text.ts';
import { type Wait, waitsOf } from './waits.ts';

/** Widest line of a diagram, so that it survives being quoted in a mail. */
export const WIDTH = 75;

/** One line of one thread. */
interface Line {
  readonly thread: number;
  readonly text: string;
  /** Where it stands in the source, of a step of a machine that says so. */
  readonly place?: string;
}

export interface DiagramOptions {
  /** Machines whose steps are always shown, because what is wrong is in them. */
  readonly expand?: readonly string[];
}

/**
 * A counterexample as people write it down for each other: one column for each thread, one
 * step a line, calls indented, an uninterrupted call folded into one line; then who waits for whom,
 * what is wrong, and the consequence.
 */
export function diagram(counterexample: Counterexample, options: DiagramOptions = {}): string {
  return drawn(counterexample, options).text;
}

/** A diagram below the length of its run. */
export function diagramWithLength(
  counterexample: Counterexample,
  options: DiagramOptions = {},
): string {
  const { text, length } = drawn(counterexample, options);
  return `${length}:\n\n${text}`;
}

/**
 * A diagram, how many steps of the run have no line of their own in it, how long the run is in words,
 * and the sentences with which the diagram ends.
 */
export function drawn(
  counterexample: Counterexample,
  options: DiagramOptions = {},
): {
  readonly text: string;
  readonly folded: number;
  readonly length: string;
  readonly said: readonly string[];
} {
  const { space, run, cycle } = counterexample;
  const { names, of } = threadsOf(space.product);
  const stepsOf = ({ vectors, states }: Run) =>
    vectors.map((vector, i) => ({ vector, thread: of[vector]!, from: states[i]! }));
  const waiting = waitsOf(counterexample);
  const folding = { ...options, history: historyOf(counterexample, waiting, of) };
  const { lines, depth } = foldCalls(space, stepsOf(run), folding);
  const loop =
    cycle === undefined ? [] : foldCalls(space, stepsOf(cycle), folding, stepsOf(run)).lines;
  const blocked = waiting.flatMap(({ thread, text, place }) => {
    const indent = '  '.repeat(depth.get(thread) ?? 1);
    return [
      { thread, text: `${indent}${text}`, ...(place && { place }) },
      { thread, text: `${indent}  <blocks>` },
    ];
  });
  const all = [...lines, ...loop, ...blocked];
  const margin = marginOf(all);
  const columns = threadColumns(space, names, all, WIDTH - margin.width);
  const rowOf = (line: Line) =>
    margin.beside(
      row(columns.find(({ thread }) => thread === line.thread)!, line.text),
      line.place,
    );
  const head = columns.length === 0 ? [] : header(columns, WIDTH - margin.width);
  const out = head.map((line) => margin.empty + line);
  for (const line of lines) out.push(...rowOf(line));
  if (loop.length > 0) {
    out.push('', 'and from here on, for ever:', '');
    for (const line of loop) out.push(...rowOf(line));
  }
  for (const line of blocked) out.push(...rowOf(line));
  const actor = (thread: number) => columns.find((column) => column.thread === thread)!.actor;
  if (out.length > 0) out.push('');
  const said = conclusion(counterexample, waiting, actor);
  for (const text of said) out.push(...wrap(text, WIDTH));
  const shown = lines.filter(({ text }) => text.trim() !== '...').length;
  const folded = run.vectors.length - shown;
  return {
    text: `${out.map((line) => line.trimEnd()).join('\n')}\n`,
    folded,
    length: runLength(counterexample, folded),
    said,
  };
}

/** From this many columns on, each is too narrow to be read. */
const CROWDED = 4;

/**
 * The threads that are not in what is wrong: of a crowded diagram those that neither take the last
 * step of the run or a step for ever, nor wait, nor are waited for.
 */
function historyOf(
  { run, cycle }: Counterexample,
  waiting: readonly Wait[],
  of: ArrayLike<number>,
): ReadonlySet<number> {
  const threads = new Set(run.vectors.map((vector) => of[vector]!));
  if (threads.size < CROWDED) return new Set();
  const last = [...run.vectors.slice(-1), ...(cycle?.vectors ?? [])];
  for (const vector of last) threads.delete(of[vector]!);
  for (const { thread, since } of waiting) {
    threads.delete(thread);
    if (since !== undefined) threads.delete(since.thread);
  }
  return threads;
}

interface Folding extends DiagramOptions {
  /** Threads whose finished calls are history. */
  readonly history: ReadonlySet<number>;
}

interface Step {
  /** The state in which it is taken. */
  readonly from: number;
  readonly vector: number;
  readonly thread: number;
}

/**
 * Folds calls whose steps follow each other into one line, and indents what is inside others.
 *
 * @param before - the steps that came before these
 */
function foldCalls(
  space: StateSpace,
  steps: readonly Step[],
  folding: Folding,
  before: readonly Step[] = [],
): { readonly lines: Line[]; readonly depth: ReadonlyMap<number, number> } {
  const lines: Line[] = [];
  const depth = new Map<number, number>();
  const { vectors, calls } = space.product;
  for (let at = 0; at < steps.length; at++) {
    const { vector, thread, from } = steps[at]!;
    const { label } = vectors[vector]!;
    const call = calls.find(label);
    const { outcome } = parseLabel(label);
    const indent = depth.get(thread) ?? 0;
    const place = placeOf(space, steps[at]!);
    const line = (text: string) => {
      lines.push({ thread, text: '  '.repeat(indent) + text, ...(place && { place }) });
    };
    const isStep = call === undefined || !hasBeginning(call);
    // A call that answers without having begun is a step, too: a reset that finds the lock taken.
    if (
      isStep ||
      (outcome !== BEGIN && !hasBegun(space, [...before, ...steps.slice(0, at)], steps[at]!))
    ) {
      line(choiceOf(space, steps[at]!) ?? stepText(space, vector, from));
    } else if (outcome === BEGIN) {
      const end = endOfCall(space, steps, at);
      if (end !== undefined && isFolded(space, steps, at, end, folding)) {
        line(callText(space.product, vectors[steps[end]!.vector]!.label, label));
        at = end;
      } else {
        line(callText(space.product, label));
        depth.set(thread, indent + 1);
        const last = end === undefined ? lastOfHistory(space, steps, at, folding) : undefined;
        if (last !== undefined) {
          lines.push({ thread, text: `${'  '.repeat(indent + 1)}...` });
          at = last - 1;
        }
      }
    } else {
      depth.set(thread, Math.max(0, indent - 1));
      const text = returnText(outcome);
      if (text !== undefined) {
        const indented = '  '.repeat(Math.max(0, indent - 1)) + text;
        lines.push({ thread, text: indented, ...(place && { place }) });
      }
    }
  }
  return { lines: lines.filter((line) => line.text.trim() !== ''), depth };
}

/**
 * Whether a call is one line: nothing came between its steps, and what is wrong is not in it. A call
 * of the user is history where the same thread has another one later, or is not in what is wrong.
 */
function isFolded(
  space: StateSpace,
  steps: readonly Step[],
  from: number,
  to: number,
  { expand, history }: Folding,
): boolean {
  if (!uninterrupted(steps, from, to)) return false;
  const { vectors, calls } = space.product;
  const callerOf = ({ vector }: Step) => calls.find(vectors[vector]!.label)?.caller;
  if (callerOf(steps[from]!) !== 'user') return !answeredBy(space, steps[from]!.vector, expand);
  const inside = steps.slice(from, to + 1);
  const { thread } = steps[from]!;
  const goesOn = steps
    .slice(to + 1)
    .some((step) => step.thread === thread && callerOf(step) === 'user');
  return (
    (goesOn || history.has(thread)) &&
    !inside.some(({ vector }) => takesPart(space, vector, expand))
  );
}

/**
 * Of a call of the user that goes on where the run ends, and that is history: its last step, where
 * nothing came between and enough is before it to be left out.
 */
function lastOfHistory(
  space: StateSpace,
  steps: readonly Step[],
  from: number,
  { expand, history }: Folding,
): number | undefined {
  const { thread, vector } = steps[from]!;
  const { vectors, calls } = space.product;
  if (!history.has(thread) || calls.find(vectors[vector]!.label)?.caller !== 'user')
    return undefined;
  const last = steps.findLastIndex((step) => step.thread === thread);
  const inside = steps.slice(from, last + 1);
  const isHistory =
    uninterrupted(steps, from, last) &&
    !inside.some((step) => takesPart(space, step.vector, expand));
  return isHistory && inside.length > 3 ? last : undefined;
}

/** Whether a part with one of these machines takes the step. */
function takesPart(space: StateSpace, vector: number, machines: readonly string[] = []): boolean {
  const { vectors, parts } = space.product;
  return vectors[vector]!.participants.some(({ part }) =>
    machines.includes(parts[part]!.machine.id),
  );
}

/** How the end of a call is shown; not at all where it only ends. */
export function returnText(outcome: string | undefined): string | undefined {
  if (outcome === undefined || outcome === 'end') return undefined;
  return outcome === 'ok' ? 'return' : `return ${outcome}`;
}

/** Whether the call that a step ends was begun on its thread: it is the last that was heard of it. */
function hasBegun(space: StateSpace, before: readonly Step[], end: Step): boolean {
  const labelOf = ({ vector }: Step) => parseLabel(space.product.vectors[vector]!.label);
  const { object, operation } = labelOf(end);
  const last = before.findLast((step) => {
    const label = labelOf(step);
    return step.thread === end.thread && label.object === object && label.operation === operation;
  });
  return last !== undefined && labelOf(last).outcome === BEGIN;
}

/** The step that ends the call begun at `from`, on the same thread. */
function endOfCall(space: StateSpace, steps: readonly Step[], from: number): number | undefined {
  const { vectors } = space.product;
  const begin = parseLabel(vectors[steps[from]!.vector]!.label);
  const end = steps.findIndex(({ vector, thread }, at) => {
    if (at <= from || thread !== steps[from]!.thread) return false;
    const label = parseLabel(vectors[vector]!.label);
    return (
      label.object === begin.object &&
      label.operation === begin.operation &&
      label.outcome !== BEGIN
    );
  });
  return end < 0 ? undefined : end;
}

/** Whether the call that a vector begins is answered by a part with one of these machines. */
function answeredBy(space: StateSpace, vector: number, machines: readonly string[] = []): boolean {
  const { vectors, parts } = space.product;
  return vectors[vector]!.participants.some(
    ({ part }) => part !== vectors[vector]!.initiator && machines.includes(parts[part]!.machine.id),
  );
}

function uninterrupted(steps: readonly Step[], from: number, to: number): boolean {
  return steps.slice(from, to + 1).every(({ thread }) => thread === steps[from]!.thread);
}

/** One column for each thread that has a line, in the order of their parts. */
interface ThreadColumn extends Column {
  readonly thread: number;
  /** Who that is in a sentence. */
  readonly actor: string;
}

function threadColumns(
  space: StateSpace,
  names: readonly string[],
  lines: readonly Line[],
  width: number,
): ThreadColumn[] {
  const { parts } = space.product;
  const rank = (thread: number) => {
    const part = parts.findIndex((candidate) => candidate.thread === names[thread]);
    return part < 0 ? parts.length : part;
  };
  const threads = [...new Set(lines.map((line) => line.thread))].sort((a, b) => rank(a) - rank(b));
  const actors = actorsOf(
    space.product,
    threads.map((thread) => names[thread]!),
  );
  const titles = actors.map(({ title }) => title);
  const texts = threads.map((thread) =>
    lines.filter((line) => line.thread === thread).map(({ text }) => text),
  );
  return columnsOf(titles, texts, width).map((column, i) => ({
    ...{ thread: threads[i]!, actor: actors[i]!.name },
    ...column,
  }));
}
