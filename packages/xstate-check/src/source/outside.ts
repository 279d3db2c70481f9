import type { Place } from './ast.ts';
import type { Dialect } from './dialect.ts';
import type { Unit } from './parse.ts';
import { Program } from './program.ts';

/** What the machines are about, so that a function that touches it and is no machine's is named. */
export interface OutsideTable {
  /** Files that are looked through. */
  readonly files: readonly string[];
  /** Members of the objects that the rules are about, as `.revoked`, and functions that take a lock. */
  readonly touches: readonly string[];
  /** Functions of the newest kernel for which no machine stands, and why. */
  readonly known: Readonly<Record<string, string>>;
}

/** A function for which no machine stands, and that touches what the machines are about. */
export interface OutsideFunction {
  readonly function: string;
  readonly place: Place;
  readonly touches: readonly string[];
  /** Why no machine stands for it, where the newest kernel has it too. */
  readonly known?: string;
}

/** @param read - the functions that machines stand for, or that were gone into for one */
export function outsideOf(
  units: readonly Unit[],
  dialect: Dialect,
  { touches, known }: OutsideTable,
  read: ReadonlySet<string>,
): OutsideFunction[] {
  return units.flatMap((unit) => {
    const program = new Program([unit], dialect);
    return [...unit.functions.values()].flatMap(({ name, file, line }) => {
      const mentions = program.mentions(name);
      const touched = touches.filter((word) => mentions.has(word));
      if (read.has(name) || touched.length === 0) return [];
      const why = known[name];
      const place = { file, line };
      return [
        { function: name, place, touches: touched, ...(why !== undefined && { known: why }) },
      ];
    });
  });
}
