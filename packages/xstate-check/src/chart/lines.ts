import type { ChartLabel } from './chart.ts';

/** Widest line of labels, in characters, and most of them at one place. */
const WIDTH = 38;
const MOST = 9;

/**
 * How labels are written: outcomes of one call on one line (`map: -ENODEV, -ENOMEM`), the condition
 * in brackets behind them, long lines broken. Where there are very many, the first of them and how
 * many are left out.
 */
export function linesOf(labels: readonly ChartLabel[], most = MOST): string[] {
  const lines = familiesOf(labels).map(familyLines);
  const all = lines.flat();
  if (all.length <= most) return all;
  const shown: string[] = [];
  let at = 0;
  while (shown.length + lines[at]!.length < most) shown.push(...lines[at++]!);
  return [...shown, `${CUT}${lines.length - at}`];
}

const CUT = '… +';

/** Whether some of the lines were left out. */
export function isCut(lines: readonly string[]): boolean {
  return lines.at(-1)?.startsWith(CUT) ?? false;
}

/** Labels that differ in their outcomes, or in their variants, alone. */
interface Family {
  readonly call: string;
  readonly guard: string | undefined;
  readonly outcomes: string[];
}

function familiesOf(labels: readonly ChartLabel[]): Family[] {
  const families = new Map<string, Family>();
  for (const { label: own, guard: condition } of labels) {
    const label = ofXState(own);
    const end = label.search(/[:#]/);
    const call = end < 0 ? label : label.slice(0, end);
    const guard = end < 0 ? condition : inGeneral(condition, label.slice(end + 1));
    const key = JSON.stringify([call, label[end], guard]);
    const family = families.get(key) ?? { call, guard, outcomes: [] };
    families.set(key, family);
    if (end >= 0) family.outcomes.push(label.slice(end));
  }
  return [...families.values()];
}

/** What XState sends by itself, as one would say it: `xstate.after.5000.lamp.on` is `after 5 s`. */
function ofXState(label: string): string {
  const [, delay] = /^xstate\.after\.(\w+)\./.exec(label) ?? [];
  if (delay !== undefined) return `after ${duration(delay)}`;
  const [, word, kind, of] = /^xstate\.(done|error)\.(actor|state)\.(.+)$/.exec(label) ?? [];
  if (word === undefined) return label;
  return kind === 'state' ? word : `${word} ${of!.split('.').at(-1)}`;
}

function duration(delay: string): string {
  if (!/^\d+$/.test(delay)) return delay;
  const ms = Number(delay);
  return ms >= 1000 ? `${ms / 1000} s` : `${ms} ms`;
}

/** `returns -EBUSY` at `:-EBUSY` says the same as `returns -EINVAL` at `:-EINVAL`. */
function inGeneral(guard: string | undefined, outcome: string): string | undefined {
  return guard?.endsWith(` ${outcome}`) ? `${guard.slice(0, -outcome.length)}…` : guard;
}

function familyLines({ call, guard, outcomes }: Family): string[] {
  const condition = guard === undefined ? [] : [`[${guard}]`];
  if (outcomes.length < 2) return fill([call + outcomes.join(''), ...condition]);
  const names = outcomes.map((outcome) => outcome.replace(/^:/, ''));
  const last = names.length - 1;
  const listed = names.map((name, i) => (i < last ? `${name},` : name));
  return fill([`${call}: ${listed[0]}`, ...listed.slice(1), ...condition]);
}

/** Words on lines, those after the first indented. */
function fill(words: readonly string[]): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of words.flatMap(halves)) {
    if (line === '') line = word;
    else if (line.length + 1 + word.length <= WIDTH) line += ` ${word}`;
    else {
      lines.push(line);
      line = `  ${word}`;
    }
  }
  return [...lines, line];
}

/** A label that is longer than a line is broken after a dot, as C would be after an arrow. */
function halves(word: string): string[] {
  if (word.length <= WIDTH + 6) return [word];
  const dot = word.lastIndexOf('.', WIDTH);
  return dot > 8 ? [word.slice(0, dot + 1), ...halves(word.slice(dot + 1))] : [word];
}
