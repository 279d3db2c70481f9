import { wrap } from '../base/text.ts';
import { TEXT, textWidth } from '../chart/metrics.ts';
import { escaped } from '../chart/svg.ts';
import { threadsOf } from '../check/threads.ts';
import type { Counterexample } from '../check/verdict.ts';
import { actorsOf } from '../explain/actors.ts';
import { returnText } from '../explain/diagram.ts';
import { callText, stepText } from '../explain/step-text.ts';
import { waitsOf } from '../explain/waits.ts';
import { parseLabel } from '../lts/label.ts';
import { BEGIN } from '../specification/call.ts';

/** Characters on a line of a lane, and pixels. */
const WIDTH = 40;
const ROW = 17;
const HEAD = 46;
const LEFT = 40;
/** How far what is inside a call is moved. */
const NEST = 9;
const GAP = 26;

interface Entry {
  readonly lane: number;
  readonly depth: number;
  readonly lines: readonly string[];
  readonly kind: 'begin' | 'end' | 'step' | 'blocked';
  /** The number of the step; absent for what is waited for. */
  readonly step?: number;
}

interface Bar {
  readonly lane: number;
  readonly depth: number;
  readonly from: number;
  to?: number;
}

/**
 * A run as a sequence diagram: a lane for each thread, a step a row, calls as bars as long as they
 * take; the step that breaks the rule and what waits for ever are marked.
 */
export function sequenceSvg(counterexample: Counterexample): string {
  const { lanes, entries, loopFrom } = entriesOf(counterexample);
  const rows = rowsOf(entries);
  const end = rows.at(-1)?.bottom ?? HEAD;
  const widths = lanes.map((title, lane) => laneWidth(title, lane, entries));
  const left = widths.map((_, i) => LEFT + widths.slice(0, i).reduce((sum, w) => sum + w + GAP, 0));
  const width = LEFT + widths.reduce((sum, w) => sum + w + GAP, 0);
  const height = end + 14;
  const last = entries.findLastIndex(({ step }) => step !== undefined);
  // What never comes is wrong then, and no step.
  const goesOn = loopFrom !== undefined || entries.some(({ kind }) => kind === 'blocked');
  const out = [
    `<svg xmlns="http://www.w3.org/2000/svg" class="chart run" role="img" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`,
    `<title>${escaped(`Sequence diagram of the run that breaks ${counterexample.property.id}`)}</title>`,
    ...lanes.flatMap((title, i) => laneOf(title, left[i]!, widths[i]!, end)),
    ...barsOf(entries, rows).map((bar) => {
      const x = left[bar.lane]! + bar.depth * NEST;
      return `<rect class="bar" x="${x}" y="${bar.from}" width="6" height="${Math.max(6, (bar.to ?? end) - bar.from)}"/>`;
    }),
    ...switchesOf(entries, rows, left),
  ];
  if (loopFrom !== undefined && rows[loopFrom] !== undefined) {
    const top = rows[loopFrom]!.top - 3;
    out.push(
      `<rect class="loop" x="${LEFT - 6}" y="${top}" width="${width - LEFT - GAP + 12}" height="${(rows[last]?.bottom ?? end) - top + 2}"/>`,
      `<text class="tags" x="${width - GAP}" y="${top + 11}" text-anchor="end">for ever</text>`,
    );
  }
  entries.forEach((entry, i) => {
    out.push(rowOf(entry, rows[i]!.top, left[entry.lane]!, i === last && !goesOn));
  });
  return `${[...out, '</svg>'].join('\n')}\n`;
}

function entriesOf(counterexample: Counterexample) {
  const { space, run, cycle } = counterexample;
  const { product } = space;
  const { names, of } = threadsOf(product);
  const waits = waitsOf(counterexample);
  const vectors = [...run.vectors, ...(cycle?.vectors ?? [])];
  const states = [...run.states.slice(0, run.vectors.length), ...(cycle?.states ?? [])];
  const seen = [
    ...new Set([...vectors.map((vector) => of[vector]!), ...waits.map((w) => w.thread)]),
  ];
  const rank = (thread: number) => {
    const part = product.parts.findIndex((candidate) => candidate.thread === names[thread]);
    return part < 0 ? product.parts.length : part;
  };
  const threads = seen.sort((a, b) => rank(a) - rank(b));
  const depth = new Map<number, number>();
  const entries: Entry[] = vectors.map((vector, i) => {
    const thread = of[vector]!;
    const { label } = product.vectors[vector]!;
    const { outcome } = parseLabel(label);
    const call = product.calls.find(label);
    const nests = call !== undefined && (call.spans === true || call.outcomes.includes(BEGIN));
    const kind = !nests ? 'step' : outcome === BEGIN ? 'begin' : 'end';
    const before = depth.get(thread) ?? 0;
    const at = kind === 'end' ? Math.max(0, before - 1) : before;
    depth.set(thread, kind === 'begin' ? before + 1 : at);
    const text =
      kind === 'end'
        ? (returnText(outcome) ??
          `end of ${callText(product, label.replace(/:[^@#]*/, ''), label)}`)
        : stepText(space, vector, states[i]!);
    return { lane: threads.indexOf(thread), depth: at, lines: fit(text), kind, step: i + 1 };
  });
  const blocked = waits.map(
    ({ thread, text }): Entry => ({
      lane: threads.indexOf(thread),
      depth: depth.get(thread) ?? 0,
      lines: fit(`${text} waits for ever`),
      kind: 'blocked',
    }),
  );
  const loops = cycle !== undefined && cycle.vectors.length > 0;
  return {
    lanes: actorsOf(
      product,
      threads.map((thread) => names[thread]!),
    ).map(({ title }) => title),
    entries: [...entries, ...blocked],
    loopFrom: loops ? run.vectors.length : undefined,
  };
}

