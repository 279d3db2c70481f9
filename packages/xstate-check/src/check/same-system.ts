import { createHash } from 'node:crypto';
import type { Lts } from '../lts/lts.ts';
import { type Predicate, partsNamedBy } from '../specification/predicate.ts';
import type { Property } from '../specification/property.ts';
import type { System } from '../specification/system.ts';
import { compose, type Product } from '../system/product.ts';
import { compilePredicate } from './compile-predicate.ts';
import { canRest } from './quiescence.ts';

/**
 * Everything that the checker reads of a system, as a hash: the integer tables of its machines, how
 * they move together, and its properties, a predicate by its truth in every state of its part. Two
 * systems with one hash have the same states, verdicts and shortest runs, so that it is enough to
 * check one of them. What the names of revisions and the sources say has no part in it.
 *
 * @throws InputError where the system does not compose, or a property names what it has not
 */
export function fingerprint(system: System): string {
  const product = compose(system);
  const hash = createHash('sha256').update(systemRead(system, product));
  for (const property of system.properties) hash.update(propertyRead(property, product));
  return hash.digest('hex');
}

/** The part of that which is the system, without its properties. */
export function systemRead({ calls, environment }: System, product: Product): string {
  const hash = createHash('sha256');
  const add = (value: unknown) => hash.update(`${JSON.stringify(value)}\n`);
  add([calls.map(({ source: _, ...read }) => read), environment]);
  product.parts.forEach(({ name, kind, roles, thread, machine }, i) => {
    add([name, kind, roles, thread, machine.id, canRest(machine), textOf(product.ltss[i]!)]);
  });
  for (const { label, commits, initiator, participants } of product.vectors) {
    add([label, commits, initiator]);
    for (const { part, next, local } of participants) {
      add(part);
      hash.update(next).update(local);
    }
  }
  return hash.digest('hex');
}

/** The part of that which is one of its properties. */
export function propertyRead(property: Property, product: Product): string {
  return `${JSON.stringify(asRead(property, product))}\n`;
}

const texts = new WeakMap<Lts, string>();

function textOf(lts: Lts): string {
  const known = texts.get(lts);
  if (known !== undefined) return known;
  const { labels, states, next } = lts;
  const hash = createHash('sha256')
    .update(JSON.stringify([labels, states]))
    .update(next);
  const text = hash.digest('hex');
  texts.set(lts, text);
  return text;
}

/** A property as the checker reads it. */
function asRead(property: Property, product: Product): unknown {
  const { id, kind } = property;
  switch (property.kind) {
    case 'invariant':
    case 'leads-to':
      return [id, kind, truthOf(property.when, product), truthOf(property.then, product)];
    case 'monitor':
    case 'rest':
      return [id, kind, property.parts];
    case 'totality':
      return [id, kind, property.absentTag];
    case 'refinement':
      return [id, kind, fingerprint(property.contract)];
    case 'deadlock':
      return [id, kind];
  }
}

/** A predicate by its truth in every state of the parts it names, which is all there is to it. */
function truthOf(predicate: Predicate, product: Product): unknown {
  const { kind, said } = predicate;
  if (kind === 'not') return [kind, said, truthOf(predicate.of, product)];
  if (kind !== 'atom') {
    return [kind, said, ...predicate.of.map((child) => truthOf(child, product))];
  }
  const holds = compilePredicate(predicate, product);
  const [name] = partsNamedBy(predicate);
  const part = product.parts.findIndex((candidate) => candidate.name === name);
  const local = new Int32Array(product.parts.length);
  const truth = product.ltss[part]!.states.map((_, state) => {
    local[part] = state;
    return holds(local) ? 1 : 0;
  });
  return [part, predicate.words, said, truth.join('')];
}
