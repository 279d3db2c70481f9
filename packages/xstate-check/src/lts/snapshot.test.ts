import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AnyMachineSnapshot } from 'xstate';
import { keyWithoutHistory } from './snapshot.ts';

const snapshot = (context: object) =>
  ({ value: 'idle', context, status: 'active' }) as unknown as AnyMachineSnapshot;

const reversed = (members: object) => Object.fromEntries(Object.entries(members).reverse());

describe('the key of a snapshot', () => {
  it('does not depend on the order in which its context was written', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.integer()), (context) => {
        const key = keyWithoutHistory(snapshot(context));
        expect(keyWithoutHistory(snapshot(reversed(context)))).toBe(key);
        expect(keyWithoutHistory(snapshot({ of: [context] }))).toBe(
          keyWithoutHistory(snapshot({ of: [reversed(context)] })),
        );
      }),
    );
  });

  it('tells contexts apart that differ in one member', () => {
    const key = keyWithoutHistory(snapshot({ count: 1, held: false }));
    expect(keyWithoutHistory(snapshot({ count: 1, held: true }))).not.toBe(key);
    expect(keyWithoutHistory(snapshot({ count: 1 }))).not.toBe(key);
  });
});
