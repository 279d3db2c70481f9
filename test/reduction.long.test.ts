import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { families } from '../specs/catalogue.ts';
import type { Expectation } from '../src/cli/catalogue.ts';
import { checkReduced } from '../src/reduce/check-reduced.ts';

const manifest = JSON.parse(
  readFileSync(new URL('../specs/manifest.json', import.meta.url), 'utf8'),
) as Expectation[];

/** Systems that are small enough to be checked by reduction at every revision, every time. */
const SMALL = [
  'hot-reset-order',
  'function-reset-order',
  'export-probe',
  'rdma-pinned',
  'dma-addresses',
  'iommufd',
];

const cases = manifest.filter(({ system }) => SMALL.includes(system));

describe('checking by reduction gives the verdicts of the manifest', () => {
  it.each(cases.map((expected) => [`${expected.system} ${expected.revision}`, expected] as const))(
    '%s',
    (_, expected) => {
      const { system, scope, revision } = expected;
      const family = families.find(({ name }) => name === system)!;
      const { properties } = checkReduced(family.build({ scope, revision }));
      for (const { property, verdict } of properties) {
        const known = expected.properties[property.id]!;
        const isHeld = known === 'holds' || known === 'vacuous';
        expect(verdict, property.id).toBe(isHeld ? known : 'broken');
      }
    },
  );
});
