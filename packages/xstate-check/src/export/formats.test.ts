import { describe, expect, it } from 'vitest';
import { createMachine } from 'xstate';
import { call, machine, part, system } from '../check/tiny-systems.fixture.ts';
import { is } from '../specification/predicate.ts';
import { dot } from './dot.ts';
import { mermaid } from './mermaid.ts';
import { modelOf } from './model.ts';
import { murphi } from './murphi.ts';
import { promela } from './promela.ts';
import { scxml } from './scxml.ts';
import { tla } from './tla.ts';

const lock = machine('lock', {
  free: { on: { 'lock@a': 'held', 'lock@b': 'held' }, tags: ['quiescent'] },
  held: { on: { unlock: 'free' } },
});
const user = (thread: string) =>
  machine(thread, {
    idle: { on: { [`lock@${thread}`]: 'busy' }, tags: ['quiescent'] },
    busy: { on: { unlock: 'idle' } },
  });
const about = (id: string) => ({ id, title: `${id} is so`, source: 'test' });
const model = modelOf(
  system(
    [
      part('lock', lock, { kind: 'resource', roles: ['lock'] }),
      part('a', user('a'), { thread: 'a', roles: ['user'] }),
    ],
    {
      calls: [call('lock', 'user', 'lock', { blocks: 'lock' }), call('unlock', 'user', 'lock')],
      properties: [
        { ...about('one'), kind: 'invariant', when: is('a', 'busy'), then: is('lock', 'held') },
        { ...about('deadlock'), kind: 'deadlock' },
        { ...about('returns'), kind: 'leads-to', when: is('a', 'busy'), then: is('a', 'idle') },
        { ...about('rest'), kind: 'rest' },
      ],
    },
  ),
);

describe('a system in other languages', () => {
  it.each([
    [
      'promela',
      promela(model),
      ['ltl p_returns', 'hidden byte p_one', 'hidden byte p_deadlock', 'spin -a FILE'],
    ],
    [
      'murphi',
      murphi(model),
      ['invariant "one"', 'invariant "deadlock"', 'rule "lock@a"', 'rumur'],
    ],
    [
      'tla',
      tla(model),
      ['P_one ==', 'P_returns ==', 'WF_vars(Thread_a)', 'SF_vars(Lock_lock_AT_a)', 'tlc2.TLC'],
    ],
  ])('%s has its properties, and says how it is run and what it leaves out', (_, text, parts) => {
    for (const one of parts) expect(text).toContain(one);
    expect(text).toContain('rest: that something stays possible is not said of one run');
  });

  it('has every step, also those that nobody else takes part in', () => {
    for (const text of [promela(model), murphi(model), tla(model)]) {
      for (const label of ['lock@a', 'unlock']) expect(text).toContain(label);
      expect(text).not.toContain('lock@b');
    }
  });
});

describe('a machine as a chart', () => {
  it('in SCXML has its states and its labels as events', () => {
    expect(scxml(lock)).toContain('<state id="s_free">');
    expect(scxml(lock)).toContain(
      '<transition event="lock_AT_a" target="s_held" type="internal"/>',
    );
  });

  const ending = createMachine({
    ...{ id: 'd', initial: 'p' },
    states: {
      p: { initial: 'a', states: { a: { on: { GO: 'z' } }, z: { type: 'final' } }, onDone: 'q' },
      q: {},
    },
  });

  it('in SCXML leaves a state that is done by the event that SCXML raises', () => {
    expect(scxml(ending)).toContain(
      '<transition event="done.state.s_p" target="s_q" type="internal"/>',
    );
  });

  it('for Mermaid has the ends of states, and calls what leads on from there done', () => {
    expect(mermaid(ending).split('\n')).toEqual([
      'stateDiagram-v2',
      '  direction LR',
      '  state "p" as p {',
      '    state "a" as p__a',
      '    state "z" as p__z',
      '    [*] --> p__a',
      '    p__z --> [*]',
      '  }',
      '  state "q" as q',
      '  [*] --> p',
      '  p --> q: done',
      '  p__a --> p__z: GO',
      '',
    ]);
  });

  it('for Graphviz has an arrow for each two states', () => {
    expect(dot(lock)).toContain('"free" -> "held" [label = "lock@a\\nlock@b"];');
  });
});
