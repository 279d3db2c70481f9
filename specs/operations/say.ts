import type { OperationSaid } from 'xstate-check/kernel';
import { cannotMatter } from '../limits.ts';

/** What is said of operations of one list, by their names. */
export type SaidOfList = Readonly<Record<string, OperationSaid>>;

/** An operation that a step of some systems stands for: by system, its labels without indices. */
export function drawn(
  name: string,
  by: Readonly<Record<string, string | readonly string[]>>,
): SaidOfList {
  const labels = Object.entries(by).map(([system, of]) => [system, [of].flat()] as const);
  return { [name]: { is: 'modelled', by: Object.fromEntries(labels) } };
}

/** Operations that cannot matter, each for the same reason. */
export function limit(why: keyof typeof cannotMatter, ...names: readonly string[]): SaidOfList {
  return each(names, { is: 'limit', reason: cannotMatter[why] });
}

/** Operations that could matter, and that no machine has yet. */
export function notDrawn(reason: string, ...names: readonly string[]): SaidOfList {
  return each(names, { is: 'not drawn', reason });
}

/** What is said of a list, under the names by which it is known. */
export function inList(list: string, ...said: readonly SaidOfList[]): SaidOfList {
  const all = said.flatMap((one) => Object.entries(one));
  const names = all.map(([name]) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new Error(`'${list}: ${twice}' is said twice`);
  return Object.fromEntries(all.map(([name, of]) => [`${list}: ${name}`, of]));
}

function each(names: readonly string[], of: OperationSaid): SaidOfList {
  return Object.fromEntries(names.map((name) => [name, of]));
}
