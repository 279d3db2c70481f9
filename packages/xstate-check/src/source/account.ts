import { diffLines } from 'diff';
import type { CFunction, Extent, NotRead, Place } from './ast.ts';
import type { CGraph, Note } from './graph.ts';
import type { Unit } from './parse.ts';
import { withoutPlaces } from './words.ts';

/** A line that a patch adds or takes away and that nothing speaks for. */
export interface LeftOver {
  readonly place: Place;
  readonly change: 'added' | 'removed';
  readonly text: string;
  readonly why: string;
  /** It is a step of C that no label stands for. */
  readonly isUnlabelled?: boolean;
  /** The function that it is in. */
  readonly in?: string;
}

/** One side of a patch: a file as it is before or after it, and its lines that differ. */
export interface Side {
  readonly file: string;
  readonly change: LeftOver['change'];
  readonly lines: readonly number[];
  readonly text: string;
  /** Undefined where it is no C. */
  readonly unit: Unit | undefined;
}

/** What was read of one side. */
export interface ReadSide {
  /** Lines on which something was done, as `file:line`. */
  readonly followed: ReadonlySet<string>;
  /** Lines with a call or an assignment that has no label, and what it is. */
  readonly unlabelled: ReadonlyMap<string, string>;
  /** The functions that were gone into. */
  readonly functions: ReadonlySet<string>;
  /** Those of them that do the same before and after, with a label or without. */
  readonly same: ReadonlySet<string>;
  /** What the table takes for granted, and where. */
  readonly assumptions: readonly Note[];
}

/** @param apart - the functions of machines whose readings differ in something, labelled or not */
export function readSide(graphs: readonly CGraph[], apart: ReadonlySet<string>): ReadSide {
  const functions = graphs.flatMap(({ read }) => [...read.keys()]);
  return {
    same: new Set(functions.filter((name) => !apart.has(name))),
    followed: new Set(graphs.flatMap(({ followed }) => [...followed])),
    unlabelled: new Map(
      graphs.flatMap(({ unlabelled }) =>
        unlabelled.map(({ text, place }) => [`${place.file}:${place.line}`, text] as const),
      ),
    ),
    functions: new Set(functions),
    assumptions: graphs.flatMap(({ assumptions }) => assumptions),
  };
}

/** The numbers of the lines that differ, on each side. */
export function changedLines(
  before: string,
  after: string,
): { removed: number[]; added: number[] } {
  const [removed, added]: [number[], number[]] = [[], []];
  let [old, now] = [1, 1];
  for (const { count, added: isAdded, removed: isRemoved } of diffLines(before, after)) {
    for (let i = 0; i < count; i++) {
      if (isRemoved) removed.push(old + i);
      if (isAdded) added.push(now + i);
    }
    if (!isAdded) old += count;
    if (!isRemoved) now += count;
  }
  return { removed, added };
}

/**
 * The functions that have a line of the sides; undefined where a line stands outside of functions and
 * is more than a comment, so that any function may depend on it.
 */
export function touchedFunctions(sides: readonly Side[]): ReadonlySet<string> | undefined {
  const touched = new Set<string>();
  for (const { lines, text, unit } of sides) {
    if (unit === undefined) continue;
    const bare = withoutComments(text).split('\n');
    for (const line of lines) {
      const fn = functionAt(unit, line);
      if (fn !== undefined) touched.add(fn.name);
      else if (!isPlain(bare[line - 1] ?? '') && outside(unit, line) !== undefined)
        return undefined;
    }
  }
  return touched;
}

/** The changed lines of one side of a file that nothing speaks for. */
export function leftOver({ file, change, lines, text, unit }: Side, read: ReadSide): LeftOver[] {
  const all = text.split('\n');
  const bare = withoutComments(text).split('\n');
  return lines.flatMap((line) => {
    const why =
      unit === undefined
        ? 'it is no C that is read'
        : reason(file, line, bare[line - 1] ?? '', unit, read);
    if (why === undefined) return [];
    const fn = unit && functionAt(unit, line)?.name;
    const shown = (all[line - 1] ?? '').trim();
    const isUnlabelled = why.endsWith(NO_LABEL);
    const place = { file, line };
    return [{ place, change, text: shown, why, isUnlabelled, ...(fn && { in: fn }) }];
  });
}

/** What is said of a step of C that no label stands for. */
export function withoutLabel(step: string): string {
  return `${withoutPlaces(step)}${NO_LABEL}`;
}

const NO_LABEL = ' has no label';

/** What needs no reason: brackets, labels, `else`, what only declares. */
const STRUCTURE = /^(?:[{}();\s]|else|do|default\s*:|\w+\s*:)*$/;

function isPlain(text: string): boolean {
  return STRUCTURE.test(text) || /^\s*#\s*include\b/.test(text);
}

function reason(
  file: string,
  line: number,
  text: string,
  unit: Unit,
  read: ReadSide,
): string | undefined {
  if (isPlain(text)) return undefined;
  if (unit.dropped.has(line)) return leftOut(unit, line);
  const fn = functionAt(unit, line);
  if (fn === undefined) return outside(unit, line);
  if (/^\s*#/.test(text) && line !== fn.line) return 'it is for the preprocessor';
  if (!read.functions.has(fn.name)) return `no machine that is read goes into ${fn.name}()`;
  if (line === fn.line) return undefined;
  const extent = smallest(fn.extents, line);
  if (extent === undefined) return undefined;
  const places = Array.from(
    { length: extent.to - extent.from + 1 },
    (_, i) => `${file}:${extent.from + i}`,
  );
  const without = places
    .map((place) => read.unlabelled.get(place))
    .find((what) => what !== undefined);
  if (without !== undefined && !read.same.has(fn.name)) {
    return withoutLabel(without);
  }
  if (places.some((place) => read.followed.has(place))) return undefined;
  return `it is not reached in ${fn.name}()${grantedBefore(fn, line, read)}`;
}

/** What is taken for granted in a function ahead of a line, the nearest first: that may be why. */
function grantedBefore(fn: CFunction, line: number, { assumptions }: ReadSide): string {
  const ahead = assumptions
    .filter(({ place }) => place.file === fn.file && fn.line <= place.line && place.line <= line)
    .sort((a, b) => b.place.line - a.place.line);
  const [nearest] = ahead;
  if (nearest === undefined) return '';
  const text = nearest.text.replace(/\$_|\$rest/g, '…').replaceAll('$', '');
  return `, where the table takes for granted at line ${nearest.place.line}: ${text}`;
}

function functionAt(unit: Unit, line: number): CFunction | undefined {
  return [...unit.functions.values()].find((fn) => fn.line <= line && line <= fn.endLine);
}

function leftOut({ prototypes }: Unit, line: number): string | undefined {
  if (prototypes.some(({ from, to }) => from <= line && line <= to)) return undefined;
  return 'a condition of the preprocessor leaves it out';
}

function outside(unit: Unit, line: number): string | undefined {
  if (unit.prototypes.some(({ from, to }) => from <= line && line <= to)) return undefined;
  const unread = [...unit.unread.values()].find(({ place }: NotRead) => place.line === line);
  return unread === undefined ? 'it stands outside of functions' : `not read: ${unread.construct}`;
}

function smallest(extents: readonly Extent[], line: number): Extent | undefined {
  return extents
    .filter(({ from, to }) => from <= line && line <= to)
    .sort((a, b) => a.to - a.from - (b.to - b.from))[0];
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?(?:\*\/|$)|\/\/[^\n]*/g, (comment) =>
    comment.replace(/[^\n]/g, ' '),
  );
}
