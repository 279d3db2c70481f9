import { wrap } from './text.ts';

const GAP = 3;

/** Where the lines of one column begin, and how long they may be. */
export interface Column {
  readonly title: string;
  readonly start: number;
  readonly width: number;
  /** What is written in front of each line, where the columns lie above each other. */
  readonly name?: string;
}

/**
 * Columns side by side. Of two the wider gives way; of more, where they don't fit, each begins a
 * little to the right of the one before and goes on to the margin. Where even that leaves too little
 * room, they lie above each other, and each line has the name of its column in front.
 *
 * @param texts - for each column its lines
 */
export function columnsOf(
  titles: readonly string[],
  texts: readonly (readonly string[])[],
  width: number,
): Column[] {
  const longest = texts.map((lines) => greatest(lines.map((line) => line.length)));
  const wanted = longest.map((length, i) => Math.max(titles[i]!.length, length));
  const room = width - GAP * (titles.length - 1);
  const fits = wanted.reduce((sum, one) => sum + one, 0) <= room;
  const placed =
    titles.length > 2 && !fits ? staggered(longest, width) : sideBySide(shareOut(wanted, room));
  const isLegible = placed.every((place, i) => place.width >= Math.min(LEGIBLE, longest[i]!));
  return isLegible ? titles.map((title, i) => ({ title, ...placed[i]! })) : named(titles, width);
}

/** Least width in which a line that has to be broken can be read. */
const LEGIBLE = 20;

const greatest = (numbers: readonly number[]): number =>
  numbers.reduce((most, one) => Math.max(most, one), 0);

/** One above the other. A name that takes more than a third of the width is cut. */
function named(titles: readonly string[], width: number): Column[] {
  const most = Math.max(0, Math.floor(width / 3) - 2);
  const names = titles.map((title) => nameOf(title).slice(0, most));
  const start = most === 0 ? 0 : greatest(names.map((name) => name.length)) + 2;
  return titles.map((title, i) => ({
    ...{ title, start, name: names[i]! },
    width: Math.max(1, width - start),
  }));
}

/** What a title begins with: `A0` of `A0 (reader)`. */
const nameOf = (title: string): string => title.replace(/ .*/s, '');

type Place = Pick<Column, 'start' | 'width'>;

function sideBySide(widths: readonly number[]): Place[] {
  let start = 0;
  return widths.map((width) => {
    const place = { start, width };
    start += width + GAP;
    return place;
  });
}

/** Least and most that a column begins to the right of the one before. */
const STAGGER = { least: 6, most: 16 };

/** As far apart as lets the longest line of each end before the margin. */
function staggered(longest: readonly number[], width: number): Place[] {
  const apart = longest.map((length, i) => (i === 0 ? STAGGER.most : (width - length) / i));
  const step = Math.max(STAGGER.least, Math.floor(Math.min(STAGGER.most, ...apart)));
  return longest.map((_, i) => ({ start: i * step, width: width - i * step }));
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

/** The titles: above their columns, or, where those overlap, before them. */
export function header(columns: readonly Column[], width: number): string[] {
  const [first] = columns;
  if (first?.name !== undefined) {
    return [...legendOf(columns, width), '', '-'.repeat(first.start + first.width)];
  }
  const ends = columns.map((_, i) => (columns[i + 1]?.start ?? width + GAP) - GAP);
  const overlaps = columns.some((column, i) => column.start + column.width > ends[i]!);
  const heads = columns.map(({ title }) => (overlaps ? nameOf(title) : title));
  const rules = columns.map((column, i) =>
    '-'.repeat(overlaps ? Math.max(heads[i]!.length, ends[i]! - column.start) : column.width),
  );
  const line = (cells: readonly string[]) =>
    columns.reduce((text, column, i) => {
      const cell = overlaps ? cells[i]!.slice(0, ends[i]! + GAP - 1 - column.start) : cells[i]!;
      return text.padEnd(column.start) + cell.slice(0, column.width);
    }, '');
  return [...(overlaps ? [...legendOf(columns, width), ''] : []), line(heads), line(rules)];
}

function legendOf(columns: readonly Column[], width: number): string[] {
  const titles = columns.map(({ title }) => title).join(', ');
  return wrap(titles, width).flatMap((line) => fit(line, Math.max(1, width)));
}

/** A line of a column. */
export function row({ start, width, name = '' }: Column, text: string): string[] {
  return fit(text, width).map((line, i) => (i === 0 ? name : '').padEnd(start) + line);
}

/**
 * Breaks a line that is too long for its column, the rest indented below it, by no more than half of
 * the width: each line then holds something of the text.
 */
function fit(text: string, width: number): string[] {
  const most = Math.floor(width / 2);
  const own = text.length - text.trimStart().length;
  const indent = ' '.repeat(Math.min(own + 4, most));
  const lines: string[] = [];
  let rest = ' '.repeat(Math.min(own, most)) + text.trimStart();
  while (rest.length > width) {
    const cut = breakPoint(rest, width);
    lines.push(rest.slice(0, cut));
    rest = indent + rest.slice(cut).trimStart();
  }
  return [...lines, rest];
}

/**
 * Where to break: before `= outcome`, else after a space, an opening parenthesis or a comma, else
 * after `=` or before `->`, else after `_`.
 */
function breakPoint(text: string, width: number): number {
  const first = text.length - text.trimStart().length + 5;
  const last = (test: (at: number) => boolean) => {
    for (let at = width; at > first; at--) if (test(at)) return at;
    return undefined;
  };
  return (
    last((at) => text.startsWith(' = ', at)) ??
    last((at) => (text[at] === ' ' && text[at - 1] !== '=') || '(,'.includes(text[at - 1]!)) ??
    last((at) => text[at] === ' ' || text.startsWith('->', at)) ??
    last((at) => text[at - 1] === '_') ??
    width
  );
}
