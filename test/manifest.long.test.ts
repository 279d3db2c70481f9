import { describe, expect, test } from 'vitest';
import { families, specification } from '../specs/catalogue.ts';
import { check, type SystemResult } from '../src/check/check.ts';
import { differencesOf } from '../src/cli/judge.ts';
import { fingerprint } from '../src/matrix/same-system.ts';

/** Every version of every system is what the manifest says, to the last transition. */

/** Systems that are the same but for the name of the version are checked once. */
const known = new Map<string, SystemResult>();

describe.each(families.map((family) => ({ name: family.name, family })))('$name', ({ family }) => {
  const expectations = specification.expectations.filter(({ system }) => system === family.name);

  test('the manifest has every version, at the default scope', () => {
    const versions = family.revisions.filter((revision) => !revision.includes('+'));
    expect(expectations.map(({ revision }) => revision)).toEqual(versions);
    for (const { scope } of expectations) expect(scope).toEqual(family.defaultScope);
  });

  test.each(expectations)('$revision', (expectation) => {
    const system = family.build(expectation);
    const hash = fingerprint(system);
    const result = known.get(hash) ?? check(system);
    known.set(hash, result);
    expect(differencesOf(result, expectation)).toEqual([]);
  });
});
