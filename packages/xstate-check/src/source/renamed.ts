import type { CFunction } from './ast.ts';

/** A function and its text. */
export interface FunctionText {
  readonly fn: CFunction;
  readonly text: string;
}

/** So much of the lines of a function stays where it only gets another name. */
const ALIKE = 0.6;

/**
 * Functions that a change gives other names: one is gone, and one that is new says nearly the same. A
 * function that only moves to another file keeps its name, and is found there.
 *
 * @param before - all functions of the files that change; `after` too
 */
export function renamedFunctions(
  before: readonly FunctionText[],
  after: readonly FunctionText[],
): Map<string, string> {
  const isIn = (all: readonly FunctionText[], name: string) =>
    all.some(({ fn }) => fn.name === name);
  const gone = before.filter(({ fn }) => !isIn(after, fn.name));
  const fresh = after.filter(({ fn }) => !isIn(before, fn.name));
  const renamed = new Map<string, string>();
  for (const old of gone) {
    const [best] = fresh
      .filter(({ fn }) => ![...renamed.values()].includes(fn.name))
      .map((candidate) => ({ candidate, alike: alike(old, candidate) }))
      .sort((a, b) => b.alike - a.alike);
    if (best !== undefined && best.alike >= ALIKE) renamed.set(old.fn.name, best.candidate.fn.name);
  }
  return renamed;
}

/** The share of the lines that both have, the name left out. */
function alike(a: FunctionText, b: FunctionText): number {
  const [left, right] = [a, b].map(linesOf) as [string[], string[]];
  const rest = [...right];
  const both = left.filter((line) => {
    const at = rest.indexOf(line);
    if (at >= 0) rest.splice(at, 1);
    return at >= 0;
  });
  return (2 * both.length) / Math.max(1, left.length + right.length);
}

function linesOf({ fn, text }: FunctionText): string[] {
  return text
    .replaceAll(fn.name, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /\w/.test(line));
}
