import { describe, expect, it } from 'vitest';
import { call, machine, part, system } from '../check/tiny-systems.fixture.ts';
import type { Call } from '../specification/call.ts';
import { compose } from './product.ts';
import { refusalsOf } from './receptive.ts';

type States = Parameters<typeof machine>[1];

/** What a resource refuses of a thread, and of a worker of it, who do all this in any order. */
function refused(states: States, calls: readonly Call[], does: readonly string[]) {
  const doing = (labels: readonly string[]) =>
    machine('doing', { on: { on: Object.fromEntries(labels.map((label) => [label, 'on'])) } });
  const works = does.filter((label) => label.startsWith('work:'));
  return refusalsOf(
    compose(
      system(
        [
          part('thread', doing(does.filter((label) => label !== 'work:end')), {
            roles: ['thread'],
          }),
          part('worker', doing(works), { roles: ['worker'] }),
          part('thing', machine('thing', states), { kind: 'resource', roles: ['thing'] }),
        ],
        { calls },
      ),
    ),
  ).map(({ state, refused: what }) => `${state}: ${what}`);
}

const use = call('use', 'thread', 'thing');

describe('a resource', () => {
  it('refuses what it does not take in some state, also one that no run reaches', () => {
    const states = { made: { on: { use: 'made', free: 'gone' } }, gone: {} };
    const free = call('free', 'thread', 'thing', { blocks: 'wait' });
    expect(refused(states, [use, free], ['use'])).toEqual(['gone: use']);
  });

  it('may refuse where the call says that it waits for it', () => {
    const states = { free: { on: { use: 'held' } }, held: {} };
    const lock = call('use', 'thread', 'thing', { blocks: 'lock' });
    expect(refused(states, [lock], ['use'])).toEqual([]);
  });

  it('and not where the call waits for somebody else', () => {
    const states = { free: { on: { use: 'held' } }, held: {} };
    const lock = call('use', 'thread', 'another', { blocks: 'lock' });
    expect(refused(states, [lock], ['use'])).toEqual(['held: use']);
  });

  it('gives one of the answers that it decides, whichever', () => {
    const read = call('read', 'thread', 'thing', { outcomes: ['yes', 'no', 'lost'] });
    const states = {
      on: { on: { 'read:yes': 'on', off: 'off' } },
      off: { on: { 'read:no': 'off', break: 'broken' } },
      broken: {},
    };
    const wait = { blocks: 'wait' } as const;
    const others = ['off', 'break'].map((name) => call(name, 'thread', 'thing', wait));
    const does = ['read:yes', 'read:no', 'off', 'break'];
    expect(refused(states, [read, ...others], does)).toEqual(['broken: read']);
  });

  it('takes every answer that somebody else decides', () => {
    const read = call('read', 'thread', 'another', { outcomes: ['yes', 'no'] });
    const states = {
      on: { on: { 'read:yes': 'off', 'read:no': 'on' } },
      off: { on: { 'read:no': 'off' } },
    };
    expect(refused(states, [read], ['read:yes', 'read:no'])).toEqual(['off: read:yes']);
  });

  it('need not take the end of a call whose beginning it takes', () => {
    const spans = { spans: true, outcomes: ['end'] };
    const states = {
      idle: { on: { 'work:begin': 'busy' } },
      busy: { on: { 'work:begin': 'busy', 'work:end': 'idle' } },
    };
    const work = call('work', 'thread', 'worker', spans);
    expect(refused(states, [work], ['work:begin', 'work:end'])).toEqual([]);
    const onlyEnd = {
      idle: { on: { use: 'busy' } },
      busy: { on: { use: 'busy', 'work:end': 'idle' } },
    };
    expect(refused(onlyEnd, [use, work], ['use', 'work:end'])).toEqual(['idle: work:end']);
  });

  it('answers nobody after an oops', () => {
    const states = { made: { on: { use: 'gone' } }, gone: { tags: ['violation', 'oops'] } };
    expect(refused(states, [use], ['use'])).toEqual([]);
  });

  it('need not take what nobody does', () => {
    const states = { on: {}, off: { on: { use: 'off' } } };
    expect(refused(states, [use], [])).toEqual([]);
  });
});
