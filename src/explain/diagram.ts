import { threadsOf } from '../check/threads.ts';
import type { Counterexample } from '../check/verdict.ts';
import type { StateSpace } from '../explore/explore.ts';
import { parseLabel } from '../lts/label.ts';
import { BEGIN } from '../system/call.ts';
import { wrap } from '../text.ts';
import { kernelText } from './kernel-text.ts';

/** Widest line of a diagram, so that it survives being quoted in a mail. */
const WIDTH = 75;
const GAP = 3;

/** One line of one thread. */
interface Line {
  readonly thread: number;
  readonly text: string;
}

export interface DiagramOptions {
  /** A machine whose steps are always shown, because what is wrong is in it. */
  readonly expand?: string;
}

/**
 * A counterexample as kernel developers write it in commit messages: one column for each CPU, one
 * step a line, calls indented, an uninterrupted call folded into one line, and the consequence in
 * a last sentence.
 */
export function diagram(counterexample: Counterexample, options: DiagramOptions = {}): string {
  const { space, run, cycle, property } = counterexample;
  const { names, of } = threadsOf(space.product);
  const steps = run.vectors.map((vector) => ({ vector, thread: of[vector]! }));
  const lines = foldCalls(space, steps, options);
  const loop = cycle?.vectors.map((vector) => ({ vector, thread: of[vector]! })) ?? [];
  const blocked = blockedLines(space, run.states[run.states.length - 1]!, names);
  const columns = columnsOf(space, names, [
    ...lines,
    ...foldCalls(space, loop, options),
    ...blocked,
  ]);
  const out = header(columns);
  for (const line of lines) out.push(...row(columns, line));
  if (loop.length > 0) {
    out.push('', 'and from here on, for ever:', '');
    for (const line of foldCalls(space, loop, options)) out.push(...row(columns, line));
  }
  for (const line of blocked) out.push(...row(columns, line));
  out.push('', ...wrap(sentence(counterexample.finding), WIDTH));
  if (property.consequence) out.push(...wrap(sentence(property.consequence), WIDTH));
  return `${out.map((line) => line.trimEnd()).join('\n')}\n`;
}

interface Step {
  readonly vector: number;
  readonly thread: number;
}

/** Folds calls whose steps follow each other into one line, and indents what is inside others. */
function foldCalls(space: StateSpace, steps: readonly Step[], { expand }: DiagramOptions): Line[] {
  const lines: Line[] = [];
  const depth = new Map<number, number>();
  const { vectors, calls } = space.product;
  for (let at = 0; at < steps.length; at++) {
    const { vector, thread } = steps[at]!;
    const { label } = vectors[vector]!;
    const call = calls.find(label);
    const { outcome } = parseLabel(label);
    const indent = depth.get(thread) ?? 0;
    const line = (text: string) => lines.push({ thread, text: '  '.repeat(indent) + text });
    if (!call?.spans) {
      line(kernelText(space.product, label));
    } else if (outcome === BEGIN) {
      const end = endOfCall(space, steps, at);
      const isNested = call.caller !== 'user';
      if (
        end !== undefined &&
        isNested &&
        uninterrupted(steps, at, end) &&
        !answeredBy(space, vector, expand)
      ) {
        line(kernelText(space.product, vectors[steps[end]!.vector]!.label, label));
        at = end;
      } else {
        line(kernelText(space.product, label));
        depth.set(thread, indent + 1);
      }
    } else {
      depth.set(thread, Math.max(0, indent - 1));
      const text = returnText(outcome);
      if (text !== undefined)
        lines.push({ thread, text: '  '.repeat(Math.max(0, indent - 1)) + text });
    }
  }
  return lines.filter((line) => line.text.trim() !== '');
}

