import { InputError } from '../base/errors.ts';
import { own } from '../base/own.ts';
import { type Predicate, partsNamedBy } from '../specification/predicate.ts';
import { type Product, partNamed } from '../system/product.ts';
import { tagsBelow } from './quiescence.ts';

/** The parts that the predicates speak of. @throws InputError when one does not exist */
export function partsOf(product: Product, ...predicates: Predicate[]): number[] {
  return predicates.flatMap(partsNamedBy).map((name) => partNamed(product, name));
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
  const settles = predicate.kind === 'or';
  return (local) => {
    for (const test of inner) if (test(local) === settles) return settles;
    return !settles;
  };
}

function compileAtom(
  atom: Extract<Predicate, { kind: 'atom' }>,
  product: Product,
): CompiledPredicate {
  if (atom.names?.length === 0) {
    throw new InputError(`is('${atom.part}') names no state; name those in which it is true`);
  }
  const part = partNamed(product, atom.part);
  const lts = product.ltss[part]!;
  for (const name of atom.names ?? []) assertStateExists(name, product, part);
  const truth = Uint8Array.from(lts.states, (state) => (atom.test(state) ? 1 : 0));
  return (local) => truth[local[part]!] === 1;
}

function assertStateExists(name: string, product: Product, part: number): void {
  const { machine, name: of } = product.parts[part]!;
  if (hasStateOrTag(machine.root, name)) return;
  throw new InputError(
    `part '${of}' has no state or tag '${name}'; look at machine '${machine.id}'`,
  );
}

/** A state node of the machine that no run reaches is allowed; a name it does not have is not. */
export function hasStateOrTag(root: Node, name: string): boolean {
  if (name.startsWith('#')) return [...tagsBelow(root)].includes(name.slice(1));
  const path = name.split('.');
  return path.reduce<Node | undefined>((node, key) => own(node?.states, key), root) !== undefined;
}

type Node = Product['parts'][number]['machine']['root'];
