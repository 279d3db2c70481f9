import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { check } from 'xstate-check';
import { mapTypeFamily } from './map-type.system.ts';
import { routesPage } from './page.ts';
import { HOST_BRIDGES, NOT_PCI, ROOT_PORTS, SIBLINGS, SWITCH } from './scopes.ts';
import { pathOf, treeOf } from './tree.ts';

const broken = (scope: typeof SIBLINGS) =>
  check(mapTypeFamily.build({ revision: 'p2pdma-7.3', scope })).properties.flatMap(
    ({ property, verdict }) => (verdict === 'holds' ? [] : [`${property.id}: ${verdict}`]),
  );

describe('the way to a BAR', () => {
  it.each([
    ['a switch', SWITCH],
    ['two root ports', ROOT_PORTS],
    ['two root ports of a host bridge that is not listed', { ...ROOT_PORTS, listed: 0 }],
    ['two host bridges', HOST_BRIDGES],
    ['two host bridges that are listed', { ...HOST_BRIDGES, other: 2 }],
    ['an AMD processor', { ...HOST_BRIDGES, zen: 1 }],
    ['an importer that is none of PCI', NOT_PCI],
  ])('keeps every rule with %s', (_, scope) => {
    expect(broken(scope)).toEqual([]);
  });

  it('is not always what the comment says between two functions of one device', () => {
    expect(broken(SIBLINGS)).toEqual(['same-device-is-bus: broken']);
  });
});

test('on the way below a switch are the two, their ports and the port where they meet', () => {
  const tree = treeOf({ provider: 4, client: 4, shared: 2 });
  expect(tree.upstream).toEqual([2, 3, 4, 4, 5, 'none']);
  expect([...pathOf(tree)!].sort()).toEqual([0, 1, 2, 3, 4]);
});

test.each([
  [{ provider: 5 }, 'no tree that is drawn'],
  [{ provider: 2, client: 3, shared: 2 }, 'no tree that is drawn'],
  [{ hosts: 2 }, '2 only where shared=0'],
  [{ shared: 0, hosts: 3 }, '2 only where shared=0'],
  [{ listed: 3 }, 'listed is 0, 1 or 2'],
  [{ late: 2 }, 'late'],
])('%o is refused', (scope, said) => {
  const all = { ...SIBLINGS, ...scope };
  expect(() => mapTypeFamily.build({ revision: 'p2pdma-7.3', scope: all })).toThrow(said);
});

test('the page is as `npm run docs` writes it', () => {
  expect(readFileSync('docs/routes.md', 'utf8')).toBe(routesPage());
});
