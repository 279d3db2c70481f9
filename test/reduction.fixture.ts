import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { checkReduced, type Expectation, type ReducedResult } from 'xstate-check';
import { MOST_WHOLE_STATES } from 'xstate-check/engine';
import { families } from '../specs/catalogue.ts';

export const manifest = JSON.parse(
  readFileSync(new URL('../specs/manifest.json', import.meta.url), 'utf8'),
) as Expectation[];

/**
 * Checks a system by reduction, and that its verdicts are those of the manifest; of a large one
 * what goes on for ever is not judged, and it says so.
 */
export function asInManifest(expected: Expectation): ReducedResult {
  const { system, scope, revision, states, properties } = expected;
  const family = families.find(({ name }) => name === system)!;
  const result = checkReduced(family.build({ scope, revision }));
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
