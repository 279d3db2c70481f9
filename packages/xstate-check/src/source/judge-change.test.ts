import { describe, expect, test } from 'vitest';
import { check } from '../check/check.ts';
import { about, DEADLOCK, philosophers, REST } from '../check/tiny-systems.fixture.ts';
import { is } from '../specification/predicate.ts';
import type { Property } from '../specification/property.ts';
import type { System } from '../specification/system.ts';
import { runShown } from './judge-change.ts';
import type { JudgedSystem } from './judge-systems.ts';

const INVARIANT: Property = {
  ...about('never-taken'),
  kind: 'invariant',
  when: is('fork0', 'held'),
  then: is('fork1', 'held'),
};

/** A system as it is judged where nothing broke before. */
function judged(system: System, name: string, ...properties: Property[]): JudgedSystem {
  const after = check({ ...system, name, properties });
  const verdicts = after.properties.map((result) => ({
    property: result.property.id,
    title: result.property.title,
    before: 'holds',
    after: result,
  }));
  return { system: { ...system, name }, before: after, after, verdicts, undecided: [] };
}

const shown = (...systems: JudgedSystem[]) => {
  const run = runShown(systems, []);
  return run && `${run.system.name}: ${run.counterexample.property.id}`;
};

describe('the run that is shown of all that break', () => {
  const two = philosophers(2);

  test('says who waits for whom rather than that somebody never rests', () => {
    expect(shown(judged(two, 'first', REST, DEADLOCK))).toBe('first: deadlock');
  });

  test('is that of a plainer rule, in a later system too', () => {
    expect(shown(judged(two, 'first', REST, DEADLOCK), judged(two, 'later', INVARIANT))).toBe(
      'later: never-taken',
    );
  });

  test('of rules that are as plain is that of the first system', () => {
    expect(shown(judged(two, 'first', DEADLOCK), judged(two, 'later', DEADLOCK))).toBe(
      'first: deadlock',
    );
  });

  test('is none where nothing breaks', () => {
    expect(
      shown(
        judged(
          philosophers(2, (i) => i > 0),
          'first',
          DEADLOCK,
        ),
      ),
    ).toBeUndefined();
  });
});
