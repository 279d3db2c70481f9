import type { CFunction, Place } from './ast.ts';
import { everyStatement } from './statements.ts';
import type { Tree } from './tree.ts';

/** A `return` or a `goto` of a function that was gone into, and whether some run comes to it. */
export interface Exit {
  readonly function: string;
  readonly place: Place;
  readonly isTaken: boolean;
}

/** One that no run of any machine takes: something that can happen, mostly a failure, is not drawn. */
export interface UntakenExit {
  /** `lamp_on: return -EIO;`, with a number where it is not the first of this text. */
  readonly exit: string;
  readonly place: Place;
  /** Why, where the newest kernel has it too. */
  readonly known?: string;
}

/** @param followed - every line on which something was done, as `file:line` */
export function exitsOf(fn: CFunction, followed: ReadonlySet<string>): Exit[] {
  const exits: Exit[] = [];
  everyStatement(fn.body, ({ kind, line }) => {
    if (kind !== 'return' && kind !== 'goto') return;
    const isTaken = followed.has(`${fn.file}:${line}`);
    exits.push({ function: fn.name, place: { file: fn.file, line }, isTaken });
  });
  return exits;
}

/** Those that no machine comes to, of all that were met, once each. */
export function untakenOf(
  met: readonly Exit[],
  tree: Tree,
  known: Readonly<Record<string, string>>,
): { readonly all: number; readonly untaken: readonly UntakenExit[] } {
  const byPlace = new Map<string, Exit>();
  for (const exit of met) {
    const key = `${exit.place.file}:${exit.place.line}`;
    const before = byPlace.get(key);
    byPlace.set(key, { ...exit, isTaken: exit.isTaken || before?.isTaken === true });
  }
  const seen = new Map<string, number>();
  const untaken = [...byPlace.values()].flatMap((one): UntakenExit[] => {
    const { file, line } = one.place;
    const text = `${one.function}: ${tree.read(file)!.split('\n')[line - 1]!.trim()}`;
    const nth = (seen.get(text) ?? 0) + 1;
    seen.set(text, nth);
    const exit = nth === 1 ? text : `${text} (${nth})`;
    const why = known[exit];
    return one.isTaken
      ? []
      : [{ exit, place: one.place, ...(why !== undefined && { known: why }) }];
  });
  return { all: byPlace.size, untaken };
}
