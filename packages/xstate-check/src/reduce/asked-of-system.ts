import { type Contract, contractOf, observedBy } from '../check/refinement.ts';
import { partsToRest } from '../check/rest.ts';
import { BoundReached, type Bounds } from '../explore/explore.ts';
import type { Property, Refinement } from '../specification/property.ts';
import type { System } from '../specification/system.ts';
import { compose, type Product } from '../system/product.ts';
import { type Asked, askedBy, askedByRefinement, type StateProperty } from './asked.ts';
import type { Question } from './decide.ts';
import { isAtRest } from './rest-reduced.ts';

/** What the properties of a system ask, to be answered in one exploration. */
export interface AskedOfSystem {
  readonly product: Product;
  /** With the contracts as further parts, which move at the commit points. */
  readonly observed: Product;
  /** The contracts that are not too large. */
  readonly contracts: ReadonlyMap<Refinement, Contract>;
  readonly asked: ReadonlyMap<Property, Asked>;
  /** The parts that are asked to rest. */
  readonly resting: readonly number[];
}

/** @throws InputError where the system does not compose, or a property names what it has not */
export function askedOfSystem(system: System, bounds: Bounds): AskedOfSystem {
  const { properties } = system;
  const product = compose(system);
  const contracts = contractsOf(properties, bounds);
  const observed = [...contracts.values()].map(({ lts }) => lts).reduce(observedBy, product);
  const asked = new Map<Property, Asked>();
  for (const property of properties) {
    if (isOfStates(property)) asked.set(property, askedBy(property, product));
  }
  [...contracts.keys()].forEach((property, i) => {
    asked.set(property, askedByRefinement(observed, product.parts.length + i));
  });
  const rests = properties.filter((property) => property.kind === 'rest');
  const resting = [...new Set(rests.flatMap((rest) => partsToRest(product, rest)))];
  return { product, observed, contracts, asked, resting };
}

/** The one question: its goals are what breaks the properties, and what puts them to the test. */
export function questionOf({ asked, resting, observed }: AskedOfSystem): Question {
  const goals = [...asked].flatMap(([{ kind }, { broken, tested }]) =>
    kind === 'deadlock' ? tested : [broken, ...tested],
  );
  const stop = [...asked].find(([{ kind }]) => kind === 'deadlock')?.[1].broken;
  const ends = resting.map((part) => isAtRest(observed, part));
  return { goals, ...(stop !== undefined && { stop }), ...(ends.length > 0 && { ends }) };
}

function isOfStates(property: Property): property is StateProperty {
  return ['invariant', 'monitor', 'deadlock', 'totality'].includes(property.kind);
}

function contractsOf(
  properties: readonly Property[],
  bounds: Bounds,
): ReadonlyMap<Refinement, Contract> {
  const contracts = new Map<Refinement, Contract>();
  for (const property of properties) {
    if (property.kind !== 'refinement') continue;
    try {
      contracts.set(property, contractOf(property.contract, { ...bounds, keepSeen: false }));
    } catch (error) {
      if (!(error instanceof BoundReached)) throw error;
    }
  }
  return contracts;
}
