import { InputError, nearest } from '../errors.ts';
import { isIn, type LtsState } from '../lts/lts.ts';
import type { Product } from '../system/product.ts';

/** A statement about the states of the parts, which prints as a sentence. */
export type Predicate =
  | { readonly kind: 'atom'; readonly part: string; readonly words: string; readonly test: (state: LtsState) => boolean; readonly names?: readonly string[] }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Predicate[] }
  | { readonly kind: 'not'; readonly of: Predicate };

/** The part is in one of these states, named by dotted path or `#tag`. */
export function is(part: string, ...names: string[]): Predicate {
  return {
    kind: 'atom',
    part,
    words: `${part} is ${names.map((name) => name.replace(/^#/, '')).join(' or ')}`,
    test: (state) => names.some((name) => isIn(state, name)),
    names,
  };
}

/** The part's context satisfies a test, which `words` says in words. */
export function where(
  part: string,
  words: string,
  test: (context: LtsState['context']) => boolean,
): Predicate {
  return { kind: 'atom', part, words: `${part}: ${words}`, test: (state) => test(state.context) };
}

export const all = (...of: Predicate[]): Predicate => ({ kind: 'and', of });
export const any = (...of: Predicate[]): Predicate => ({ kind: 'or', of });
export const not = (of: Predicate): Predicate => ({ kind: 'not', of });

/** True in every state. */
export const always: Predicate = { kind: 'and', of: [] };

export function inWords(predicate: Predicate): string {
  switch (predicate.kind) {
    case 'atom':
      return predicate.words;
    case 'not':
      return `not (${inWords(predicate.of)})`;
    default:
      if (predicate.of.length === 0) return predicate.kind === 'and' ? 'always' : 'never';
      return predicate.of.map(inWords).join(` ${predicate.kind} `);
  }
}

/** The opposite of a predicate, in words. */
export function oppositeInWords(predicate: Predicate): string {
  return predicate.kind === 'not' ? inWords(predicate.of) : inWords(not(predicate));
}

/** A predicate on the local states of a product, one integer for each part. */
export type CompiledPredicate = (local: Int32Array) => boolean;

/** @throws InputError when a part or a state that the predicate names does not exist */
export function compilePredicate(predicate: Predicate, product: Product): CompiledPredicate {
  if (predicate.kind === 'not') {
    const inner = compilePredicate(predicate.of, product);
    return (local) => !inner(local);
  }
  if (predicate.kind === 'atom') return compileAtom(predicate, product);
  const inner = predicate.of.map((child) => compilePredicate(child, product));
  return predicate.kind === 'and'
    ? (local) => inner.every((test) => test(local))
    : (local) => inner.some((test) => test(local));
}

function compileAtom(
  atom: Extract<Predicate, { kind: 'atom' }>,
  product: Product,
): CompiledPredicate {
  const part = product.parts.findIndex((candidate) => candidate.name === atom.part);
  if (part < 0) {
    const known = nearest(atom.part, product.parts.map((candidate) => candidate.name));
    throw new InputError(
      `system '${product.name}' has no part '${atom.part}'; the nearest are ${known.join(', ')}`,
    );
  }
  const lts = product.ltss[part]!;
  for (const name of atom.names ?? []) assertStateExists(name, product, part);
  const truth = Uint8Array.from(lts.states, (state) => (atom.test(state) ? 1 : 0));
  return (local) => truth[local[part]!] === 1;
}

/** A state node of the machine that no run reaches is allowed; a name it does not have is not. */
function assertStateExists(name: string, product: Product, part: number): void {
  const machine = product.parts[part]!.machine;
  const exists = name.startsWith('#')
    ? [...nodesWithTags(machine.root)].includes(name.slice(1))
    : name.split('.').reduce<Node | undefined>((node, key) => node?.states[key], machine.root) !==
      undefined;
  if (!exists) {
    throw new InputError(
      `part '${product.parts[part]!.name}' has no state or tag '${name}'; look at machine '${machine.id}'`,
    );
  }
}

type Node = Product['parts'][number]['machine']['root'];

function* nodesWithTags(node: Node): Generator<string> {
  yield* node.tags;
  for (const child of Object.values(node.states)) yield* nodesWithTags(child);
}