/** A long text is broken after a parenthesis, a comma or an arrow, as C is. */
function fit(text: string): string[] {
  return wrap(text, WIDTH).flatMap((line) => {
    const lines: string[] = [];
    let rest = line;
    while (rest.length > WIDTH) {
      const cut = Math.max(
        ...['(', ',', '->', '.', '_'].map((s) => rest.lastIndexOf(s, WIDTH - 2) + s.length),
      );
      const at = cut > 8 ? cut : WIDTH;
      lines.push(rest.slice(0, at));
      rest = rest.slice(at);
    }
    return [...lines, rest];
  });
}

function rowsOf(entries: readonly Entry[]): { top: number; bottom: number }[] {
  let y = HEAD;
  return entries.map(({ lines }) => {
    const top = y;
    y += lines.length * ROW + 3;
    return { top, bottom: y };
  });
}

function laneWidth(title: string, lane: number, entries: readonly Entry[]): number {
  const own = entries.filter((entry) => entry.lane === lane);
  const widths = own.flatMap(({ lines, depth }) =>
    lines.map((line) => textWidth(line, TEXT.line) + depth * NEST + 32),
  );
  return Math.max(textWidth(title, TEXT.title) + 16, ...widths);
}

function laneOf(title: string, x: number, width: number, end: number): string[] {
  return [
    `<rect class="box" x="${x - 6}" y="6" width="${width}" height="26" rx="5"/>`,
    `<text class="name" x="${x + 2}" y="24">${escaped(title)}</text>`,
    `<path class="life" d="M${x + 3} 32V${end + 6}"/>`,
  ];
}

function barsOf(
  entries: readonly Entry[],
  rows: readonly { top: number; bottom: number }[],
): Bar[] {
  const bars: Bar[] = [];
  const open = new Map<number, Bar[]>();
  entries.forEach(({ lane, depth, kind }, i) => {
    const stack = open.get(lane) ?? [];
    open.set(lane, stack);
    if (kind === 'begin') {
      const bar: Bar = { lane, depth, from: rows[i]!.top + 4 };
      bars.push(bar);
      stack.push(bar);
    } else if (kind === 'end') {
      const bar = stack.pop();
      if (bar !== undefined) bar.to = rows[i]!.bottom - 6;
    }
  });
  return bars;
}

/** Where another thread goes on: a thin line from one lane to the next. */
function switchesOf(
  entries: readonly Entry[],
  rows: readonly { top: number; bottom: number }[],
  left: readonly number[],
): string[] {
  return entries.flatMap(({ lane }, i) => {
    const before = entries[i - 1];
    if (before === undefined || before.lane === lane) return [];
    const y = rows[i]!.top;
    return [`<path class="switch" d="M${left[before.lane]! + 3} ${y}H${left[lane]! + 3}"/>`];
  });
}

function rowOf({ depth, lines, kind, step }: Entry, top: number, left: number, isLast: boolean) {
  const x = left + depth * NEST + 14;
  const y = top + 13;
  const isBad = kind === 'blocked' || isLast;
  const spans = lines.map(
    (line, i) =>
      `<tspan x="${i === 0 ? x : x + 14}"${i === 0 ? '' : ` dy="${ROW}"`}>${escaped(line.trim())}</tspan>`,
  );
  const tick =
    kind === 'step'
      ? `<circle class="tick" cx="${left + depth * NEST + 3}" cy="${y - 4}" r="2.6"/>`
      : '';
  const mark = isBad
    ? `<path class="cross" d="M${left + depth * NEST - 1} ${y - 8}l8 8m0 -8l-8 8"/>`
    : tick;
  const number =
    step === undefined
      ? ''
      : `<text class="tags" x="${LEFT - 12}" y="${y}" text-anchor="end">${step}</text>`;
  return `${number}${mark}<text${isBad ? ' class="wrong"' : kind === 'end' ? ' class="return"' : ''} y="${y}">${spans.join('')}</text>`;
}

/** What a sequence diagram needs beyond the style of charts. */
export const SEQUENCE_STYLE = [
  '.run .life{stroke:var(--frame);stroke-dasharray:2 4}',
  '.run .bar{fill:var(--lit);stroke:var(--accent);stroke-width:1}',
  '.run .tick{fill:var(--line)}',
  '.run .switch{stroke:var(--frame);stroke-dasharray:1 3}',
  '.run .loop{fill:none;stroke:var(--accent);stroke-dasharray:6 3}',
  '.run .cross{stroke:var(--bad);stroke-width:2.2;fill:none}',
  '.chart .wrong{fill:var(--bad);font-weight:700}',
  '.chart .return{fill:var(--dim)}',
].join('');
