import { answeredCalls } from '../check/answered.ts';
import { compilePredicate } from '../check/compile-predicate.ts';
import { formulaOf } from '../check/formula.ts';
import { stuckRestOf } from '../check/quiescence.ts';
import { visible } from '../check/refinement.ts';
import { violationsOf } from '../check/safety.ts';
import { unasked } from '../check/vacuous.ts';
import type { Invariant, Monitor, NoDeadlock, Totality } from '../specification/property.ts';
import { type Participant, type Product, partNamed } from '../system/product.ts';
import { both, either, type Goal, goalOf, partIs } from './goal.ts';

/** A property that speaks of single states, which is what reductions keep. */
export type StateProperty = Invariant | Monitor | NoDeadlock | Totality;

/** A property as a question of what can be reached. */
export interface Asked {
  /** A state that breaks it, for deadlock one from which nothing can move. */
  readonly broken: Goal;
  /** Where one of these is never reached, the rule was never put to the test. */
  readonly tested: readonly Goal[];
  /** What is to be said then, of those that are never reached. */
  readonly untested: (missed: readonly Goal[]) => string;
  /** Of a contract the labels that are put to the test; it is enough that one is. */
  readonly labels?: readonly string[];
}

/** @throws InputError when a part or a state that the property names does not exist */
export function askedBy(property: StateProperty, product: Product): Asked {
  switch (property.kind) {
    case 'invariant':
      return askedByInvariant(property, product);
    case 'monitor':
      return askedByMonitor(property, product);
    case 'deadlock': {
      const rest = stuckRestOf(product);
      const busy = (part: number) => partIs(product, part, (local) => rest[part]![local] === 0);
      const mayBeBusy = [...rest.keys()].filter((part) => rest[part]!.includes(0));
      return { broken: either(...mayBeBusy.map(busy)), tested: [], untested: () => '' };
    }
    case 'totality':
      return askedByTotality(property, product);
  }
}

function askedByInvariant({ when, then }: Invariant, product: Product): Asked {
  // A name that the product does not have is told here.
  for (const predicate of [when, then]) compilePredicate(predicate, product);
  const premise = goalOf(formulaOf(when, product), product);
  return {
    broken: both(premise, goalOf(formulaOf(then, product), product, false)),
    tested: [premise],
    untested: () => unasked.premise(when),
  };
}

/** Each monitor takes its first step; where only resources are named, one of them moves. */
function askedByMonitor({ parts }: Monitor, product: Product): Asked {
  const watched = parts.map((name) => partNamed(product, name));
  const moved = (part: number) => partIs(product, part, (local) => local !== 0);
  const nameOf = (part: number) => product.parts[part]!.name;
  const monitors = watched.filter((part) => product.parts[part]!.kind === 'monitor');
  const tested =
    monitors.length > 0
      ? monitors.map((part) => either(moved(part), ...observedInPlace(product, part)))
      : [either(...watched.map(moved))];
  return {
    broken: either(
      ...watched.map((part) => {
        const bad = violationsOf(product, part);
        return partIs(product, part, (local) => bad[local] === 1);
      }),
    ),
    tested,
    untested: (missed) => {
      const idle = monitors.filter((_, i) => missed.includes(tested[i]!));
      return unasked.watched((idle.length > 0 ? idle : watched).map(nameOf));
    },
  };
}

/** What a monitor that has no step but into a violation watches. */
function observedInPlace(product: Product, part: number): Goal[] {
  const { next, labels } = product.ltss[part]!;
  const bad = violationsOf(product, part);
  const first = next.subarray(0, labels.length);
  if (first.some((to) => to !== 0 && bad[to] === 0)) return [];
  return product.vectors.flatMap(({ participants }) =>
    participants.some((participant) => participant.part === part)
      ? [both(...participants.map((participant) => allows(product, participant)))]
      : [],
  );
}

function allows(product: Product, { part, next }: Participant): Goal {
  return partIs(product, part, (local) => next[local]! >= 0);
}

function askedByTotality(property: Totality, product: Product): Asked {
  const calls = answeredCalls(product, property).map(({ asked, answered }) => ({
    offered: goalOf(asked, product),
    wronglyAnswered: goalOf(answered, product, false),
  }));
  return {
    broken: either(...calls.map((call) => both(call.offered, call.wronglyAnswered))),
    tested: [either(...calls.map(({ offered }) => offered))],
    untested: () => unasked.calls,
  };
}

/** What a contract asks that observes a product as one of its parts. */
export function askedByRefinement(product: Product, observer: number): Asked {
  const { labels, states } = product.ltss[observer]!;
  const uses = new Map(labels.map((label): [string, Goal[]] => [label, []]));
  for (const { commits, participants } of product.vectors) {
    if (commits === undefined) continue;
    const isEnabled = both(...participants.map((participant) => allows(product, participant)));
    uses.get(visible(commits))?.push(isEnabled);
  }
  return {
    broken: partIs(product, observer, (local) => local === states.length - 1),
    tested: labels.map((label) => either(...uses.get(label)!)),
    untested: () => unasked.contract,
    labels,
  };
}
