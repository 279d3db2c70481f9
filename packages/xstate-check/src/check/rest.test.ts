import { describe, expect, it } from 'vitest';
import { InputError } from '../base/errors.ts';
import type { Property } from '../specification/property.ts';
import { check } from './check.ts';
import {
  about,
  call,
  counterexampleOf,
  DEADLOCK,
  lampsAndSwitch,
  machine,
  part,
  philosophers,
  REST,
  runOf,
  system,
  verdictOf,
  worker,
  workersAndLocks,
} from './tiny-systems.fixture.ts';

const restOf = (...parts: string[]): Property => ({ ...about('rest'), kind: 'rest', parts });

/** One printer waits for paper that nobody brings, while the other one goes on for ever. */
const waitsForPaper = system(
  [
    part(
      'waiting',
      machine('waiting', {
        idle: { tags: ['quiescent'], on: { start: 'hungry' } },
        hungry: { on: { paper: 'idle' } },
      }),
    ),
    part('going', machine('going', { idle: { tags: ['quiescent'], on: { tick: 'idle' } } })),
  ],
  {
    calls: [call('start', 'user', 'x'), call('tick', 'user', 'x'), call('paper', 'supplier', 'x')],
    environment: ['user'],
  },
);

describe('rest', () => {
  it('holds where every thread can return and every lock become free', () => {
    const two = workersAndLocks({ a: worker(['door']), b: worker(['door']) }, ['door']);
    expect(verdictOf(two, REST)).toEqual({ verdict: 'holds', property: REST });
  });

  it('finds a hang of one thread although others go on, which is no deadlock', () => {
    expect(runOf(waitsForPaper, REST)).toEqual(['start']);
    expect(counterexampleOf(waitsForPaper, REST).finding).toBe(
      'from here on waiting never comes to rest',
    );
    expect(verdictOf(waitsForPaper, DEADLOCK)).toMatchObject({ verdict: 'holds' });
  });

  it('is asked of the named parts only, where there are any', () => {
    expect(verdictOf(waitsForPaper, restOf('going'))).toMatchObject({ verdict: 'holds' });
    expect(verdictOf(waitsForPaper, restOf('waiting'))).toMatchObject({ verdict: 'broken' });
  });

  it.each([2, 3])('is broken by %i dining philosophers when each has one fork', (count) => {
    const run = runOf(philosophers(count), REST);
    expect(run).toHaveLength(2 * count);
    expect(run.filter((label) => label.includes('lock'))).toEqual(
      run.filter((label) => /^fork(\d)\.lock@philosopher\1$/.test(label)),
    );
    expect(
      verdictOf(
        philosophers(count, (i) => i > 0),
        REST,
      ),
    ).toMatchObject({ verdict: 'holds' });
  });

  it('knows 30 states of two philosophers and 169 of three', () => {
    expect(check(philosophers(2)).states).toBe(30);
    expect(check(philosophers(3)).states).toBe(169);
  });

  it('does not let a part off that can no longer reach the rest it declares', () => {
    const lost = machine('lost', {
      away: { on: { walk: 'away' } },
      home: { tags: ['quiescent'], on: { walk: 'home' } },
    });
    expect(runOf(system([part('lost', lost)]), REST)).toEqual([]);
  });

  it('looks at more than 31 parts', () => {
    const parts = Array.from({ length: 40 }, (_, i) => i).map((i) =>
      part(
        `lamp${i}`,
        machine(`lamp${i}`, {
          off: { tags: ['quiescent'], on: { press: 'on' } },
          on: { on: { cut: i === 36 || i === 2 ? 'broken' : 'off' } },
          broken: {},
        }),
      ),
    );
    const counterexample = counterexampleOf(system(parts), REST);
    expect(counterexample.finding).toBe('from here on lamp2 and lamp36 never come to rest');
    expect(runOf(system(parts), REST)).toEqual(['press']);
  });

  it('is vacuous where no part has a state of rest', () => {
    expect(verdictOf(system([part('lamp', machine('l', { on: {} }))]), REST)).toMatchObject({
      verdict: 'vacuous',
      reason: 'no part has a quiescent state',
    });
  });

  it('names parts that exist and can rest', () => {
    expect(() => verdictOf(lampsAndSwitch(), restOf('swich'))).toThrow(InputError);
    expect(() => verdictOf(lampsAndSwitch(), restOf('left'))).toThrow(
      new InputError(
        "part 'left' cannot be asked to rest: machine 'lamp' has no state tagged 'quiescent'",
      ),
    );
  });
});
