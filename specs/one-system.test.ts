import { describe, expect, it } from 'vitest';
import { specification } from './catalogue.ts';
import { oneSystem } from './one-system.ts';
import { withManifest, writtenOf } from './subjects.ts';

const names = withManifest.flatMap(writtenOf).map(({ name }) => name);

describe('of one system', () => {
  it.each(names)('%s is said what the whole specification says', async (name) => {
    const part = (await oneSystem(name))!;
    const of = <Of extends { readonly system: string }>(all: readonly Of[]) =>
      all.filter(({ system }) => system === name);
    expect(of(part.expectations)).toEqual(of(specification.expectations));
    expect(of(part.findings)).toEqual(of(specification.findings));
    expect(part.revisions).toEqual(specification.revisions);
    const own = part.families.find((family) => family.name === name)!;
    const whole = specification.families.find((family) => family.name === name)!;
    expect({ ...own, build: 0, subject: 0 }).toEqual({ ...whole, build: 0, subject: 0 });
    const [revision = ''] = own.revisions;
    const built = own.build({ revision, scope: own.defaultScope });
    const { parts, properties } = whole.build({ revision, scope: own.defaultScope });
    expect(built.parts.map((part) => part.name)).toEqual(parts.map((part) => part.name));
    expect(built.properties.map(({ source }) => source)).toEqual(
      properties.map(({ source }) => source),
    );
  });

  it('that no manifest has nothing is said', async () => {
    expect(await oneSystem('revok')).toBeUndefined();
  });
});
