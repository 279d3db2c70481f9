import { describe, expect, it } from 'vitest';
import { check } from '../check/check.ts';
import {
  about,
  counterexampleOf,
  machine,
  type Node,
  part,
  runOf,
  system,
  verdictOf,
} from '../check/tiny-systems.fixture.ts';
import type { Part } from '../specification/part.ts';
import type { Property } from '../specification/property.ts';
import {
  type Answer,
  answerMonitors,
  type Permission,
  permissionMonitors,
  type Reference,
  referenceMonitors,
} from './calls.ts';

const file: Reference = { to: 'file', of: 'buf', get: ['get:1'], put: ['put'], use: ['walk'] };
const sends: Answer = { call: 'send', done: ['sent', 'kept'] };
const allowed: Permission = {
  call: 'send',
  asks: 'allowed',
  granted: ['allowed:yes'],
  refused: ['allowed:no'],
  steps: ['sent', 'door.open'],
};
const returns = (label: string) => /\.send:(?!begin)/.test(label);

/** One call after the other, each a list of steps. */
function thread(...calls: (readonly string[])[]): Part {
  const nodes = calls
    .flat()
    .map((label, i): [string, Node] => [
      `at${i}`,
      { on: { [`${label}@one`]: i + 1 < calls.flat().length ? `at${i + 1}` : 'end' } },
    ]);
  const steps = machine('steps', { ...Object.fromEntries(nodes), end: { tags: ['quiescent'] } });
  return part('one', steps, { thread: 'one' });
}

const call = (...steps: string[]) => ['me.send:begin', ...steps, 'me.send:ok'];
const rule = (parts: readonly Part[]): Property => ({
  ...about('promise'),
  kind: 'monitor',
  parts: parts.map(({ name }) => name),
});

function judged(own: Part, monitors: readonly Part[]) {
  const watched = system([own, ...monitors]);
  const { verdict } = verdictOf(watched, rule(monitors));
  return verdict === 'broken' ? counterexampleOf(watched, rule(monitors)).finding : verdict;
}

describe('a reference that a call takes', () => {
  const finding = (...calls: (readonly string[])[]) =>
    judged(thread(...calls), referenceMonitors([thread(...calls)], [file], returns));
  const [get, walk, put] = ['buf[0].get:1', 'buf[0].walk', 'buf[0].put'];

  it.each([
    ['is put before the call returns', [call(get, walk, put)], 'holds'],
    ['or it is kept', [call(get, walk)], /returns and has not put the reference/],
    ['by a call that fails, too', [['me.send:begin', get, 'me.send:-EIO']], /has not put/],
    ['is put once for each time that it was taken', [call(get, get, put, put)], 'holds'],
    ['or it is kept once', [call(get, get, put)], /has not put/],
    ['is put by who took it', [call(get, put, put)], /puts a reference that it has not taken/],
    ['is held while it is used', [call(get, put, walk)], /holds no reference to it/],
    ['is that of one object', [call(get, 'buf[1].get:1', put)], /reference\(buf\[1\]\.file\)@one/],
    ['is none of what is taken of another kind', [call('dev[0].get:1', get, put)], 'holds'],
    ['is not had by who only tried', [call('buf[0].get:0', get, put)], 'holds'],
  ])('%s', (_, calls, expected) => {
    const matching = typeof expected === 'string' ? expected : expect.stringMatching(expected);
    expect(finding(...calls)).toEqual(matching);
  });

  it('is watched once for each thread and object that it is taken of', () => {
    const own = thread(call(get, put), call('buf[1].get:1', 'buf[1].put', 'buf[2].put'));
    expect(referenceMonitors([own], [file], returns).map(({ name }) => name)).toEqual([
      'reference(buf[0].file)@one',
      'reference(buf[1].file)@one',
    ]);
  });
});

describe('a call that answers ok', () => {
  const finding = (...calls: (readonly string[])[]) =>
    judged(thread(...calls), answerMonitors([thread(...calls)], [sends]));

  it.each([
    ['has done what it is for', [call('me.sent')], 'holds'],
    ['in one way or the other', [call('me.kept'), call('me.sent')], 'holds'],
    ['or it only says so', [call('me.sent'), call('me.look')], /answers ok and has not done it/],
    [
      'has done it itself, and not the one before it',
      [['me.send:begin', 'me.sent', 'me.send:-EIO'], call('me.look')],
      /has not done it/,
    ],
    ['and one that fails need not', [['me.send:begin', 'me.send:-EIO'], call('me.sent')], 'holds'],
  ])('%s', (_, calls, expected) => {
    const matching = typeof expected === 'string' ? expected : expect.stringMatching(expected);
    expect(finding(...calls)).toEqual(matching);
  });

  it('is not asked where what it is for is not drawn', () => {
    expect(answerMonitors([thread(call('me.look'))], [sends])).toEqual([]);
  });
});

describe('what a call may be refused', () => {
  const finding = (...calls: (readonly string[])[]) =>
    judged(thread(...calls), permissionMonitors([thread(...calls)], [allowed]));

  it.each([
    ['it does after it was granted', [call('me.allowed:yes', 'me.sent', 'door.open')], 'holds'],
    ['or it does not ask', [call('me.sent', 'me.allowed:yes')], /taken and was not granted/],
    ['or it does not listen', [call('me.allowed:no', 'me.sent', 'me.allowed:yes')], /not granted/],
    ['whatever was granted before', [call('me.allowed:yes', 'me.allowed:no', 'door.open')], /not/],
    ['each call by itself', [call('me.allowed:yes', 'me.sent'), call('me.sent')], /not granted/],
  ])('%s', (_, calls, expected) => {
    const matching = typeof expected === 'string' ? expected : expect.stringMatching(expected);
    expect(finding(...calls)).toEqual(matching);
  });

  it('ends its run at the step', () => {
    const own = thread(call('me.allowed:no', 'door.open', 'me.allowed:yes'));
    const monitors = permissionMonitors([own], [allowed]);
    expect(runOf(system([own, ...monitors]), rule(monitors))).toEqual([
      'me.send:begin@one',
      'me.allowed:no@one',
      'door.open@one',
    ]);
  });
});

it('monitors of calls only observe: there is not one state more', () => {
  const own = thread(call('buf[0].get:1', 'me.allowed:yes', 'me.sent', 'buf[0].put'));
  const monitors = [
    ...referenceMonitors([own], [file], returns),
    ...answerMonitors([own], [sends]),
    ...permissionMonitors([own], [allowed]),
  ];
  expect(monitors).toHaveLength(3);
  const states = (parts: readonly Part[]) => check({ ...system(parts), properties: [] }).states;
  expect(states([own, ...monitors])).toBe(states([own]));
});

it('a label that a version has no use for is nothing that it is watched for', () => {
  const own = thread(call('me.allowed:yes', 'me.sent'));
  const never = { ...own, machine: machineWithout(own, 'me.allowed:yes@one') };
  expect(permissionMonitors([never], [allowed])).toEqual([]);
});

function machineWithout({ machine: of }: Part, unused: string): Part['machine'] {
  const Machine = of.constructor as new (config: unknown) => Part['machine'];
  return new Machine({ ...of.config, meta: { ...of.root.meta, unused: [unused] } });
}
