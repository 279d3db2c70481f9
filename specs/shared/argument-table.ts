/**
 * The checks of one call, in the kernel's order. Argument validation is no state: it is a table of
 * causes and answers in which the earlier check answers.
 */
export interface ArgumentTable<S> {
  readonly call: string;
  /** The arguments, and what the call finds, where nothing is wrong. */
  readonly sound: S;
  /** What it answers where nothing is wrong. */
  readonly answers: string;
  readonly causes: readonly Cause<S>[];
  /** What one might expect to be refused, and is not. */
  readonly accepted: readonly Accepted<S>[];
  /** Causes that no call can have together. */
  readonly exclusive: readonly Exclusive[];
}

export interface Cause<S> {
  /** Short and unique in the table. */
  readonly id: string;
  readonly cause: string;
  /** An errno, `failed` where it is another subsystem's; `0` where the call has done nothing. */
  readonly errno: string;
  /** The first version of which the check was read, or is stated; else `unknown`. */
  readonly since: string;
  readonly source: string;
  /**
   * The first item that has the cause, -1 if none; 0 where the check is not made in a loop.
   * Whether the earlier checks pass does not matter here.
   */
  readonly at: (situation: S) => number;
  /** Checks that are made one after the other on each item before the next item is looked at. */
  readonly loop?: string;
  /** What differs from the sound arguments: this cause and no other. */
  readonly example?: Partial<S>;
  /** More ways to have it, for pairs in which the first cannot be had. */
  readonly also?: readonly Partial<S>[];
  /** Why there is no example. */
  readonly untried?: string;
}

export interface Accepted<S> {
  readonly what: string;
  readonly example: Partial<S>;
  readonly source: string;
}

export interface Exclusive {
  readonly causes: readonly string[];
  /** Each two of the causes exclude each other, for this reason. */
  readonly reason: string;
}

/** 0 where the cause is there, -1 where it is not. */
export function when<S>(has: (situation: S) => boolean): (situation: S) => number {
  return (situation) => (has(situation) ? 0 : -1);
}

/** The cause that answers: the first in the table, in a loop the first that meets an item. */
export function answeringCause<S>(table: ArgumentTable<S>, situation: S): Cause<S> | undefined {
  const { causes } = table;
  for (let from = 0; from < causes.length; ) {
    const { loop } = causes[from]!;
    let to = from + 1;
    while (loop !== undefined && causes[to]?.loop === loop) to++;
    const met = causes
      .slice(from, to)
      .map((cause) => ({ cause, at: cause.at(situation) }))
      .filter(({ at }) => at >= 0)
      .sort((a, b) => a.at - b.at);
    if (met.length > 0) return met[0]!.cause;
    from = to;
  }
  return undefined;
}

/** What the call answers by the table. */
export function answerOf<S>(table: ArgumentTable<S>, situation: S): string {
  return answeringCause(table, situation)?.errno ?? table.answers;
}

/** Two causes, and arguments that have both; undefined where the examples contradict each other. */
export interface Pair<S> {
  readonly earlier: Cause<S>;
  readonly later: Cause<S>;
  readonly situations: readonly S[];
}

/** Each two causes of the table that have an example. */
export function pairsOf<S extends object>(table: ArgumentTable<S>): Pair<S>[] {
  const tried = table.causes.filter(({ example }) => example !== undefined);
  return tried.flatMap((earlier, i) =>
    tried.slice(i + 1).map((later) => ({
      earlier,
      later,
      situations: combined(table.sound, waysTo(earlier), waysTo(later)).filter(
        (situation) => earlier.at(situation) >= 0 && later.at(situation) >= 0,
      ),
    })),
  );
}

function waysTo<S>({ example, also = [] }: Cause<S>): Partial<S>[] {
  return example === undefined ? [] : [example, ...also];
}

/** Both ways together; lists are put one behind the other, in either order. */
function combined<S extends object>(
  sound: S,
  first: readonly Partial<S>[],
  second: readonly Partial<S>[],
): S[] {
  return first.flatMap((a) =>
    second.flatMap((b) => [merge(sound, a, b), merge(sound, b, a)].flatMap((s) => s ?? [])),
  );
}

function merge<S extends object>(sound: S, a: Partial<S>, b: Partial<S>): S | undefined {
  const both: Record<string, unknown> = { ...sound, ...a };
  for (const [key, value] of Object.entries(b)) {
    const other = (a as Record<string, unknown>)[key];
    if (Array.isArray(value) && Array.isArray(other)) both[key] = [...other, ...value];
    else if (other !== undefined && other !== value) return undefined;
    else both[key] = value;
  }
  return both as S;
}

/** Why two causes cannot be had together, if the table says so. */
export function exclusionOf<S>(
  table: ArgumentTable<S>,
  { earlier, later }: Pair<S>,
): Exclusive | undefined {
  return table.exclusive.find(
    ({ causes }) => causes.includes(earlier.id) && causes.includes(later.id),
  );
}

/** A table as a section of a page in Markdown. */
export function sectionOf<S>(table: ArgumentTable<S>): string {
  const cell = (text: string) => text.replaceAll('|', '\\|');
  const row = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  const lines = [
    `## ${table.call}`,
    '',
    row(['#', 'cause', 'answer', 'since', 'source']),
    row(['---', '---', '---', '---', '---']),
    ...table.causes.map(({ cause, errno, since, source, loop, untried }, i) =>
      row([
        `${i + 1}`,
        `${cause}${loop ? ` (each of the ${loop})` : ''}${untried ? '\\*' : ''}`,
        errno,
        since,
        source,
      ]),
    ),
    row(['', 'otherwise', table.answers, '', '']),
  ];
  const untried = table.causes.filter(({ untried }) => untried !== undefined);
  if (untried.length > 0) {
    lines.push('', '\\* not tried on the simulated kernel:', '');
    lines.push(...untried.map(({ cause, untried }) => `- ${cause}: ${untried}.`));
  }
  if (table.accepted.length > 0) {
    lines.push('', 'Not refused:', '');
    lines.push(...table.accepted.map(({ what, source }) => `- ${what} (${source}).`));
  }
  if (table.exclusive.length > 0) {
    lines.push('', 'Never together, by their numbers:', '');
    lines.push(...exclusions(table));
  }
  return `${lines.join('\n')}\n`;
}

/** One line for each reason that a cause has not to come with others. */
function exclusions<S>(table: ArgumentTable<S>): string[] {
  const numberOf = (id: string) => table.causes.findIndex((cause) => cause.id === id) + 1;
  const groups = new Map<
    string,
    { reason: string; first: string; rest: Set<string>; each: boolean }
  >();
  for (const { causes, reason } of table.exclusive) {
    const [first = '', ...rest] = causes;
    const key = causes.length > 2 ? causes.join() : `${first} ${reason}`;
    const each = causes.length > 2;
    const group = groups.get(key) ?? { reason, first, rest: new Set(), each };
    for (const id of rest) group.rest.add(id);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ reason, first, rest, each }) => {
    const others = [...rest].map(numberOf).sort((a, b) => a - b);
    return each
      ? `- no two of ${[numberOf(first), ...others].join(', ')}: ${reason}.`
      : `- ${numberOf(first)} with ${others.join(', ')}: ${reason}.`;
  });
}
