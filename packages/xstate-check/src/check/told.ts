import type { Bounds } from '../explore/bounds.ts';
import { explore } from '../explore/explore.ts';
import type { Property } from '../specification/property.ts';
import type { System } from '../specification/system.ts';
import { compose, type Product } from '../system/product.ts';
import type { PropertyResult, SystemResult } from './check.ts';
import { type Kept, keptOf, takenAgain } from './known-verdicts.ts';

/** What was found of a system, as it can be sent to another thread. */
export interface ToldResult
  extends Pick<
    SystemResult,
    'name' | 'revision' | 'scope' | 'states' | 'transitions' | 'depth' | 'stopped'
  > {
  /** In the order of the properties. */
  readonly verdicts: readonly Kept[];
}

export function toldOf(result: SystemResult): ToldResult {
  const { name, revision, scope, states, transitions, depth, properties, stopped } = result;
  return {
    ...{ name, revision, scope, states, transitions, depth },
    verdicts: properties.map(keptOf),
    ...(stopped !== undefined && { stopped }),
  };
}

/**
 * The result that was told. Its system is built when one of its rules is asked for, and a run that
 * breaks one is taken again when it is.
 */
export function heard(
  { verdicts, ...told }: ToldResult,
  build: () => System,
  bounds: Bounds,
): SystemResult {
  const system = once(build);
  const product = once(() => compose(system()));
  const properties = verdicts.map((verdict, index): PropertyResult => {
    const property = () => system().properties[index]!;
    return withProperty(verdict, property, product, bounds);
  });
  const space = once(() => explore(product(), bounds));
  return {
    ...told,
    properties,
    get space() {
      return space();
    },
  };
}

function withProperty(
  verdict: Kept,
  property: () => Property,
  product: () => Product,
  bounds: Bounds,
): PropertyResult {
  if (verdict.verdict !== 'broken') {
    return {
      ...verdict,
      get property() {
        return property();
      },
    };
  }
  const counterexample = once(() => {
    const again = takenAgain(product(), property(), verdict, bounds);
    if (again !== undefined) return again;
    throw new Error(`the run that breaks '${property().id}' cannot be taken again`);
  });
  return {
    verdict: 'broken',
    get property() {
      return property();
    },
    get counterexample() {
      return counterexample();
    },
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
