import { describe, expect, it } from 'vitest';
import type { Call } from '../specification/call.ts';
import { procedure, resource } from '../specification/part.ts';
import { is, not, type Predicate } from '../specification/predicate.ts';
import type { Property } from '../specification/property.ts';
import type { System } from '../specification/system.ts';
import {
  about,
  call,
  counterexampleOf,
  labelsOf,
  lock,
  lockCalls,
  machine,
  part,
  philosophers,
  runOf,
  system,
  verdictOf,
  worker,
  workersAndLocks,
} from './tiny-systems.fixture.ts';

const leadsTo = (when: Predicate, then: Predicate): Property => ({
  ...about('in the end'),
  kind: 'leads-to',
  when,
  then,
});

const returns = (thread: string) => leadsTo(not(is(thread, 'idle')), is(thread, 'idle'));

/** A reader that takes the lock again and again inside one call, and a writer that wants it once. */
function readerAndWriter(calls: readonly Call[] = lockCalls): System {
  const reader = machine('reader', {
    idle: { tags: ['quiescent'], on: { 'me.print:begin': 'out' } },
    out: { on: { 'door.lock': 'in' } },
    in: { on: { 'door.unlock': 'out' } },
  });
  const threads = [
    procedure('reader', reader, { thread: 'reader', roles: ['worker'], bind: { me: 'reader' } }),
    procedure('writer', worker(['door']), {
      thread: 'writer',
      roles: ['worker'],
      bind: { me: 'writer' },
    }),
  ];
  return system([...threads, resource('door', lock, threads, 'lock')], {
    calls,
    environment: ['user'],
  });
}