/** How the end of a call is shown; not at all where it only ends. */
function returnText(outcome: string | undefined): string | undefined {
  if (outcome === undefined || outcome === 'end') return undefined;
  return outcome === 'ok' ? 'return' : `return ${outcome}`;
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

/** Whether the call that a vector begins is answered by a part with this machine. */
function answeredBy(space: StateSpace, vector: number, machine: string | undefined): boolean {
  const { vectors, parts } = space.product;
  return vectors[vector]!.participants.some(
    ({ part }) => part !== vectors[vector]!.initiator && parts[part]!.machine.id === machine,
  );
}

function uninterrupted(steps: readonly Step[], from: number, to: number): boolean {
  return steps.slice(from, to + 1).every(({ thread }) => thread === steps[from]!.thread);
}

/** For each thread that is inside a call and cannot go on: what it waits for. */
function blockedLines(space: StateSpace, state: number, names: readonly string[]): Line[] {
  const { product, table, stepper } = space;
  const enabled = new Set<number>();
  stepper.each(table, state, (vector) => enabled.add(product.vectors[vector]!.initiator));
  const local = stepper.local(table, state);
  const lines: Line[] = [];
  product.vectors.forEach(({ label, initiator, participants }) => {
    if (initiator < 0 || enabled.has(initiator)) return;
    const own = participants.find(({ part }) => part === initiator)!;
    if (own.next[local[initiator]!]! < 0) return;
    if (product.calls.find(label)?.blocks === undefined) return;
    const part = product.parts[initiator]!;
    const thread = names.indexOf(part.thread ?? part.name);
    if (!isBusy(space, initiator, local[initiator]!)) return;
    lines.push({ thread, text: `  ${kernelText(product, label)}` });
    lines.push({ thread, text: '    <blocks>' });
  });
  return lines;
}

function isBusy(space: StateSpace, part: number, local: number): boolean {
  return !space.product.ltss[part]!.states[local]!.tags.includes('quiescent');
}

/** One column for each thread that has a line. */
interface Column {
  readonly thread: number;
  readonly title: string;
  readonly width: number;
}

/**
 * The threads in the order of their parts, each as wide as it needs, or as its share allows where
 * all together need more than the diagram has.
 */
function columnsOf(space: StateSpace, names: readonly string[], lines: readonly Line[]): Column[] {
  const { parts } = space.product;
  const rank = (thread: number) => {
    const part = parts.findIndex((candidate) => candidate.thread === names[thread]);
    return part < 0 ? parts.length : part;
  };
  const threads = [...new Set(lines.map((line) => line.thread))].sort((a, b) => rank(a) - rank(b));
  const titles = threads.map((thread, cpu) => `CPU${cpu} (${names[thread]})`);
  const wanted = threads.map((thread, i) =>
    Math.max(
      titles[i]!.length,
      ...lines.filter((line) => line.thread === thread).map((line) => line.text.length),
    ),
  );
  const widths = shareOut(wanted, WIDTH - GAP * (threads.length - 1));
  return threads.map((thread, i) => ({ thread, title: titles[i]!, width: widths[i]! }));
}

/** Gives each what it wants while that fits; the rest is shared evenly among those that want more. */
function shareOut(wanted: readonly number[], total: number): number[] {
  const given = wanted.map(() => 0);
  let open = wanted.map((_, i) => i);
  let left = total;
  while (open.length > 0) {
    const share = Math.floor(left / open.length);
    const content = open.filter((i) => wanted[i]! <= share);
    for (const i of content.length > 0 ? content : open) {
      given[i] = Math.min(wanted[i]!, share);
      left -= given[i]!;
    }
    open = content.length > 0 ? open.filter((i) => !content.includes(i)) : [];
  }
  return given;
}

function header(columns: readonly Column[]): string[] {
  return [
    join(
      columns,
      columns.map((column) => column.title.slice(0, column.width)),
    ),
    join(
      columns,
      columns.map((column) => '-'.repeat(column.width)),
    ),
  ];
}

function row(columns: readonly Column[], line: Line): string[] {
  const own = columns.find((column) => column.thread === line.thread)!;
  return fit(line.text, own.width).map((text) =>
    join(
      columns,
      columns.map((column) => (column === own ? text : '')),
    ),
  );
}

function join(columns: readonly Column[], cells: readonly string[]): string {
  return columns
    .map((column, i) => cells[i]!.padEnd(column.width))
    .join(' '.repeat(GAP))
    .trimEnd();
}

/** Breaks a line that is too long for its column, the rest indented below it. */
function fit(text: string, width: number): string[] {
  const indent = ' '.repeat(text.length - text.trimStart().length + 4);
  const lines: string[] = [];
  let rest = text;
  while (rest.length > width) {
    const cut = breakPoint(rest, width);
    lines.push(rest.slice(0, cut));
    rest = indent + rest.slice(cut).trimStart();
  }
  return [...lines, rest];
}

/** Where to break: after a space, an opening parenthesis or a comma, before `->`, else after `_`. */
function breakPoint(text: string, width: number): number {
  const first = text.length - text.trimStart().length + 8;
  const last = (test: (at: number) => boolean) => {
    for (let at = width; at > first; at--) if (test(at)) return at;
    return undefined;
  };
  return (
    last((at) => text[at] === ' ' || '(,'.includes(text[at - 1]!) || text.startsWith('->', at)) ??
    last((at) => text[at - 1] === '_') ??
    width
  );
}

function sentence(text: string): string {
  const whole = text.endsWith('.') ? text : `${text}.`;
  const isName = /^\S*[[_(]/.test(whole);
  return isName ? whole : whole[0]!.toUpperCase() + whole.slice(1);
}
