import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explore } from '../explore/explore.ts';
import { productOf, randomTables } from '../explore/random-product.fixture.ts';
import type { Part } from '../specification/part.ts';
import type { Product } from '../system/product.ts';
import { bitsWhere, firstEntered, whereSo } from './entered.ts';

const tables = randomTables(fc, { parts: 5, local: 4, vectors: 8 });
/** Some of the parts, and in which of their states each is meant. */
const meant = fc.array(fc.nat(15), { minLength: 5, maxLength: 5 });
const some = fc.subarray([0, 1, 2, 3, 4]);

/** Parts that have nothing but a place. */
function withParts(product: Product): Product {
  return { ...product, parts: product.ltss.map(({ name }) => ({ name }) as Part) };
}

describe('what is asked where a step may change the answer', () => {
  it('is what every state says itself', () => {
    let changing = 0;
    fc.assert(
      fc.property(tables, meant, some, (random, bits, all) => {
        const space = explore(withParts(productOf(random)));
        const parts = all.filter((part) => part < space.product.ltss.length);
        const isMeant = (local: Int32Array, part: number) => (bits[part]! >> local[part]!) & 1;
        const isSo = (local: Int32Array) => parts.some((part) => isMeant(local, part) === 1);
        const states = Array.from({ length: space.states }, (_, state) =>
          space.stepper.local(space.table, state).slice(),
        );
        const so = states.map((local) => (isSo(local) ? 1 : 0));
        expect([...whereSo(space, parts, isSo)]).toEqual(so);
        expect(firstEntered(space, parts, isSo) ?? -1).toBe(states.findIndex(isSo));
        const byState = parts.map((part) =>
          Uint8Array.from(
            space.product.ltss[part]!.states,
            (_, local) => (bits[part]! >> local) & 1,
          ),
        );
        expect([...bitsWhere(space, parts, byState)]).toEqual(
          states.map((local) =>
            parts.reduce((sum, part, place) => sum | (isMeant(local, part) << place), 0),
          ),
        );
        if (new Set(so).size === 2) changing++;
      }),
    );
    expect(changing).toBeGreaterThan(10);
  });
});
