import { describe, expect, it } from 'vitest';
import { createMachine } from 'xstate';
import type { Call } from '../specification/call.ts';
import { contract, type Part, procedure, resource } from '../specification/part.ts';
import type { System } from '../specification/system.ts';
import { looseEnds } from './connections.ts';

const lock = createMachine({
  id: 'lock',
  initial: 'free',
  states: { free: { on: { take: 'held', give: 'free' } }, held: { on: { give: 'free' } } },
});
const user = createMachine({
  id: 'user',
  initial: 'idle',
  states: { idle: { on: { 'lock.take': 'busy' } }, busy: { on: { 'lock.give': 'idle' } } },
});
const thread = (name: string, machine = user) => procedure(name, machine, { thread: name });

const call = (name: string, caller: string, callee: string, more: Partial<Call> = {}): Call => ({
  ...{ name, caller, callee, outcomes: [''], source: 'derived', ...more },
});
const CALLS = [call('lock.take', 'thread', 'lock'), call('lock.give', 'thread', 'lock')];

const system = (parts: readonly Part[], more: Partial<System> = {}): System => ({
  ...{ name: 's', revision: '1', scope: {}, parts, calls: CALLS, environment: ['clock'] },
  ...{ properties: [], ...more },
});
const users = [thread('a'), thread('b')];

describe('loose ends', () => {
  it('has no system whose parts meet', () => {
    expect(looseEnds(system([...users, resource('lock', lock, users, 'lock')]))).toEqual([]);
  });

  it('has none whose lock alone has a label for who waits', () => {
    const waits = createMachine({
      id: 'lock',
      initial: 'free',
      states: {
        free: { on: { take: 'held', give: 'free' } },
        held: { on: { give: 'free', 'take:wait': 'held' } },
      },
    });
    const own = resource('lock', waits, users, 'lock');
    const queues = ['lock.take:wait@a', 'lock.take:wait@b'];
    const lockPart = {
      ...own,
      rename: (label: string) => (label === 'take:wait' ? queues : own.rename(label)),
    };
    const calls = [
      call('lock.take', 'thread', 'lock', { outcomes: ['', 'wait'], blocks: 'lock' }),
      call('lock.give', 'thread', 'lock'),
    ];
    expect(looseEnds(system([...users, lockPart], { calls }))).toEqual([]);
  });

  it('are a part that has the labels without the threads, and what it leaves unanswered', () => {
    const ends = looseEnds(system([...users, contract('lock', lock, { roles: ['lock'] })]));
    expect(ends[0]).toBe(
      "part 'lock' takes part in no step of another part: nobody starts 'lock.take', 'lock.give'; " +
        "lock.take@a, lock.take@b differ from 'lock.take' only in the thread; connect it, take it " +
        "out, or name it in 'unused'",
    );
    expect(ends.slice(1).map((end) => end.split(';')[0])).toEqual([
      "nobody answers 'lock.take@a' of 'a': no part that has it is a 'lock'",
      "nobody answers 'lock.give@a' of 'a': no part that has it is a 'lock'",
      "nobody answers 'lock.take@b' of 'b': no part that has it is a 'lock'",
      "nobody answers 'lock.give@b' of 'b': no part that has it is a 'lock'",
    ]);
  });

  it('are said once for each call, with how many of its outcomes are the same', () => {
    const on = (prefix: string) => ({ [`${prefix}try:yes`]: 'idle', [`${prefix}try:no`]: 'idle' });
    const machine = (id: string, prefix: string) =>
      createMachine({ id, initial: 'idle', states: { idle: { on: on(prefix) } } });
    const calls = [call('lock.try', 'thread', 'lock', { outcomes: ['yes', 'no'] })];
    const deaf = contract('lock', machine('lock', ''), { roles: ['lock'] });
    const ends = looseEnds(system([thread('a', machine('user', 'lock.')), deaf], { calls }));
    expect(ends.at(-1)).toMatch(
      /^nobody answers 'lock.try:yes@a' \(and 1 more of that call\) of 'a':/,
    );
  });

  it('are a resource of another name, with the nearest labels', () => {
    expect(looseEnds(system([...users, resource('lok', lock, users, 'lock')]))[0]).toBe(
      "part 'lok' takes part in no step: no label of the system is one of its own; connect it, " +
        "take it out, or name it in 'unused'",
    );
  });

  it('are an operation that the environment would start, and that a resource drops', () => {
    const breaking = createMachine({
      ...{ id: 'lock', initial: 'free' },
      states: { free: { on: { take: 'free', give: 'free', shatter: 'free', polish: 'free' } } },
    });
    const parts = [...users, resource('lock', breaking, users, 'lock')];
    const calls = [
      ...CALLS,
      call('lock.shatter', 'clock', 'lock'),
      // Only a thread could, and none does: the lock is able to do more than it is asked for.
      call('lock.polish', 'thread', 'lock'),
    ];
    expect(looseEnds(system(parts, { calls }))).toEqual([
      "'lock.shatter' is declared, 'clock' may start it, and no step stands for it; the nearest are " +
        "lock.take@a, lock.take@b, lock.give@a; connect it, or name it in 'unused'",
    ]);
    for (const name of ['lock.shatter', 'lock']) {
      const unused = { [name]: 'nobody breaks it' };
      const left = looseEnds(system(parts, { calls, unused }));
      expect(left).toHaveLength(name === 'lock' ? 1 : 0);
    }
  });

  it('are no answers that the environment chooses, and none of a role that nobody plays', () => {
    const trying = createMachine({
      ...{ id: 'trying', initial: 'idle' },
      states: { idle: { on: { 'lock.take': 'idle', 'lock.give': 'idle', 'lock.try:no': 'idle' } } },
    });
    const parts = (role: string) => [
      thread('a', trying),
      resource('lock', lock, [thread('a')], role),
    ];
    const calls = (more: Partial<Call>) => [
      ...CALLS,
      call('lock.try', 'thread', 'lock', { outcomes: ['no'], ...more }),
    ];
    expect(looseEnds(system(parts('lock'), { calls: calls({}) }))).toHaveLength(1);
    expect(looseEnds(system(parts('lock'), { calls: calls({ environment: ['no'] }) }))).toEqual([]);
    expect(looseEnds(system([thread('a', trying)], { calls: calls({}) }))).toEqual([]);
  });

  it('are not looked for where no calls are declared', () => {
    expect(looseEnds(system(users, { calls: [] }))).toEqual([]);
  });
});
