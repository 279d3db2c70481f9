import { describe, expect, it } from 'vitest';
import {
  counterexampleOf,
  DEADLOCK,
  machine,
  part,
  philosophers,
  runOf,
  system,
  verdictOf,
} from './tiny-systems.fixture.ts';

describe('deadlock', () => {
  it('is two philosophers with one fork each', () => {
    expect(runOf(philosophers(2), DEADLOCK)).toEqual([
      'philosopher0.print:begin@philosopher0',
      'fork0.lock@philosopher0',
      'philosopher1.print:begin@philosopher1',
      'fork1.lock@philosopher1',
    ]);
    expect(counterexampleOf(philosophers(2), DEADLOCK).finding).toBe(
      'nothing can move, and philosopher0, philosopher1 are not at rest',
    );
  });

  it('is not possible where one of them takes the other fork first', () => {
    expect(
      verdictOf(
        philosophers(3, (i) => i > 0),
        DEADLOCK,
      ),
    ).toMatchObject({ verdict: 'holds' });
  });

  it('is not a system that has come to its end with everybody at rest', () => {
    const ends = machine('ends', { on: { on: { stop: 'off' } }, off: { tags: ['quiescent'] } });
    expect(verdictOf(system([part('ends', ends)]), DEADLOCK)).toMatchObject({ verdict: 'holds' });
  });

  it('says who is left, in the singular', () => {
    const stuck = machine('stuck', {
      on: { tags: ['quiescent'], on: { stop: 'jammed' } },
      jammed: {},
    });
    expect(counterexampleOf(system([part('printer', stuck)]), DEADLOCK).finding).toBe(
      'nothing can move, and printer is not at rest',
    );
  });
});
