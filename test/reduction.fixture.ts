import { expect } from 'vitest';
import { checkReduced, type Expectation, fingerprint, type ReducedResult } from 'xstate-check';
import { MOST_WHOLE_STATES } from 'xstate-check/engine';
import { families, specification } from '../specs/catalogue.ts';

/** What the manifests say, of all subjects. */
export const manifest: readonly Expectation[] = specification.expectations.filter(({ system }) =>
  families.some(({ name }) => name === system),
);

/** What is found by reduction, without the runs, which hold on to whole spaces. */
type Reduced = Pick<ReducedResult, 'states'> & {
  readonly properties: readonly Pick<ReducedResult['properties'][number], 'property' | 'verdict'>[];
};

/** Systems that are the same but for the name of the version are checked once. */
const known = new Map<string, Reduced>();

function withoutRuns({ states, properties }: ReducedResult): Reduced {
  return { states, properties: properties.map(({ property, verdict }) => ({ property, verdict })) };
}

/**
 * Checks a system by reduction, and that its verdicts are those of the manifest; of a large one
 * what goes on for ever is not judged, and it says so.
 */
export function asInManifest(expected: Expectation): Reduced {
  const { system, scope, revision, states, properties } = expected;
  const family = families.find(({ name }) => name === system)!;
  const built = family.build({ scope, revision });
  const hash = fingerprint(built);
  const result = known.get(hash) ?? withoutRuns(checkReduced(built));
  known.set(hash, result);
  for (const { property, verdict } of result.properties) {
    const known = properties[property.id]!;
    if (property.kind === 'leads-to' && states > MOST_WHOLE_STATES) {
      expect(verdict, property.id).toBe('unfinished');
      continue;
    }
    const isHeld = known === 'holds' || known === 'vacuous';
    expect(verdict, property.id).toBe(isHeld ? known : 'broken');
  }
  return result;
}
