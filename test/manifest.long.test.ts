import { describe, expect, test } from 'vitest';
import { check, differencesOf, fingerprint, type SystemResult } from 'xstate-check';
import { written as families, specification } from '../specs/catalogue.ts';
import { proposals } from '../specs/revisions/index.ts';
import { placesIn } from './conformance/family-cases.ts';

/** Every version of every system is what the manifest says, to the last transition. */

/** Systems that are the same but for the name of the version are checked once. */
const known = new Map<string, SystemResult>();

const ONE_PAIR = { lists: 1, revokes: 1 };
const SEARCHED = { lists: 2, revokes: 0 };

/** Where a finding leaves nothing for a rule to speak of. */
const VACUOUS: Readonly<Record<string, readonly object[]>> = {
  // A framebuffer that is one buffer of two ranges is shown nowhere: one-framebuffer.
  'two-gpus': [{ buffers: 1, ranges: 2, translated: 1 }],
  // QEMU closes no fd, so that none is closed twice: D-05-kept.
  'vmm-regions': [
    { regions: 2, d3hot: 1, low_power: 0, others: 0 },
    { regions: 1, d3hot: 0, low_power: 0, others: 1 },
  ],
  // Designs that keep addresses in the core, refuse without a callback, or know no other errno, have nothing
  // for the rule to speak of (`-` in docs/mapping-types.md): each column but two at both scopes.
  'typed-attachment': [SEARCHED, ONE_PAIR, SEARCHED, SEARCHED].concat(
    Array.from({ length: 5 }, () => [ONE_PAIR, SEARCHED]).flat(),
  ),
};

describe.each(families.map((family) => ({ name: family.name, family })))('$name', ({ family }) => {
  const expectations = specification.expectations.filter(({ system }) => system === family.name);

  test('the manifest has every version, at every scope at which it is looked at', () => {
    expect(expectations.map(({ revision, scope }) => ({ revision, scope }))).toEqual(
      placesIn(family),
    );
  });

  test('only a change leaves a rule that nothing puts to the test', () => {
    const vacuous = expectations.filter((e) => Object.values(e.properties).includes('vacuous'));
    const changes = proposals.map(({ name }) => name);
    const others = vacuous.filter(({ revision }) => !changes.includes(revision));
    expect(others.map(({ scope }) => scope)).toEqual(VACUOUS[family.name] ?? []);
  });

  test.each(expectations)('$revision, $scope', (expectation) => {
    const system = family.build(expectation);
    const hash = fingerprint(system);
    const result = known.get(hash) ?? check(system);
    known.set(hash, result);
    expect(differencesOf(result, expectation)).toEqual([]);
  });
});
