import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { check } from 'xstate-check';
import { mappingDefects, mappingNotModelled } from './defects.ts';
import { faults } from './faults.ts';
import { mappingTypesPage } from './page.ts';
import { MATCHED, REVOKED } from './scopes.ts';
import { typedAttachmentFamily } from './typed-attachment.system.ts';

const broken = (revision: string, scope = REVOKED) =>
  check(typedAttachmentFamily.build({ revision, scope })).properties.flatMap(
    ({ property, verdict }) => (verdict === 'broken' ? [property.id] : []),
  );

describe('mapping types', () => {
  it('break no rule as they were asked for, while lists meet and while memory is taken away', () => {
    expect([REVOKED, MATCHED].map((scope) => broken('types-required', scope))).toEqual([[], []]);
  });

  it('break five as they were posted', () => {
    expect(broken('types-rfc')).toEqual([
      'errno-as-today',
      'dynamic-for-new-types',
      'addresses-stay-in-core',
      'stored-before-told',
      'returns(exporter)',
    ]);
  });
});

describe('what was asked in the thread of interconnects', () => {
  it.each([
    ['types-allow-ic', ['own-operation', 'one-path']],
    ['types-sgt-left-alone', ['type-when-listed', 'own-operation']],
    ['types-three-paths', ['type-when-listed', 'own-operation', 'one-path']],
  ])('%s breaks %s', (revision, rules) => {
    expect(broken(revision, MATCHED)).toEqual(rules);
  });
});

test.each([
  ['lists', 3],
  ['lists', 0],
  ['revokes', 2],
])('%s=%i is not drawn, and is refused', (name, count) => {
  const scope = { ...REVOKED, [name]: count };
  expect(() => typedAttachmentFamily.build({ revision: 'types-rfc', scope })).toThrow(/^--scope: /);
});

test('each known defect of mapping types is a fault, or is said to be none here', () => {
  const named = [...faults.map(({ id }) => id), ...mappingNotModelled.map(({ id }) => id)];
  expect(mappingDefects.filter((id) => !named.includes(id))).toEqual([]);
});

test('the page is as `npm run docs` writes it', () => {
  expect(readFileSync('docs/mapping-types.md', 'utf8')).toBe(mappingTypesPage());
});
