import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fuse } from './fuse.ts';
import { exploreNaively, productOf, randomTables } from './random-product.fixture.ts';

const tables = randomTables(fc, { parts: 7, local: 4, vectors: 8 });
/** A part that is not refused anything, so that it is put together with what it follows. */
const both = [
  [0, [1, 2, 3, 0]],
  [1, [1, 2, 3, 0]],
] as const;

describe('parts put together', () => {
  it('are each in one field, whose values are as many as what its parts say together', () => {
    fc.assert(
      fc.property(tables, (random) => {
        const fields = fuse(productOf(random));
        const parts = fields.flatMap((field) => field.parts).sort((a, b) => a - b);
        expect(parts).toEqual([...random.sizes.keys()]);
        for (const { size, locals, parts } of fields) {
          const values = Array.from({ length: size }, (_, v) => locals.map((l) => l[v]).join());
          expect(new Set(values).size).toBe(size);
          expect(locals).toHaveLength(parts.length);
        }
      }),
    );
  });

  it('can say every state that can be reached, and start in the first', () => {
    fc.assert(
      fc.property(tables, (random) => {
        const states = [...exploreNaively(random).depthOf.keys()].map((s) => s.split(','));
        for (const { size, locals, parts } of fuse(productOf(random))) {
          const values = Array.from({ length: size }, (_, v) => locals.map((l) => l[v]).join());
          for (const state of states) expect(values).toContain(parts.map((p) => state[p]).join());
          expect(values[0]).toBe(parts.map(() => 0).join());
        }
      }),
    );
  });

  it('are those that move together, and need fewer bits for it', () => {
    const [field, other] = fuse(productOf({ sizes: [4, 4], vectors: [both] }));
    expect(field).toMatchObject({ parts: [1, 0], size: 4 });
    expect(other).toBeUndefined();
  });

  it('are not those that move on their own', () => {
    const up = [1, 2, 3, 0];
    const vectors = [[[0, up]], [[1, up]]] as const;
    expect(fuse(productOf({ sizes: [4, 4], vectors }))).toHaveLength(2);
  });
});
