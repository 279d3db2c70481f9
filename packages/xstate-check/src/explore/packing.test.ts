import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packingFor, slicesOf } from './packing.ts';

const sizes = fc.array(fc.integer({ min: 1, max: 100_000 }), { maxLength: 30 });

describe('packing', () => {
  it('gives a part with n states just enough bits', () => {
    expect([...packingFor([1, 2, 3, 4, 5, 8, 9]).maskOf]).toEqual([0, 1, 3, 3, 7, 7, 15]);
  });

  it('gives a part with one state no place, whatever lies before it', () => {
    expect([...packingFor([2, 1, 2]).shiftOf]).toEqual([0, 0, 1]);
  });

  it('fills gaps in earlier words', () => {
    const { words, wordOf, shiftOf } = packingFor([2 ** 20, 2 ** 20, 2 ** 12]);
    expect(words).toBe(2);
    expect([...wordOf]).toEqual([0, 1, 0]);
    expect([...shiftOf]).toEqual([0, 0, 20]);
  });

  it('uses a word to its last bit', () => {
    const { words, shiftOf } = packingFor(new Array(32).fill(2));
    expect(words).toBe(1);
    expect(shiftOf[31]).toBe(31);
  });

  it('has one word where there is nothing to tell apart', () => {
    expect(packingFor([]).words).toBe(1);
    expect(packingFor([1, 1]).words).toBe(1);
  });

  it('keeps parts apart: what is packed can be unpacked', () => {
    fc.assert(
      fc.property(
        sizes,
        fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
        (all, random) => {
          const { words, wordOf, shiftOf, maskOf } = packingFor(all);
          const local = all.map((size) => Math.floor(random.next().value! * size));
          const key = new Int32Array(words);
          local.forEach((state, part) => {
            key[wordOf[part]!]! += state << shiftOf[part]!;
          });
          const unpacked = all.map(
            (_, part) => (key[wordOf[part]!]! >>> shiftOf[part]!) & maskOf[part]!,
          );
          expect(unpacked).toEqual(local);
        },
      ),
    );
  });
});

describe('slices', () => {
  it('hold every part once, whole, and are no wider than they may be', () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 16 }), (all, bits) => {
        const packing = packingFor(all);
        const slices = slicesOf(packing, bits);
        const parts = slices.flatMap((slice) => slice.parts);
        expect(parts.sort((a, b) => a - b)).toEqual([...all.keys()]);
        for (const { word, shift, mask, parts } of slices) {
          const wide = parts.filter((part) => packing.maskOf[part] !== 0);
          if (wide.length > 1) expect(mask).toBeLessThan(2 ** bits);
          for (const part of parts) {
            expect(packing.wordOf[part]).toBe(word);
            const offset = packing.shiftOf[part]! - shift;
            if (packing.maskOf[part] !== 0) expect(offset).toBeGreaterThanOrEqual(0);
            expect(packing.maskOf[part]! * 2 ** Math.max(offset, 0)).toBeLessThanOrEqual(mask);
          }
        }
      }),
    );
  });
});
