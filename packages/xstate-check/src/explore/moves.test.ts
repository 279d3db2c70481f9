import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explore } from './explore.ts';
import { Moves } from './moves.ts';
import { moversOf } from './packing.ts';
import { productOf, randomTables } from './random-product.fixture.ts';

describe('the moves of a product', () => {
  it('are so many at most, in the initial state too: that much room is made for them', () => {
    const once = [1, -1];
    const product = productOf({ sizes: [2], vectors: [[[0, once]], [[0, once]], [[0, once]]] });
    expect(new Moves(moversOf(product)).most).toBe(3);
  });

  it('are never more than that', () => {
    fc.assert(
      fc.property(randomTables(fc, { parts: 3, local: 3, vectors: 6 }), (random) => {
        const product = productOf(random);
        const { table, states, stepper } = explore(product);
        const { most } = new Moves(moversOf(product));
        for (let state = 0; state < states; state++) {
          let moves = 0;
          stepper.each(table, state, () => {
            moves++;
          });
          expect(moves).toBeLessThanOrEqual(most);
        }
      }),
      { numRuns: 50 },
    );
  });
});
