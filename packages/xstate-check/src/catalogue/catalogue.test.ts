import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SystemFamily } from '../specification/system.ts';
import { parseScope } from './catalogue.ts';

const family = {
  name: 'door',
  title: 'a door',
  defaultScope: { doors: 2, keys: 1 },
  revisions: ['one'],
  build: () => {
    throw new Error('nobody builds it here');
  },
} satisfies SystemFamily;

describe('a scope', () => {
  it('is the default one with what is said of it', () => {
    const some = fc.dictionary(fc.constantFrom('doors', 'keys'), fc.nat({ max: 64 }), {
      minKeys: 1,
      noNullPrototype: true,
    });
    const blank = fc.constantFrom('', ' ', '  ');
    fc.assert(
      fc.property(some, blank, (said, gap) => {
        const items = Object.entries(said).map(([name, n]) => `${gap}${name}${gap}=${gap}${n}`);
        expect(parseScope(items.join(','), family)).toEqual({ ...family.defaultScope, ...said });
      }),
    );
  });

  it('knows no other name, whatever every object inherits', () => {
    const inherited = Object.getOwnPropertyNames(Object.prototype);
    const names = fc.oneof(fc.constantFrom(...inherited), fc.stringMatching(/^[a-zA-Z_]{1,12}$/));
    fc.assert(
      fc.property(names, (name) => {
        fc.pre(!(name === 'doors' || name === 'keys'));
        expect(() => parseScope(`${name}=1`, family)).toThrow(
          `--scope: 'door' has no '${name}'; it has doors, keys`,
        );
      }),
    );
  });

  it.each([
    ['doors=1=2', "--scope: 'doors=1=2' is not NAME=NUMBER, such as doors=3"],
    ['doors', "--scope: 'doors' is not NAME=NUMBER, such as doors=3"],
    ['doors=', "--scope: 'doors=' is not NAME=NUMBER, such as doors=3"],
    ['=1', "--scope: '=1' is not NAME=NUMBER, such as doors=3"],
    ['', "--scope: '' is not NAME=NUMBER, such as doors=3"],
    ['doors=1,', "--scope: '' is not NAME=NUMBER, such as doors=3"],
    ['doors=-1', "--scope: 'doors=-1' is not NAME=NUMBER, such as doors=3"],
    ['doors=1.5', "--scope: 'doors=1.5' is not NAME=NUMBER, such as doors=3"],
    ['doors=1e1', "--scope: 'doors=1e1' is not NAME=NUMBER, such as doors=3"],
    ['doors=65', "--scope: 'doors=65' is more than can be had of anything; take at most 64"],
    ['doors=1,doors=1', "--scope: 'doors' is given twice; give it once"],
  ])('that is %j is refused', (text, message) => {
    expect(() => parseScope(text, family)).toThrow(message);
  });
});
