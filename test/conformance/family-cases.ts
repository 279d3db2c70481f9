import { describe, expect, it } from 'vitest';
import {
  checkFault,
  defaultRevision,
  diagrams,
  type Expectation,
  type Fault,
  type FaultResult,
  judge,
  type Property,
  ruleBroken,
  type Scope,
  type SystemFamily,
  scopesOf,
} from 'xstate-check';
import { isCaught } from 'xstate-check/cli';
import { wrap } from 'xstate-check/command';
import { specification } from '../../specs/catalogue.ts';

/** Longest line of a counterexample, so that it can be quoted in a mail. */
export const WIDTH = 75;

/** The versions of a family, a defect put in aside, each at every scope at which it is looked at. */
export function placesIn(family: SystemFamily): { revision: string; scope: Scope }[] {
  const { findings } = specification;
  return family.revisions
    .filter((revision) => !revision.includes('+'))
    .flatMap((revision) =>
      scopesOf({ expectations: [], findings }, family, revision).map((scope) => ({
        revision,
        scope,
      })),
    );
}

/** Every revision of a family is what the manifest says. */
export function manifestCases(family: SystemFamily): void {
  const expectations = specification.expectations.filter((e) => e.system === family.name);
  const catalogue = (altered: Expectation) => ({
    ...specification,
    expectations: [altered],
    targets: [],
  });

  it('the manifest has every revision, at every scope at which it is looked at', () => {
    expect(expectations.map(({ revision, scope }) => ({ revision, scope }))).toEqual(
      placesIn(family),
    );
  });

  // Every version: manifest.long.test.ts.
  const newest = expectations.filter(({ revision }) => revision === family.revisions[0]);
  it.each(newest)('$revision, $scope: states, transitions, depth, verdicts', (expectation) => {
    expect(judge(catalogue(expectation), family, expectation).differences).toEqual([]);
  });

  it('an entry that is wrong in one thing is told', () => {
    const scope = { ...family.defaultScope, importers: 0 };
    const revision = defaultRevision(specification, family);
    const { result } = judge({ ...specification, targets: [] }, family, { scope, revision });
    const properties = Object.fromEntries(
      result.properties.map(({ property, verdict }) => [
        property.id,
        verdict === 'holds' ? 'holds' : 'X1',
      ]),
    );
    const { states, transitions, depth } = result;
    const right = { system: family.name, revision, scope, states, transitions, depth, properties };
    const held = Object.keys(properties).find((id) => properties[id] === 'holds')!;
    const { [held]: _left, ...others } = properties;
    const wrong: readonly (readonly [Partial<Expectation>, string])[] = [
      [{ states: states + 1 }, 'states'],
      [{ transitions: transitions - 1 }, 'transitions'],
      [{ depth: depth + 1 }, 'depth'],
      [{ properties: { ...properties, [held]: 'X1' } }, `${held}: holds`],
      [{ properties: others }, `${held}: not in the manifest`],
      [{ properties: { ...properties, more: 'holds' } }, 'more: in the manifest'],
    ];
    const differencesOf = (altered: Partial<Expectation>) =>
      judge(catalogue({ ...right, ...altered }), family, { scope, revision }).differences;
    const found = wrong.map(([altered]) => differencesOf(altered));
    const before = differencesOf({});
    found.forEach((differences, i) => {
      const added = differences.filter((difference) => !before.includes(difference));
      expect(added).toEqual([expect.stringContaining(wrong[i]![1])]);
    });
  });

  it('every rule has a source, and says so where nobody stated it', () => {
    for (const { revision, scope } of expectations) {
      for (const property of family.build({ revision, scope }).properties) {
        expect(sourceProblem(property)).toBeUndefined();
      }
    }
  });
}

/** What is wrong with the source of a property. */
export function sourceProblem({ id, source }: Pick<Property, 'id' | 'source'>): string | undefined {
  if (source.trim() === '') return `${id} has no source`;
  return /^derived\b|v\d|<[^>]+@[^>]+>|refcount_t|measured on/.test(source)
    ? undefined
    : `${id}: neither a version, nor a mail, nor derived`;
}

/**
 * Every fault of a family is caught by every property it names, and the runs are those in
 * docs/counterexamples; `npx vitest run test/conformance -u` writes them.
 */
export function faultCases(family: SystemFamily, faults: readonly Fault[]): void {
  describe.each(faults.filter(({ system }) => system === family.name))(
    'fault $id: $title',
    (fault) => {
      let result: FaultResult | undefined;
      const checked = () => (result ??= checkFault(family, fault));

      it('is caught by every property that it names, each of which the unchanged system keeps', () => {
        const { caughtBy, brokenAnyway } = checked();
        expect(brokenAnyway).toEqual([]);
        expect([...caughtBy].sort()).toEqual([...fault.expected].sort());
        expect(isCaught(checked())).toBe(true);
      });

      it('has its counterexamples in docs', async () => {
        const text = counterexamplesOf(checked());
        for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(WIDTH);
        await expect(text).toMatchFileSnapshot(`../../docs/counterexamples/${fault.id}.txt`);
      });

      it('is not caught where it is not: the unchanged system in its place', () => {
        const sound = checkFault(family, { ...fault, change: { revision: fault.base } });
        expect({ caughtBy: sound.caughtBy, caught: isCaught(sound) }).toEqual({
          caughtBy: [],
          caught: false,
        });
      });
    },
  );
}

/** A version, as who speaks of kernels calls it: `v7.3`; a design has a name. */
const kernel = (base: string): string => (/^\d/.test(base) ? `v${base}` : base);

/** In which version the run is: one that was posted or released, or one that nobody had. */
function whereOf({ change, base }: Fault): string {
  if ('patches' in change)
    return `Seeded: ${kernel(base)} with one step changed; no kernel has this.`;
  if ('anew' in change)
    return `Seeded: ${kernel(base)} with states written anew; no kernel has this.`;
  const version = specification.revisions.find(({ name }) => name === change.revision);
  if (version !== undefined) return `As in: ${version.title}.`;
  return `Seeded: ${base} with this one change put in.`;
}

/** What the fault is and where that is stated; then a diagram for each property that catches it. */
function counterexamplesOf({ fault, counterexamples }: FaultResult): string {
  const lines = (text: string) => `${wrap(text, WIDTH).join('\n')}\n`;
  const head = [`${fault.id}: ${fault.title}`, `Source: ${fault.source}`, whereOf(fault)]
    .map(lines)
    .join('');
  const found = fault.expected.flatMap(
    (id) => counterexamples.find(({ property }) => property.id === id) ?? [],
  );
  const shown = diagrams(found, { expand: [fault.machine] });
  const bodies = found.map((one, i) => `${lines(ruleBroken(one))}\n${shown[i]}`);
  return [head, ...bodies].join('\n');
}
