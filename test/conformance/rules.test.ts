import { describe, expect, it } from 'vitest';
import {
  is,
  not,
  type Predicate,
  type Property,
  type System,
  type SystemFamily,
  scopesOf,
} from 'xstate-check';
import { specification } from '../../specs/catalogue.ts';

/*
 * A rule speaks of labels, of what steps commit, and of tags of states, never of the inner states of a
 * procedure: any machine of the same labels can stand in its place.
 */

type Atom = Extract<Predicate, { kind: 'atom' }>;

function atomsOf(predicate: Predicate): Atom[] {
  if (predicate.kind === 'atom') return [predicate];
  return predicate.kind === 'not' ? atomsOf(predicate.of) : predicate.of.flatMap(atomsOf);
}

function predicatesOf(property: Property): Predicate[] {
  return 'when' in property ? [property.when, property.then] : [];
}

/** Where a rule asks a procedure for something else than a tag: `rule: part is state`. */
function insidersOf({ parts, properties }: System): string[] {
  const procedures = parts.filter(({ kind }) => kind === 'procedure').map(({ name }) => name);
  return properties.flatMap((property) =>
    predicatesOf(property)
      .flatMap(atomsOf)
      .filter(({ part }) => procedures.includes(part))
      .filter(({ names }) => names === undefined || names.some((name) => !name.startsWith('#')))
      .map(({ words }) => `${property.id}: ${words}`),
  );
}

/** A family at every scope at which it is looked at. */
function drawn(family: SystemFamily, revision: string): System[] {
  const more = family.confidence === undefined ? [] : [family.confidence];
  return [...scopesOf(specification, family, revision), ...more].map((scope) =>
    family.build({ scope, revision }),
  );
}

describe('the rules', () => {
  const versions = (family: SystemFamily) => family.revisions.filter((name) => !name.includes('+'));

  it.each(specification.families)('of $name name no inner state of a procedure', (family) => {
    const systems = versions(family).flatMap((revision) => drawn(family, revision));
    expect([...new Set(systems.flatMap(insidersOf))]).toEqual([]);
  });

  it('are told when they do', () => {
    const family = specification.families.find(({ name }) => name === 'hot-reset')!;
    const [system] = drawn(family, '7.3') as [System];
    const [rule] = system.properties.filter(({ kind }) => kind === 'invariant');
    const inside = { ...rule, id: 'inside', then: not(is('hot_reset', 'unwind')) } as Property;
    expect(insidersOf({ ...system, properties: [inside] })).toEqual([
      'inside: hot_reset is unwind',
    ]);
  });
});
