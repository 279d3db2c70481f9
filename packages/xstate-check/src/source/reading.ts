import type { AnyStateMachine } from 'xstate';
import { alphabetOf } from '../lts/alphabet.ts';
import { BEGIN, type Call, hasBeginning, WAIT } from '../specification/call.ts';
import type { Answer, Entry, ListOf, Reading, Row } from './table.ts';

/** What a machine says in `meta.c` of the C that it stands for. */
export interface CSource {
  readonly function: string;
  readonly file: string;
  /** Other files whose functions it goes into. */
  readonly also?: readonly string[];
  /** Each way in which it is called; what it returns need not be said where the outcomes do. */
  readonly entries: readonly (Omit<Entry, 'returns'> & Partial<Pick<Entry, 'returns'>>)[];
  readonly lists?: readonly ListOf[];
  readonly leads?: Readonly<Record<string, string>>;
  readonly pointers?: Readonly<Record<string, string>>;
  /** Steps of the machine that happen inside calls which the C is not followed into. */
  readonly inside?: Inside;
  /** Rows that are no calls: what is taken for granted, and what this function alone has. */
  readonly rows?: readonly Row[];
}

/** Labels, without their outcome, that the comparison passes over, and why. */
export interface Inside {
  readonly labels: readonly string[];
  readonly because: string;
}

/** Whether a label of a machine is one of those that the comparison passes over. */
export function isInside({ inside }: CSource, label: string): boolean {
  const plain = (name: string) => name.replace(/\[\w+\]/g, '[]').replace(/:[^:]*$/, '');
  return inside?.labels.some((one) => plain(one) === plain(label)) ?? false;
}

/** What a machine says of its C; undefined where it says nothing. */
export function cSourceOf(machine: AnyStateMachine): CSource | undefined {
  return (machine.root.meta as { c?: CSource } | undefined)?.c;
}

/** All that is needed to read the function of a machine, from what it and the calls say. */
export function readingOf(
  machine: AnyStateMachine,
  source: CSource,
  calls: readonly Call[],
  leads: Readonly<Record<string, string>> = {},
): Reading {
  const { labels } = alphabetOf(machine);
  return {
    function: source.function,
    entries: source.entries.map((entry) => ({
      ...entry,
      returns: entry.returns ?? returnsOf(entry.begins, labels),
    })),
    // What a machine says of its own function comes before what is said of all.
    rows: [...(source.rows ?? []), ...calls.flatMap(rowsOf)],
    leads: { ...leads, ...source.leads },
    ...(source.lists !== undefined && { lists: source.lists }),
    ...(source.pointers !== undefined && { pointers: source.pointers }),
  };
}

/** The reading of a tree in which functions have other names. */
export function renamedReading(reading: Reading, renamed: ReadonlyMap<string, string>): Reading {
  if (renamed.size === 0) return reading;
  const named = (name: string) => renamed.get(name) ?? name;
  const { entries, rows, pointers } = reading;
  return {
    ...reading,
    function: named(reading.function),
    entries: entries.map((entry) =>
      entry.function === undefined ? entry : { ...entry, function: named(entry.function) },
    ),
    rows: rows.map((row) => ({ ...row, c: row.c.replace(/\b\w+(?=\()/g, named) })),
    ...(pointers !== undefined && {
      pointers: Object.fromEntries(
        Object.entries(pointers).map(([member, name]) => [member, named(name)]),
      ),
    }),
  };
}

/** The outcomes of the call that a label begins, each with the value that it stands for. */
function returnsOf(begins: string, labels: readonly string[]): Record<string, Answer> {
  const call = begins.replace(/:begin$/, ':');
  const outcomes = labels.filter((label) => label.startsWith(call) && label !== begins);
  return Object.fromEntries(outcomes.map((label) => [label, answerOf(label.slice(call.length))]));
}

/** The rows of a call: one for each way in which the source writes it. */
export function rowsOf(call: Call): Row[] {
  const patterns = typeof call.c === 'string' ? [call.c] : (call.c ?? []);
  const ends = call.outcomes.filter((outcome) => ![BEGIN, WAIT].includes(outcome));
  const isPlain = ends.every((outcome) => outcome === '') && call.returns?.[''] === undefined;
  const outcomes = isPlain ? [] : ends;
  const returns = Object.fromEntries(
    outcomes.map((outcome) => [outcome, call.returns?.[outcome] ?? answerOf(outcome)]),
  );
  return patterns.map((c) => ({
    c,
    label: labelOf(call.name, c),
    ...(outcomes.length > 0 && { returns }),
    ...(call.runs !== undefined && { runs: call.runs }),
    ...(hasBeginning(call) && call.runs === undefined && { spans: true }),
    ...(call.sets !== undefined && { sets: call.sets }),
  }));
}

/** What an outcome is in C, where its name says so. */
function answerOf(outcome: string): Answer {
  const plain = outcome.replace(/#.*$/, '');
  if (plain === 'ok' || plain === '') return '0';
  if (plain === 'true') return '1';
  if (plain === 'false') return '0';
  if (plain === 'failed') return 'errno';
  if (plain === 'end') return 'void';
  return plain;
}

/**
 * The label of a call whose pattern names its object: `dev.move` and `$dev` are `{dev}.move`,
 * `lock.down_read` and `$dev` are `{dev}.lock.down_read`. Where the pattern names none, the object
 * is the one that the function is at: `buf.put_registration` is `{buf}.put_registration`.
 */
function labelOf(name: string, pattern: string): string {
  const words = [...pattern.matchAll(/\$(\w+)/g)].map((match) => match[1]!);
  const [first = ''] = name.split('.');
  if (words.includes(first)) return `{${first}}${name.slice(first.length)}`;
  const named = words.find((word) => !['_', 'rest', 'some'].includes(word));
  return named === undefined ? `{${first}}${name.slice(first.length)}` : `{${named}}.${name}`;
}
