import { suggested } from '../base/errors.ts';
import { hasStateOrTag } from '../check/compile-predicate.ts';
import { isIn } from '../lts/lts.ts';
import type { Product } from '../system/product.ts';
import { type Statement, type Word, wrongAt } from './condition.ts';

/** A test of the states of the parts. */
export type Test = (local: Int32Array) => boolean;

/**
 * A part is in a state, which is named by its path, by a tag (with or without `#`), or by all that it
 * is (`'unwind (i=1)'`).
 *
 * @throws InputError for what the machine of the part has not
 */
export function statesOf({ parts, ltss }: Product, part: number, { text, column }: Word): Test {
  const { root, id } = parts[part]!.machine;
  const { states } = ltss[part]!;
  const tag = text.startsWith('#') ? text : `#${text}`;
  const named = hasStateOrTag(root, text) ? text : hasStateOrTag(root, tag) ? tag : undefined;
  if (named === undefined && !states.some(({ name }) => name === text)) {
    const known = states.flatMap(({ nodes, tags }) => [...nodes, ...tags]).filter(Boolean);
    throw wrongAt(
      column,
      `'${parts[part]!.name}' (machine '${id}') has no state or tag '${text}'; ${suggested(text, known)}`,
    );
  }
  const truth = states.map((state) =>
    named === undefined ? state.name === text : isIn(state, named),
  );
  return (local) => truth[local[part]!]!;
}

type Comparison = Extract<Statement, { kind: 'compare' }>;
type Value = number | string | boolean;

/**
 * `PART.KEY = VALUE`: what a part counts or notes.
 *
 * @throws InputError for a part, a key or a value that there cannot be
 */
export function comparison(product: Product, { subject, sign, value }: Comparison): Test {
  const { part, key } = counted(product, subject);
  const { states } = product.ltss[part]!;
  const all = states.map(({ context }) => context[key]);
  const wanted = valueIn(value, subject, all, sign);
  const truth = all.map((one) => compares(one, sign, wanted));
  return (local) => truth[local[part]!]!;
}

function counted(product: Product, { text, column }: Word): { part: number; key: string } {
  const names = product.parts.map(({ name }) => name);
  const owner = names
    .filter((name) => text.startsWith(`${name}.`))
    .toSorted((a, b) => b.length - a.length)[0];
  const keys = product.ltss.flatMap(({ states }, part) =>
    countsIn(states).map((key) => ({ part, key })),
  );
  const nameOf = ({ part, key }: { part: number; key: string }) => `${names[part]}.${key}`;
  const found = keys.find((one) => nameOf(one) === text);
  if (found !== undefined) return found;
  const own = keys.filter(({ part }) => names[part] === owner).map(nameOf);
  const known = own.length > 0 ? own : keys.map(nameOf);
  const end = known.length === 0 ? 'the system counts nothing' : suggested(text, known);
  throw wrongAt(column, `nothing counts '${text}'; ${end}`);
}

/** What the states of a part count or note, as a single number, word or truth. */
export function countsIn(states: Product['ltss'][number]['states']): string[] {
  const keys = new Set(states.flatMap(({ context }) => Object.keys(context)));
  return [...keys].filter((key) =>
    states.some(({ context }) => ['number', 'string', 'boolean'].includes(typeof context[key])),
  );
}

function valueIn(
  { text, column }: Word,
  subject: Word,
  all: readonly unknown[],
  sign: string,
): Value {
  const read: Value[] = [
    ...(/^-?\d+$/.test(text) ? [Number(text)] : []),
    ...(text === 'true' || text === 'false' ? [text === 'true'] : []),
    text,
  ];
  const types = new Set(all.map((one) => typeof one));
  const value = read.find((one) => types.has(typeof one));
  const isOrder = sign !== '=' && sign !== '!=';
  if (value === undefined || (isOrder && typeof value !== 'number')) {
    const what = types.has('number')
      ? 'a number'
      : isOrder
        ? 'no number, and is compared by = or !='
        : 'true or false';
    throw wrongAt(column, `'${subject.text}' is ${what}, not '${text}'`);
  }
  return value;
}

function compares(one: unknown, sign: string, value: Value): boolean {
  if (sign === '=') return one === value;
  if (sign === '!=') return one !== value;
  if (typeof one !== 'number' || typeof value !== 'number') return false;
  if (sign === '<') return one < value;
  if (sign === '<=') return one <= value;
  return sign === '>' ? one > value : one >= value;
}
