import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomSystems } from '../check/random-system.fixture.ts';
import { after, isEnabled } from '../system/moves.ts';
import { compose, type Product } from '../system/product.ts';
import { follow } from './follow.ts';

const products = randomSystems(fc, { parts: 3, states: 4 }).map(({ system }) => compose(system));

/** A product, some of its labels, and a list of labels, of which some it does not have. */
const asked = products.chain((product) => {
  const labels = [...new Set(product.vectors.map(({ label }) => label))];
  const label = fc.constantFrom<string | undefined>(...labels, undefined);
  return fc.record({
    product: fc.constant(product),
    steps: fc.array(label, { maxLength: 8 }),
    own: fc.subarray(labels),
  });
});

/** Every state that can be reached by steps of these labels. */
function closure(product: Product, from: readonly Int32Array[], own: readonly string[]) {
  const seen = new Map(from.map((local) => [local.join(), local]));
  for (const local of seen.values()) {
    for (const vector of product.vectors) {
      if (!own.includes(vector.label) || !isEnabled(vector, local)) continue;
      const next = after(vector, local);
      if (!seen.has(next.join())) seen.set(next.join(), next);
    }
  }
  return [...seen.values()];
}

/** The first step that no run takes, found by sets of states. */
function refusedIn(
  product: Product,
  steps: readonly (string | undefined)[],
  own: readonly string[],
): number | undefined {
  let states = closure(product, [new Int32Array(product.parts.length)], own);
  for (const [i, step] of steps.entries()) {
    if (step === undefined) continue;
    const due = product.vectors.filter(({ label }) => label === step);
    const next = states.flatMap((local) =>
      due.flatMap((vector) => (isEnabled(vector, local) ? [after(vector, local)] : [])),
    );
    if (next.length === 0) return i;
    states = closure(product, next, own);
  }
  return undefined;
}

describe('who follows the steps of another', () => {
  it('gets as far as any run does, and takes nothing of the other before it is due', () => {
    fc.assert(
      fc.property(asked, ({ product, steps, own }) => {
        const shared = new Set(
          product.vectors.map(({ label }) => label).filter((label) => !own.includes(label)),
        );
        // A step that is due may be one that it takes on its own, too.
        const { taken, refused, local } = follow(product, { steps, shared });
        expect(refused).toBe(refusedIn(product, steps, own));
        let state: Int32Array = new Int32Array(product.parts.length);
        for (const { vector, step } of taken) {
          const { label } = product.vectors[vector]!;
          expect(isEnabled(product.vectors[vector]!, state)).toBe(true);
          if (step === undefined) expect(shared.has(label)).toBe(false);
          else expect(label).toBe(steps[step]);
          state = after(product.vectors[vector]!, state);
        }
        expect([...local]).toEqual([...state]);
        const due = steps.flatMap((step, i) =>
          step !== undefined && i < (refused ?? steps.length) ? [i] : [],
        );
        expect(taken.flatMap(({ step }) => step ?? [])).toEqual(due);
      }),
      { numRuns: 500 },
    );
  });

  it('refuses nothing where it has not looked at every position', () => {
    fc.assert(
      fc.property(asked, fc.integer({ min: 1, max: 12 }), ({ product, steps, own }, most) => {
        const shared = new Set(
          product.vectors.map(({ label }) => label).filter((label) => !own.includes(label)),
        );
        const whole = follow(product, { steps, shared });
        const { refused, lost, taken } = follow(product, { steps, shared }, most);
        if (refused !== undefined) expect(refused).toBe(whole.refused);
        else if (lost !== undefined) expect(lost).toBeLessThanOrEqual(whole.refused ?? Infinity);
        else expect(taken).toEqual(whole.taken);
      }),
      { numRuns: 500 },
    );
  });
});
