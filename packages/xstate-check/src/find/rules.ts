import { identity } from '../base/program.ts';
import { isMeantBy } from '../catalogue/instances.ts';
import { compilePredicate } from '../check/compile-predicate.ts';
import { stuckRestOf } from '../check/quiescence.ts';
import { deadlockFinding, violationsOf } from '../check/safety.ts';
import { answersOf } from '../check/totality.ts';
import type { Property } from '../specification/property.ts';
import type { System } from '../specification/system.ts';
import { isEnabled } from '../system/moves.ts';
import { type Product, partNamed } from '../system/product.ts';
import type { Test } from './atoms.ts';
import { type Word, wrongAt } from './condition.ts';

/** The rules that a name means: one, or all instances of one. */
export function rulesMeant({ properties }: System, name: string): Property[] {
  const exact = properties.filter(({ id }) => id === name);
  return exact.length > 0 ? exact : properties.filter(({ id }) => isMeantBy(name, id));
}

/** Whether a state alone says that a rule is broken; others speak of whole runs. */
export function isToldByState({ kind }: Property): boolean {
  return kind === 'invariant' || kind === 'monitor' || kind === 'totality' || kind === 'deadlock';
}

/**
 * Whether a rule is broken in a state.
 *
 * @throws InputError for a rule that no state breaks by itself
 */
export function ruleTest(product: Product, rule: Property, { column }: Word): Test {
  switch (rule.kind) {
    case 'invariant': {
      const [when, then] = [rule.when, rule.then].map((one) => compilePredicate(one, product));
      return (local) => when!(local) && !then!(local);
    }
    case 'monitor': {
      const watched = rule.parts.map((name) => partNamed(product, name));
      const bad = watched.map((part) => violationsOf(product, part));
      return (local) => watched.some((part, i) => bad[i]![local[part]!] === 1);
    }
    case 'totality': {
      const answers = answersOf(product, rule);
      return (local) => answers(local).wrong !== undefined;
    }
    case 'deadlock': {
      const rest = stuckRestOf(product);
      return (local) =>
        !product.vectors.some((vector) => isEnabled(vector, local)) &&
        deadlockFinding(product, rest, local) !== undefined;
    }
    default:
      throw wrongAt(
        column,
        `the rule '${rule.id}' speaks of whole runs, and no state breaks it by itself; ` +
          `'${identity().name} explain' finds a run that does`,
      );
  }
}
