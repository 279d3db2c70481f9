import { describe, expect, it } from 'vitest';
import type { Call } from '../specification/call.ts';
import type { System } from '../specification/system.ts';
import {
  about,
  call,
  counterexampleOf,
  machine,
  type Node,
  part,
  runOf,
  system,
  TOTALITY,
  verdictOf,
} from './tiny-systems.fixture.ts';

/** A client that asks whenever it likes, and takes any of the answers. */
const client = machine('client', {
  on: { on: { 'ask:yes': 'on', 'ask:no': 'on', 'ask:jam': 'on', wake: 'on' } },
});

const ask = call('ask', 'client', 'printer', { outcomes: ['yes', 'no', 'jam'] });

function asking(printer: Record<string, Node>, more: Partial<Call> = {}): System {
  return system(
    [
      part('client', client, { roles: ['client'] }),
      part('printer', machine('printer', printer), { roles: ['printer'] }),
    ],
    { calls: [{ ...ask, ...more }, call('wake', 'client', 'printer')] },
  );
}

/** It says yes when it is asked first and no ever after; `wake` is nothing to it. */
const total = asking({
  first: { on: { 'ask:yes': 'later', 'ask:jam': {} } },
  later: { on: { 'ask:no': 'later' } },
});

describe('response totality', () => {
  it('holds where a call that is offered has one answer in every state', () => {
    expect(verdictOf(total, TOTALITY)).toMatchObject({ verdict: 'holds' });
  });

  it('is broken by two answers', () => {
    const system = asking({
      first: { on: { 'ask:yes': 'later' } },
      later: { on: { 'ask:yes': 'first', 'ask:no': 'first', 'ask:jam': {} } },
    });
    expect(runOf(system, TOTALITY)).toEqual(['ask:yes']);
    expect(counterexampleOf(system, TOTALITY).finding).toBe(
      'ask has more than one answer: ask:yes, ask:no',
    );
  });

  it('does not count what the environment chooses', () => {
    const printer = { on: { on: { 'ask:yes': 'on', 'ask:jam': 'on', 'ask:no': {} } } };
    expect(verdictOf(asking(printer), TOTALITY)).toMatchObject({ verdict: 'broken' });
    expect(verdictOf(asking(printer, { environment: ['jam'] }), TOTALITY)).toMatchObject({
      verdict: 'holds',
    });
    const onlyJams = { on: { on: { 'ask:jam': 'on', 'ask:yes': {}, 'ask:no': {} } } };
    expect(runOf(asking(onlyJams, { environment: ['jam'] }), TOTALITY)).toEqual([]);
  });

  it('is broken by none, but for a call that may block', () => {
    const printer = {
      first: { on: { 'ask:yes': 'busy', 'ask:no': {}, 'ask:jam': {} } },
      busy: {},
    };
    expect(runOf(asking(printer), TOTALITY)).toEqual(['ask:yes']);
    expect(counterexampleOf(asking(printer), TOTALITY).finding).toBe(
      'ask is offered and has no answer',
    );
    expect(verdictOf(asking(printer, { blocks: 'wait' }), TOTALITY)).toMatchObject({
      verdict: 'holds',
    });
  });

  it('is broken by an answer that the caller does not take', () => {
    const deaf = machine('client', { on: { on: { 'ask:yes': 'on' } } });
    const [, printer] = total.parts;
    const parts = [part('client', deaf, { roles: ['client'] }), printer!];
    const rude = { ...total, parts };
    expect(runOf(rude, TOTALITY)).toEqual(['ask:yes']);
  });

  it('asks nothing of a callee that is absent', () => {
    const printer = {
      there: { on: { 'ask:yes': 'gone', 'ask:no': {}, 'ask:jam': {} } },
      gone: { tags: ['absent'] },
    };
    expect(verdictOf(asking(printer), TOTALITY)).toMatchObject({ verdict: 'holds' });
    const otherTag = { ...TOTALITY, ...about('other'), absentTag: 'away' } as typeof TOTALITY;
    expect(runOf(asking(printer), otherTag)).toEqual(['ask:yes']);
  });

  it('counts two variants of one outcome as two answers', () => {
    const variants = machine('printer', {
      on: { on: { 'ask:yes#plain': 'on', 'ask:yes#bold': 'on' } },
    });
    const bold = machine('client', { on: { on: { 'ask:yes#plain': 'on', 'ask:yes#bold': 'on' } } });
    const parts = [
      part('client', bold, { roles: ['client'] }),
      part('printer', variants, { roles: ['printer'] }),
    ];
    expect(counterexampleOf({ ...total, parts }, TOTALITY).finding).toBe(
      'ask has more than one answer: ask:yes#plain, ask:yes#bold',
    );
  });

  it('is vacuous where no call is offered', () => {
    const quiet = machine('client', { on: { on: { 'ask:yes': {}, 'ask:no': {}, 'ask:jam': {} } } });
    const parts = [part('client', quiet, { roles: ['client'] }), total.parts[1]!];
    expect(verdictOf({ ...total, parts }, TOTALITY)).toMatchObject({
      verdict: 'vacuous',
      reason: 'no call is ever offered',
    });
  });
});