describe('leads-to', () => {
  it('holds for threads that are obliged to go on once they have begun', () => {
    const two = workersAndLocks({ a: worker(['door']), b: worker(['door']) }, ['door']);
    expect(verdictOf(two, returns('a'))).toMatchObject({ verdict: 'holds' });
  });

  it('holds for a writer beside a looping reader, because lock acquisition is strongly fair', () => {
    expect(verdictOf(readerAndWriter(), returns('writer'))).toMatchObject({ verdict: 'holds' });
  });

  it('would starve that writer under weak fairness only', () => {
    const wait = lockCalls.map((c) => (c.name === 'lock' ? { ...c, blocks: 'wait' as const } : c));
    const starved = counterexampleOf(readerAndWriter(wait), returns('writer'));
    expect(labelsOf(starved, starved.run.vectors)).toEqual([
      'reader.print:begin@reader',
      'writer.print:begin@writer',
    ]);
    expect(labelsOf(starved, starved.cycle!.vectors)).toEqual([
      'door.lock@reader',
      'door.unlock@reader',
    ]);
    expect(starved.finding).toMatch(/^this can go on for ever, against the rule that /);
  });

  it('does not expect a call to be started', () => {
    const two = workersAndLocks({ a: worker(['door']) }, ['door']);
    const starts = leadsTo(is('a', 'idle'), not(is('a', 'idle')));
    expect(runOf(two, starts)).toEqual([]);
    expect(counterexampleOf(two, starts)).toMatchObject({
      cycle: { states: [], vectors: [] },
      finding: expect.stringMatching(/^the run may end here, against the rule that /),
    });
  });

  it('does not expect it either where the first step of the call takes a lock', () => {
    const eager = machine('eager', {
      idle: { tags: ['quiescent'], on: { 'door.lock': 'in' } },
      in: { on: { 'door.unlock': 'idle' } },
    });
    const two = workersAndLocks({ lazy: eager, busy: readerAndWriter().parts[0]!.machine }, [
      'door',
    ]);
    const joins = leadsTo(is('busy', 'out'), is('lazy', 'in'));
    const { cycle, ...rest } = counterexampleOf(two, joins);
    expect(labelsOf(rest, rest.run.vectors)).toEqual(['busy.print:begin@busy']);
    expect(labelsOf(rest, cycle!.vectors)).toEqual(['door.lock@busy', 'door.unlock@busy']);
  });

  it('is broken by philosophers who stop with one fork each', () => {
    const run = runOf(philosophers(2), returns('philosopher0'));
    expect(run).toHaveLength(4);
    expect(run.filter((label) => label.includes('unlock'))).toEqual([]);
    expect(
      verdictOf(
        philosophers(2, (i) => i > 0),
        returns('philosopher0'),
      ),
    ).toMatchObject({
      verdict: 'holds',
    });
  });

  it('shows a run on which the trigger was met, not just a shortest run to where it stops', () => {
    // `short` leads to the end at once, but only the long way passes the trigger.
    const walk = machine('walk', {
      start: { on: { short: 'end', long: 'lit' } },
      lit: { on: { on: 'end' } },
      end: { tags: ['quiescent'] },
    });
    const walker = system([part('walk', walk, { roles: ['walker'] })], {
      calls: [call('short', 'walker', 'x'), call('long', 'walker', 'x'), call('on', 'walker', 'x')],
    });
    expect(runOf(walker, leadsTo(is('walk', 'lit'), is('walk', 'start')))).toEqual(['long', 'on']);
  });

  it('ends in a cycle that denies nobody what is due', () => {
    // The clerk is obliged while the bell is up, so a fair cycle takes it down now and then.
    const bell = machine('bell', {
      up: { on: { flip: 'down' } },
      down: { on: { flip: 'up', stay: 'down' } },
    });
    const clerk = machine('clerk', { waiting: { on: { serve: 'served' } }, served: {} });
    const door = machine('door', {
      up: { on: { flip: 'down', serve: 'up' } },
      down: { on: { flip: 'up' } },
    });
    const office = system(
      [
        part('bell', bell, { roles: ['ringer'] }),
        part('clerk', clerk, { roles: ['clerk'] }),
        part('door', door),
      ],
      {
        calls: [
          call('flip', 'ringer', 'x'),
          call('stay', 'ringer', 'x'),
          call('serve', 'clerk', 'x'),
        ],
      },
    );
    const quiescent = office.parts.map((p) => p.name);
    expect(quiescent).toEqual(['bell', 'clerk', 'door']);
    const starve = leadsTo(is('clerk', 'waiting'), is('clerk', 'served'));
    // No part declares a state of rest, so nobody owes anything and all may stop at once.
    expect(counterexampleOf(office, starve).finding).toMatch(/^the run may end here/);
    const busy = { ...office, parts: [...office.parts] };
    busy.parts[1] = part(
      'clerk',
      machine('clerk', {
        waiting: { on: { serve: 'served' } },
        served: { tags: ['quiescent'] },
      }),
      { roles: ['clerk'] },
    );
    busy.parts[0] = part(
      'bell',
      machine('bell', {
        up: { on: { flip: 'down' } },
        down: { on: { flip: 'up', stay: 'down' } },
        off: { tags: ['quiescent'] },
      }),
      { roles: ['ringer'] },
    );
    const { run, cycle, ...rest } = counterexampleOf(busy, starve);
    expect(labelsOf({ run, ...rest }, run.vectors)).toEqual([]);
    expect(labelsOf({ run, ...rest }, cycle!.vectors)).toEqual(['flip', 'flip']);
  });

  it('is vacuous where its trigger never happens', () => {
    const two = workersAndLocks({ a: worker(['door']), b: worker(['door']) }, ['door']);
    const both = leadsTo(is('door', 'misused'), is('a', 'idle'));
    expect(verdictOf(two, both)).toMatchObject({
      verdict: 'vacuous',
      reason: 'no run reaches: door is misused',
    });
  });

  it('tells more than 31 threads apart', () => {
    // Forty threads move along together; one of them, far behind the 31st, never answers.
    const names = Array.from({ length: 40 }, (_, i) => `t${i}`);
    const clock = machine('clock', {
      tick: { on: { tick: 'tock' } },
      tock: { on: { tock: 'tick' } },
      never: { tags: ['quiescent'] },
    });
    const silent = names.map((name) =>
      part(
        name,
        machine(name, {
          asleep: { tags: ['quiescent'], on: { [`${name}.wake`]: 'asleep' } },
        }),
        { roles: [name], thread: name },
      ),
    );
    const last = part(
      'last',
      machine('last', {
        waiting: { on: { 'last.go': 'done' } },
        done: { tags: ['quiescent'] },
      }),
      { roles: ['last'], thread: 'last' },
    );
    const many = system([...silent, part('clock', clock, { roles: ['clock'] }), last], {
      calls: [
        ...names.map((name) => call(`${name}.wake`, name, 'x')),
        call('tick', 'clock', 'x'),
        call('tock', 'clock', 'x'),
        call('last.go', 'last', 'x'),
      ],
    });
    expect(verdictOf(many, leadsTo(is('last', 'waiting'), is('last', 'done')))).toMatchObject({
      verdict: 'holds',
    });
    const ticks = leadsTo(is('clock', 'tick'), is('clock', 'never'));
    const { cycle, ...rest } = counterexampleOf(many, ticks);
    // The 41st thread has a duty, so that the clock does not go on for ever without it.
    expect(labelsOf(rest, rest.run.vectors)).toEqual(['last.go']);
    expect(labelsOf(rest, cycle!.vectors)).toEqual(['tick', 'tock']);
  });
});
