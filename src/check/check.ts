import { InputError } from '../errors.ts';
import { type Bounds, explore, type StateSpace } from '../explore/explore.ts';
import { type Graph, graphOf } from '../explore/graph.ts';
import { compose } from '../system/product.ts';
import type { Scope, System } from '../system/system.ts';
import { checkLeadsTo } from './leads-to.ts';
import type { Property } from './property.ts';
import { checkRefinement } from './refinement.ts';
import { checkRest } from './rest.ts';
import { checkDeadlock, checkInvariant, checkMonitor } from './safety.ts';
import { checkTotality } from './totality.ts';
import type { Verdict } from './verdict.ts';

export interface SystemResult {
  readonly name: string;
  readonly revision: string;
  readonly scope: Scope;
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  readonly properties: readonly PropertyResult[];
  readonly space: StateSpace;
}

export type PropertyResult = { readonly property: Property } & Verdict;

/**
 * Visits every state of a system and judges each of its properties.
 *
 * @throws InputError where the system does not compose, two properties have one id, one names what
 * the system has not, or a bound is reached
 */
export function check(system: System, bounds: Bounds = {}): SystemResult {
  assertDifferentIds(system);
  const product = compose(system);
  const space = explore(product, bounds);
  let graph: Graph | undefined;
  const edges = () => (graph ??= graphOf(space));
  const judge = (property: Property): Verdict => {
    switch (property.kind) {
      case 'invariant':
        return checkInvariant(space, property);
      case 'monitor':
        return checkMonitor(space, property);
      case 'deadlock':
        return checkDeadlock(space, property);
      case 'rest':
        return checkRest(space, edges(), property);
      case 'leads-to':
        return checkLeadsTo(space, edges(), property);
      case 'totality':
        return checkTotality(space, property);
      case 'refinement':
        return checkRefinement(product, property, bounds);
    }
  };
  const properties = system.properties.map((property) => ({ property, ...judge(property) }));
  const { name, revision, scope } = system;
  const { states, transitions, depth } = space;
  return { name, revision, scope, states, transitions, depth, properties, space };
}

function assertDifferentIds({ name, properties }: System): void {
  const ids = properties.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice === undefined) return;
  throw new InputError(`system '${name}' has two properties '${twice}'; rename one`);
}
