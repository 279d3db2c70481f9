import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hrefOf, parseRoute } from './route.ts';

describe('addresses', () => {
  it('are read', () => {
    expect(parseRoute('#/system/door?revision=v2&steps=a,b&at=1')).toEqual({
      page: 'system',
      name: 'door',
      query: { revision: 'v2', at: '1' },
      steps: ['a', 'b'],
    });
    expect(parseRoute('')).toEqual({ page: '', name: '', query: {}, steps: [] });
  });

  it('take a name with slashes, written or escaped', () => {
    expect(parseRoute('#/counterexample/hot-water/rest/v6').name).toBe('hot-water/rest/v6');
    expect(parseRoute('#/counterexample/hot-water%2Frest%2Fv6').name).toBe('hot-water/rest/v6');
  });

  it('keep labels readable', () => {
    expect(hrefOf('system', 'revoke', {}, ['att[0].map:begin@importer[0]'])).toBe(
      '#/system/revoke?steps=att[0].map:begin@importer[0]',
    );
  });

  it('come back as they were written, whatever the names are', () => {
    const word = fc.string({ minLength: 1 });
    fc.assert(
      fc.property(word, word, fc.array(word, { minLength: 1 }), (name, value, steps) => {
        const route = parseRoute(hrefOf('system', name, { revision: value }, steps));
        expect(route).toEqual({ page: 'system', name, query: { revision: value }, steps });
      }),
    );
  });

  it('survive what is no escape', () => {
    expect(parseRoute('#/system/100%').name).toBe('100%');
  });
});
