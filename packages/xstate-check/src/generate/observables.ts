import type { AnyStateMachine } from 'xstate';
import { nodePath, nodesOf } from '../lts/snapshot.ts';
import type { Product } from '../system/product.ts';
import { type Observables, UNSTATED } from './test-suite.ts';

/** What can be seen of a product when its parts are in these local states. */
export type Observe = (localStates: ArrayLike<number>) => Observables;

/**
 * What the states of the parts say can be seen: the `meta.shows` of every active state node, inner
 * over outer, with the part's name in front. A part `lamp` in a state with `shows: { lit: 'true' }`
 * gives `lamp.lit`.
 */
export function observablesOf(product: Product): Observe {
  const shown = product.parts.map((part, index) => {
    const shows = showsByPath(part.machine);
    return product.ltss[index]!.states.map((state) =>
      Object.assign({}, ...state.nodes.map((path) => prefixed(part.name, shows.get(path) ?? {}))),
    ) as Observables[];
  });
  return (localStates) =>
    Object.assign({}, ...shown.map((states, part) => states[localStates[part]!]!)) as Observables;
}

/** What is different in `after`; what is only in `before` is unstated from now on. */
export function changes(before: Observables, after: Observables): Observables {
  const gone = Object.keys(before).filter((key) => after[key] === undefined);
  const changed = Object.entries(after).filter(([key, value]) => before[key] !== value);
  return Object.fromEntries([...gone.map((key) => [key, UNSTATED]), ...changed]);
}

function showsByPath(machine: AnyStateMachine): Map<string, Observables> {
  return new Map(
    nodesOf(machine.root).map((node) => {
      const { shows } = (node.meta ?? {}) as { shows?: Observables };
      return [nodePath(node), shows ?? {}];
    }),
  );
}

function prefixed(name: string, shows: Observables): Observables {
  return Object.fromEntries(Object.entries(shows).map(([key, value]) => [`${name}.${key}`, value]));
}
