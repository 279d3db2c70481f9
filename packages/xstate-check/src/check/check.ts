import { InputError } from '../base/errors.ts';
import { BoundReached, type Bounds, explore, type StateSpace } from '../explore/explore.ts';
import { type Graph, graphOf } from '../explore/graph.ts';
import type { Property } from '../specification/property.ts';
import type { Scope, System } from '../specification/system.ts';
import { compose } from '../system/product.ts';
import { KnownVerdicts } from './known-verdicts.ts';
import { checkLeadsTo } from './leads-to.ts';
import { checkRefinement } from './refinement.ts';
import { checkRest } from './rest.ts';
import { checkDeadlock, checkInvariant, checkMonitor } from './safety.ts';
import { checkTotality } from './totality.ts';
import { nothingFound, type Verdict } from './verdict.ts';

export interface SystemResult {
  readonly name: string;
  readonly revision: string;
  readonly scope: Scope;
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  readonly properties: readonly PropertyResult[];
  /** Explored when it is asked for, where all verdicts were known. */
  readonly space: StateSpace;
  /** The bound that stopped the exploration, in words; nothing is said to hold then. */
  readonly stopped?: string;
}

export type PropertyResult = { readonly property: Property } & Verdict;

/**
 * Visits every state of a system and judges each of its properties. Verdicts that are known from
 * before are not found again, and where all are known nothing is visited.
 *
 * @throws InputError where the system does not compose, two properties have one id, one names what
 * the system has not, or a bound is reached and what was seen is not to be kept
 */
export function check(system: System, bounds: Bounds = {}): SystemResult {
  assertDifferentIds(system);
  const product = compose(system);
  let explored: StateSpace | undefined;
  const space = () => (explored ??= explore(product, bounds));
  const known = KnownVerdicts.of(system, product, bounds);
  const judge = judgeIn(space, bounds);
  const before = new Map(system.properties.map((one) => [one, known?.on(one)]));
  // A bound is reached before anything is judged.
  const { states, transitions, depth } =
    [...before.values()].includes(undefined) || !known?.size ? space() : known.size;
  const properties = system.properties.map((property) => ({
    property,
    ...(before.get(property) ??
      (bounds.keepSeen ? judgeSeen(space(), property, judge) : judge(property))),
  }));
  const fresh = properties.filter(({ property }) => before.get(property) === undefined);
  if (explored !== undefined) known?.keep({ states, transitions, depth }, fresh);
  const { name, revision, scope } = system;
  const stopped = explored?.stopped !== undefined && { stopped: explored.stopped };
  return {
    ...{ name, revision, scope, states, transitions, depth, properties, ...stopped },
    get space() {
      return space();
    },
  };
}

/** How a property is judged in the space of a product's states, which is made when it is needed. */
function judgeIn(space: () => StateSpace, bounds: Bounds): (property: Property) => Verdict {
  let graph: Graph | undefined;
  const edges = () => (graph ??= graphOf(space()));
  return (property) => {
    switch (property.kind) {
      case 'invariant':
        return checkInvariant(space(), property);
      case 'monitor':
        return checkMonitor(space(), property);
      case 'deadlock':
        return checkDeadlock(space(), property);
      case 'rest':
        return checkRest(space(), edges(), property);
      case 'leads-to':
        return checkLeadsTo(space(), edges(), property);
      case 'totality':
        return checkTotality(space(), property);
      case 'refinement':
        return checkRefinement(space(), edges, property, bounds);
    }
  };
}

/** Where the exploration was stopped, nothing can be said but that something is broken. */
function judgeSeen(
  space: StateSpace,
  property: Property,
  judge: (property: Property) => Verdict,
): Verdict {
  const wasStopped = space.stopped !== undefined;
  if (wasStopped && (property.kind === 'rest' || property.kind === 'leads-to')) {
    return { verdict: 'unfinished', reason: 'not judged: it takes every state to tell' };
  }
  try {
    const judged = judge(property);
    const claimsAll = judged.verdict === 'holds' || judged.verdict === 'vacuous';
    if (!wasStopped || !claimsAll) return judged;
    // Of the last states nobody has seen whether they can be left.
    return nothingFound(space, property.kind === 'deadlock' ? space.depth - 1 : space.depth);
  } catch (error) {
    if (!(error instanceof BoundReached)) throw error;
    return { verdict: 'unfinished', reason: `not judged: ${error.message}` };
  }
}

/** @throws InputError for two properties of one id */
export function assertDifferentIds({ name, properties }: System): void {
  const ids = properties.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice === undefined) return;
  throw new InputError(`system '${name}' has two properties '${twice}'; rename one`);
}
