import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { check, checkReduced, faultySystem, type PropertyResult } from 'xstate-check';
import { specification } from '../specs/catalogue.ts';
import { asInManifest, manifest } from './reduction.fixture.ts';

describe('checking by reduction gives the verdicts of the manifest', () => {
  it.each(
    manifest.map((expected) => [`${expected.system} ${expected.revision}`, expected] as const),
  )('%s', (_, expected) => {
    asInManifest(expected);
  });
});

/** What is said of a property; of a run its length, because there may be several as short. */
function said(result: PropertyResult) {
  return {
    id: result.property.id,
    verdict: result.verdict,
    ...(result.verdict === 'broken' && { steps: result.counterexample.run.vectors.length }),
    ...(result.verdict === 'holds' && { untested: result.untested }),
  };
}

describe('checking by reduction finds what a full check finds of a fault, by runs as short', () => {
  it.each(specification.faults.map((fault) => [fault.id, fault] as const))('%s', (_, fault) => {
    const family = specification.families.find(({ name }) => name === fault.system)!;
    const system = faultySystem(family, fault);
    expect(checkReduced(system).properties.map(said)).toEqual(check(system).properties.map(said));
  });
});

it('leaves of hot-reset --confidence what the README and the page of reduction say', () => {
  const family = specification.families.find(({ name }) => name === 'hot-reset')!;
  const system = family.build({ scope: family.confidence!, revision: '7.3' });
  const { states, steps } = checkReduced(system);
  expect({ states, steps }).toEqual({ states: 41_294, steps: 371_264 });
  const said = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
  expect(said('README.md')).toContain('41,294 instead of 48 million');
  expect(said('docs/reduction.md')).toContain(
    '41,294 states kept by partial-order reduction, 371,264 steps',
  );
});
