import { expect, test } from 'vitest';
import { check } from 'xstate-check';
import { families } from '../catalogue.ts';
import { xeFamily } from './xe.system.ts';

const checked = (revision: string) =>
  check(xeFamily.build({ scope: xeFamily.defaultScope, revision }));
const broken = (revision: string) =>
  checked(revision).properties.flatMap(({ property, verdict }) =>
    verdict === 'broken' ? [property.id] : [],
  );

test('an owner returns from his call where an eviction of xe unmaps, and not where it does not', () => {
  expect(broken('7.3')).toEqual(['owner-returns']);
  expect(broken('xe-unmaps')).toEqual([]);
  expect([checked('7.3').states, checked('xe-unmaps').states]).toEqual([841, 923]);
});

test('nothing of it is listed before somebody has reported it', () => {
  expect(families.map(({ name }) => name)).not.toContain(xeFamily.name);
});
