import type { CGraph, Place, Row } from 'xstate-check/kernel';
import { type Held, keyOfRow } from './held.fixture.ts';
import { cSpecification } from './index.ts';

/** What no C of a tree has: something else than a row asks for. */
const STRANGER = 'stranger';

/** Words of a pattern that stand for anything already. */
const OPEN = /^\$(?:_|rest)$/;

/** One thing that the pattern of a row asks for, and the pattern that does not ask for it. */
interface Asked {
  /** `$dev`, or the constant that is asked for. */
  readonly what: string;
  readonly wide: string;
  /** The C with a stranger in its place, in the line or lines that the row is met in; undefined where it is not written there. */
  readonly changed: (text: string) => string | undefined;
}

/** What is said of one thing that a row asks for. */
export interface Verdict {
  readonly row: string;
  readonly what: string;
  /**
   * - `right`: the right C is not read with the wider pattern, or differs;
   * - `stranger`: the C with a stranger differs, and with the wider pattern it does not;
   * - `note`: the C with a stranger is said to have a statement without a label, and with the wider pattern not;
   * - `nobody`: with the wider pattern no C that was tried differs, and without it none either;
   * - `elsewhere`: the C with a stranger differs with both patterns;
   * - `unwritten`: nothing was found in the text that could be another one.
   */
  readonly heldBy: 'right' | 'stranger' | 'note' | 'nobody' | 'elsewhere' | 'unwritten';
}

/** Tries everything that the rows which some machines meet ask for. */
export function widened(met: ReadonlyMap<string, readonly Held[]>): Verdict[] {
  return [...met].flatMap(([key, users]) =>
    askedIn(rowOf(key, users[0]!)).map((asked) => ({
      row: key,
      what: asked.what,
      heldBy: heldBy(key, asked, users),
    })),
  );
}

function rowOf(key: string, held: Held): Row {
  return [...held.graph().rows].find((row) => keyOfRow(row) === key)!;
}

function heldBy(key: string, { wide, changed }: Asked, users: readonly Held[]): Verdict['heldBy'] {
  const widen = (rows: readonly Row[]) =>
    rows.map((row) => (keyOfRow(row) === key ? { ...row, c: wide } : row));
  if (users.some((held) => held.differs(widen) !== undefined)) return 'right';
  let answer: Verdict['heldBy'] = 'unwritten';
  for (const held of users.slice(0, 3)) {
    for (const place of placesOf(held.graph(), rowOf(key, held)).slice(0, 3)) {
      const text = textWith(held, place, changed);
      if (text === undefined) continue;
      const other = held.where(place.file, text);
      const [narrow, wider] = [other.differs((rows) => rows), other.differs(widen)];
      if (narrow !== undefined && wider === undefined) return 'stranger';
      if (narrow === undefined && isNoted(other) && !isNoted(other, widen)) return 'note';
      if (answer === 'unwritten') answer = narrow === undefined ? 'nobody' : 'elsewhere';
    }
  }
  return answer;
}

/** Whether it is said that something is done to the stranger which no label shows. */
function isNoted(held: Held, rows?: (all: readonly Row[]) => readonly Row[]): boolean {
  return held.graph(rows).unlabelled.some(({ text }) => text.includes(STRANGER));
}

/** Where the C is what a row says: the lines of its label, or of what it is taken for. */
function placesOf({ steps, assumptions }: CGraph, row: Row): Place[] {
  const labels = [row.label, ...Object.values(row.runs ?? {}).flat()].filter(
    (label) => label !== undefined,
  );
  const isIts = labels.map(
    (label) =>
      new RegExp(
        `^${label.replace(/[.*+?^$()[\]|\\]/g, '\\$&').replace(/\{\w+\}/g, '[\\w.[\\]]+')}(?::.*)?$`,
      ),
  );
  const places = [
    ...steps.flat().filter(({ label = '' }) => isIts.some((one) => one.test(label))),
    ...assumptions.filter(({ text }) => text.startsWith(`${row.c} `)),
  ].map(({ place }) => place);
  return [...new Map(places.map((place) => [`${place.file}:${place.line}`, place])).values()];
}

/** The text of a file in which one statement, from a line on, is changed. */
function textWith(
  held: Held,
  { file, line }: Place,
  changed: Asked['changed'],
): string | undefined {
  const lines = held.tree.read(file)?.split('\n');
  if (lines === undefined) return undefined;
  const before = lines.slice(0, line - 1).join('\n');
  const after = changed(lines.slice(line - 1).join('\n'));
  return after && `${before}\n${after}`;
}

/** The arguments of a call that begins at a bracket, and where it ends. */
function argumentsAt(text: string, bracket: number): { from: number; to: number }[] {
  const found: { from: number; to: number }[] = [];
  let depth = 0;
  let from = bracket + 1;
  for (let at = bracket; at < text.length; at += 1) {
    const char = text[at]!;
    if ('([{'.includes(char)) depth += 1;
    if (')]}'.includes(char)) depth -= 1;
    if (depth === 0 || (depth === 1 && char === ',')) {
      found.push({ from, to: at });
      from = at + 1;
    }
    if (depth === 0) return found;
  }
  return [];
}

