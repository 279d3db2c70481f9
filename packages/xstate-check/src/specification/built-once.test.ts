import { expect, test } from 'vitest';
import { system } from '../check/tiny-systems.fixture.ts';
import { builtOnce } from './built-once.ts';
import type { SystemFamily } from './system.ts';

function counted(name: string) {
  const builds: string[] = [];
  const family: SystemFamily = {
    ...{ name, title: name, defaultScope: { lamps: 1 }, revisions: ['v1', 'v2'] },
    build: ({ scope, revision }) => {
      builds.push(`${revision} ${JSON.stringify(scope)}`);
      return { ...system([]), scope, revision };
    },
  };
  return { family: builtOnce(family), builds };
}

test('a system is built once for each revision and scope, and each family has its own', () => {
  const one = counted('door');
  const other = counted('door');
  const first = one.family.build({ scope: { lamps: 1 }, revision: 'v1' });
  expect(one.family.build({ scope: { lamps: 1 }, revision: 'v1' })).toBe(first);
  expect(other.family.build({ scope: { lamps: 1 }, revision: 'v1' })).not.toBe(first);
  expect(one.family.build({ scope: { lamps: 2 }, revision: 'v1' }).scope).toEqual({ lamps: 2 });
  expect(one.family.build({ scope: { lamps: 1 }, revision: 'v2' }).revision).toBe('v2');
  expect(one.builds).toEqual(['v1 {"lamps":1}', 'v1 {"lamps":2}', 'v2 {"lamps":1}']);
});

test('of many, that which was asked for last is kept, and memory is bounded', () => {
  const { family, builds } = counted('door');
  const at = (lamps: number) => family.build({ scope: { lamps }, revision: 'v1' });
  const first = at(0);
  for (let lamps = 1; lamps < 100; lamps++) {
    at(lamps);
    expect(at(0)).toBe(first);
  }
  expect(builds).toHaveLength(100);
  at(1);
  expect(builds).toHaveLength(101);
});
