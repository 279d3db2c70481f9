import { compilePredicate } from '../check/compile-predicate.ts';
import { stuckRestOf } from '../check/quiescence.ts';
import { contractAfter, refinementFinding } from '../check/refinement.ts';
import {
  deadlockFinding,
  invariantFinding,
  monitorFinding,
  violationsOf,
} from '../check/safety.ts';
import { answersOf } from '../check/totality.ts';
import { inWords } from '../specification/predicate.ts';
import type { LeadsTo, Monitor, Property, Refinement } from '../specification/property.ts';
import type { System } from '../specification/system.ts';
import { isEnabled } from '../system/moves.ts';
import { compose, type Product, partNamed, type Vector } from '../system/product.ts';
import type { PropertyStatus } from './protocol.ts';

/** What a property says of one state. */
type Status = Omit<PropertyStatus, 'id'>;

/** Follows one run, state by state; `by` is the step that led to the state. */
export type Watcher = (local: Int32Array, by?: Vector) => Status | undefined;

/** A property that is told along a run; makes a watcher for each run. */
export interface Watch {
  readonly id: string;
  readonly watcher: () => Watcher;
}

/** Whether a property is told at each state of a run; others take all runs that go on from it. */
export function isLive({ kind }: Property): boolean {
  return kind !== 'rest';
}

/** The properties of a system that are told along a run. */
export function watchesOf(product: Product, { properties }: System): Watch[] {
  return properties
    .filter(isLive)
    .map((property) => ({ id: property.id, watcher: watch(product, property) }));
}

function watch(product: Product, property: Property): () => Watcher {
  switch (property.kind) {
    case 'invariant': {
      const when = compilePredicate(property.when, product);
      const then = compilePredicate(property.then, product);
      return ofState((local) =>
        when(local) && !then(local) ? invariantFinding(product, property, local) : undefined,
      );
    }
    case 'monitor':
      return ofState(violationIn(product, property));
    case 'totality': {
      const answers = answersOf(product, property);
      return ofState((local) => answers(local).wrong);
    }
    case 'deadlock': {
      const rest = stuckRestOf(product);
      const isStuck = (local: Int32Array) => !product.vectors.some((v) => isEnabled(v, local));
      return ofState((local) =>
        isStuck(local) ? deadlockFinding(product, rest, local) : undefined,
      );
    }
    case 'leads-to':
      return promise(product, property);
    case 'refinement':
      return contractFollower(property);
    case 'rest':
      return ofState(() => undefined);
  }
}

/** What can be told by looking at a state alone. */
function ofState(finding: (local: Int32Array) => string | undefined): () => Watcher {
  return () => (local) => {
    const why = finding(local);
    return why === undefined
      ? undefined
      : { status: 'broken', why: why.replace(/^always, and yet /, '') };
  };
}

function violationIn(
  product: Product,
  { parts }: Monitor,
): (local: Int32Array) => string | undefined {
  const watched = parts.map((name) => {
    const part = partNamed(product, name);
    return { part, bad: violationsOf(product, part) };
  });
  return (local) => {
    const found = watched.find(({ part, bad }) => bad[local[part]!] === 1);
    return found && monitorFinding(product, found.part, local[found.part]!);
  };
}

/** A promise is made where the premise holds and kept where the conclusion does. */
function promise(product: Product, { when, then }: LeadsTo): () => Watcher {
  const isMade = compilePredicate(when, product);
  const isKept = compilePredicate(then, product);
  return () => {
    let open = false;
    return (local) => {
      open = !isKept(local) && (open || isMade(local));
      if (!open) return undefined;
      return { status: 'pending', why: `${inWords(when)}, and still to come: ${inWords(then)}` };
    };
  };
}

/** The contract is deterministic on what is visible, so that it is stepped along. */
function contractFollower({ contract }: Refinement): () => Watcher {
  const product = compose(contract);
  return () => {
    let at = new Int32Array(product.parts.length);
    let broken: Status | undefined;
    return (_, by) => {
      if (broken !== undefined || by?.commits === undefined) return broken;
      const after = contractAfter(product, at, by.commits);
      if (after === undefined) {
        broken = { status: 'broken', why: refinementFinding(product, at, by.commits) };
      } else at = after.slice();
      return broken;
    };
  };
}