/** Everything that a pattern asks for: the objects, and the constants that are arguments or values. */
function askedIn({ c }: Row): Asked[] {
  const call = /(\w+)\(/.exec(c);
  const written = / = (.*)$/.exec(c);
  if (written !== null && !(call !== null && call.index < written.index)) {
    return askedInAssignment(c, written[1]!);
  }
  if (call === null) return askedInMember(c);
  const bracket = call.index + call[1]!.length;
  return argumentsAt(c, bracket).flatMap(({ from, to }, i): Asked[] => {
    const argument = c.slice(from, to).trim();
    const [object] = /\$(?!_|rest\b|some\b)\w+/.exec(argument) ?? [];
    if (OPEN.test(argument) || argument === '' || (object === undefined && /\$/.test(argument))) {
      return [];
    }
    const wider = object === undefined ? '$_' : argument.replace(object, '$_');
    return [
      {
        what: object ?? argument,
        wide: `${c.slice(0, from)}${c.slice(from, to).replace(argument, () => wider)}${c.slice(to)}`,
        changed: (text) => withStranger(text, call[1]!, i, object !== undefined),
      },
    ];
  });
}

/** The first call of a function, within the lines of a statement, with another argument. */
function withStranger(
  text: string,
  name: string,
  argument: number,
  isObject: boolean,
): string | undefined {
  const guard = guardIn(text, name);
  const at = callIn(text, name) ?? guard?.at;
  if (at === undefined || text.slice(0, at).split('\n').length > 3) return undefined;
  const place = argumentsAt(text, at)[guard?.at === at ? guard.argument : argument];
  if (place === undefined) return undefined;
  const old = text.slice(place.from, place.to);
  const now = isObject ? old.replace(/\b[a-zA-Z_]\w*\b(?!\()/, STRANGER) : ` ${STRANGER}`;
  return `${text.slice(0, place.from)}${now}${text.slice(place.to)}`;
}

/** The bracket of the first call of a function. */
function callIn(text: string, name: string): number | undefined {
  const at = new RegExp(`\\b${name}\\(`).exec(text);
  return at === null ? undefined : at.index + name.length;
}

/** The lock of a guard that makes a call: `guard(mutex)(&lock)`, `scoped_guard(mutex, &lock)`. */
function guardIn(text: string, name: string): { at: number; argument: number } | undefined {
  const guards = Object.entries(cSpecification.dialect.guards);
  const kinds = guards.flatMap(([kind, { enter }]) => (enter === name ? [kind] : [])).join('|');
  if (kinds === '') return undefined;
  const guard = new RegExp(`\\bguard\\((?:${kinds})\\)\\(`).exec(text);
  if (guard !== null) return { at: guard.index + guard[0].length - 1, argument: 0 };
  const scoped = new RegExp(`\\bscoped_guard\\((?:${kinds}),`).exec(text);
  return scoped === null ? undefined : { at: text.indexOf('(', scoped.index), argument: 1 };
}

function askedInAssignment(c: string, value: string): Asked[] {
  const [to] = c.split(' = ') as [string];
  const member = to.split(/->|\./).at(-1)!;
  const write = new RegExp(`([\\w>.-]+)(->|\\.)${member}(\\s*)=(?!=)([^;]*);`);
  return [
    ...askedInMember(c),
    ...(value.startsWith('$')
      ? []
      : [
          {
            what: value,
            wide: `${to} = $_`,
            changed: (text: string) =>
              inLine(
                text,
                write,
                (_, of, arrow, space) => `${of}${arrow}${member}${space}= ${STRANGER};`,
              ),
          },
        ]),
  ];
}

/** The object whose member is read or written. */
function askedInMember(c: string): Asked[] {
  const [, object, path] = /^&?(\$(?!_|some\b)\w+)((?:(?:->|\.)\w+)+)/.exec(c) ?? [];
  if (object === undefined) return [];
  const member = path!.split(/->|\./).at(-1)!;
  const read = new RegExp(`\\b\\w+((?:->|\\.)(?:\\w+(?:->|\\.))*${member}\\b)`);
  return [
    {
      what: object,
      wide: c.replace(object, '$_'),
      changed: (text) => inLine(text, read, (_, rest) => `${STRANGER}${rest}`),
    },
  ];
}

/** Replaced in the first line or the two that follow, where a statement goes on. */
function inLine(
  text: string,
  what: RegExp,
  by: (...groups: string[]) => string,
): string | undefined {
  const found = what.exec(text);
  if (found === null || text.slice(0, found.index).split('\n').length > 3) return undefined;
  return `${text.slice(0, found.index)}${by(...found)}${text.slice(found.index + found[0].length)}`;
}
