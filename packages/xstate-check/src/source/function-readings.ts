import type { Place } from './ast.ts';
import type { SourceVerdict } from './judge-source.ts';

/** What a function of a tree is: of which version it is, at every length of list that is compared. */
export interface FunctionReading {
  readonly machine: string;
  readonly function: string;
  readonly place?: Place;
  readonly is: 'newest' | 'version' | 'none' | 'not read';
  /** The versions that it is equal to, or is nearest to where there is none; newest first. */
  readonly names: readonly string[];
  /** Known defects that these versions have in this function; none where it is equal to none. */
  readonly defects: readonly string[];
  /** Where it parts from the newest, and the call by which it was begun. */
  readonly parts: readonly { readonly begins: string; readonly place: Place }[];
  /** What else differs, of one that is equal to no version: the C there, and the nearest version. */
  readonly differs: readonly { readonly c: readonly string[]; readonly other: readonly string[] }[];
  readonly unread?: string;
  /** Why it cannot stand in the place of its machine: what else did a part of it. */
  readonly elsewhere?: string;
  /** Functions that were gone into for it. */
  readonly read: readonly string[];
}

/** The verdicts on the machines of one function, at several sizes, as one. */
export function functionReadings(verdicts: readonly SourceVerdict[]): FunctionReading[] {
  const groups = new Map<string, SourceVerdict[]>();
  for (const verdict of verdicts) {
    const key = `${verdict.machine} ${verdict.function}`;
    groups.set(key, [...(groups.get(key) ?? []), verdict]);
  }
  return [...groups.values()].map(readingOf);
}

function readingOf(all: readonly SourceVerdict[]): FunctionReading {
  const { machine, function: name } = all[0]!;
  const place = all.find((verdict) => verdict.place)?.place;
  const about = { machine, function: name, ...(place !== undefined && { place }) };
  const nothing = { names: [], defects: [], differs: [], parts: [] };
  const read = [...new Set(all.flatMap((verdict) => verdict.read))];
  const unread = all.find((verdict) => verdict.unread)?.unread;
  if (unread !== undefined) {
    return { ...about, ...nothing, is: 'not read', unread: unread.message, read };
  }
  const different = all.filter(({ verdict }) => verdict !== 'equal');
  if (different.length === 0) return { ...about, ...nothing, is: 'newest', read };
  const parts = different[0]!.differences.flatMap(({ run, c }) =>
    c.slice(0, 1).map((step) => ({ begins: run[0] ?? '', place: step.place })),
  );
  const nearest = different.flatMap(({ nearest: one }) => one ?? []);
  const elsewhere = nearest.find((one) => one.elsewhere)?.elsewhere;
  const same = {
    ...about,
    read,
    parts,
    ...(elsewhere !== undefined && { elsewhere }),
  };
  const names = common(nearest.map((one) => one.names));
  const isEqual = names.length > 0 && nearest.length > 0 && nearest.every((one) => one.isEqual);
  if (isEqual) {
    const defects = common(nearest.map((one) => one.defects));
    return { ...same, is: 'version', names, defects, differs: [] };
  }
  const last = nearest.at(-1);
  return {
    ...same,
    is: 'none',
    names: names.length > 0 ? names : (last?.names ?? []),
    defects: [],
    differs: (last?.differences ?? []).slice(0, 3).map(({ c, other }) => ({
      c: c.map(({ label, place: at }) => `${label} ${at.file}:${at.line}`),
      other: other.map(({ label }) => label),
    })),
  };
}

function common(lists: readonly (readonly string[])[]): string[] {
  const [first = [], ...others] = lists;
  return first.filter((item) => others.every((list) => list.includes(item)));
}
