import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ArgumentTable,
  answeringCause,
  answerOf,
  exclusionOf,
  pairsOf,
} from '../../specs/shared/argument-table.ts';

/**
 * The tests that every argument table has to pass: each cause alone, each two together, whatever
 * is accepted, and any mixture, against somebody who answers the call.
 */
export function argumentCases<S extends object>(
  table: ArgumentTable<S>,
  perform: (situation: S) => string,
  any: fc.Arbitrary<S>,
): void {
  const tried = table.causes.filter(({ example }) => example !== undefined);
  const pairs = pairsOf(table);
  const together = pairs.filter(({ situations }) => situations.length > 0);
  const apart = pairs.filter(({ situations }) => situations.length === 0);

  it('sound arguments have no cause and succeed', () => {
    expect(answeringCause(table, table.sound)).toBeUndefined();
    expect(perform(table.sound)).toBe(table.answers);
  });

  it.each(tried)('$errno: $cause', (cause) => {
    for (const way of [cause.example!, ...(cause.also ?? [])]) {
      expect(cause.at({ ...table.sound, ...way })).toBeGreaterThanOrEqual(0);
    }
    const alone = { ...table.sound, ...cause.example! };
    expect(table.causes.filter((c) => c.at(alone) >= 0).map(({ id }) => id)).toEqual([cause.id]);
    expect(perform(alone)).toBe(cause.errno);
  });

  it.each(table.accepted)('$what', ({ example }) => {
    expect(answerOf(table, { ...table.sound, ...example })).toBe(table.answers);
    expect(perform({ ...table.sound, ...example })).toBe(table.answers);
  });

  describe('of two causes the earlier answers', () => {
    it.each(together)('$earlier.id before $later.id', ({ earlier, later, situations }) => {
      for (const situation of situations) {
        const inOneLoop = earlier.loop !== undefined && earlier.loop === later.loop;
        const laterItem = inOneLoop && later.at(situation) < earlier.at(situation);
        const answering = answeringCause(table, situation)!;
        // Some pairs have to be had with a third cause as well, and that may answer.
        if (answering === earlier || answering === later) {
          expect(answering.id).toBe((laterItem ? later : earlier).id);
        }
        expect(perform(situation)).toBe(answering.errno);
      }
      const byThemselves = situations.some((s) =>
        [earlier, later].includes(answeringCause(table, s)!),
      );
      expect(byThemselves).toBe(true);
    });
  });

  it('two causes that cannot be had together are listed with the reason, and no others', () => {
    const unexplained = apart.filter((pair) => exclusionOf(table, pair) === undefined);
    expect(unexplained.map(({ earlier, later }) => `${earlier.id} ${later.id}`)).toEqual([]);
    const wrong = together.filter((pair) => exclusionOf(table, pair) !== undefined);
    expect(wrong.map(({ earlier, later }) => `${earlier.id} ${later.id}`)).toEqual([]);
  });

  it('what has no example says why', () => {
    const untried = table.causes.filter(({ example }) => example === undefined);
    for (const { untried: reason } of untried) expect(reason).toBeTruthy();
    for (const { untried: reason } of tried) expect(reason).toBeUndefined();
  });

  it('any mixture is answered as the table says', () => {
    const property = fc.property(any, (situation) => {
      expect(perform(situation)).toBe(answerOf(table, situation));
    });
    fc.assert(property, { numRuns: 1000 });
  });

  it('the order matters: two that are swapped and have different answers are told apart', () => {
    const neighbours = together.filter(
      ({ earlier, later }) =>
        earlier.errno !== later.errno &&
        (earlier.loop === undefined || earlier.loop !== later.loop),
    );
    expect(neighbours.length).toBeGreaterThan(0);
    for (const { earlier, later, situations } of neighbours) {
      const causes = table.causes.filter((cause) => cause !== earlier);
      causes.splice(causes.indexOf(later) + 1, 0, earlier);
      const swapped = { ...table, causes };
      const noticed = situations.some((s) => perform(s) !== answerOf(swapped, s));
      expect({ pair: `${earlier.id} ${later.id}`, noticed }).toEqual({
        pair: `${earlier.id} ${later.id}`,
        noticed: true,
      });
    }
  });
}

/** Any situation that the examples of a table can be mixed to. */
export function mixtureOf<S extends object>(table: ArgumentTable<S>): fc.Arbitrary<S> {
  const ways = table.causes
    .flatMap(({ example, also = [] }) => (example ? [example, ...also] : []))
    .concat(table.accepted.map(({ example }) => example));
  return fc
    .subarray(ways, { maxLength: Math.min(4, ways.length) })
    .map((chosen) => mixed(table.sound, chosen));
}

/** Later values win; lists are put one behind the other. */
function mixed<S extends object>(sound: S, ways: readonly Partial<S>[]): S {
  const all = { ...sound } as Record<string, unknown>;
  const touched = new Set<string>();
  for (const [key, value] of ways.flatMap((way) => Object.entries(way))) {
    const before = touched.has(key) ? all[key] : undefined;
    all[key] = Array.isArray(before) && Array.isArray(value) ? [...before, ...value] : value;
    touched.add(key);
  }
  return all as S;
}
