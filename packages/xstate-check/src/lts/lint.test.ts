import { describe, expect, it } from 'vitest';
import { assign, createMachine, raise } from 'xstate';
import { type LintFinding, lint } from './lint.ts';

type Config = Parameters<typeof createMachine>[0];
const make = (config: object) => createMachine({ id: 'm', ...config } as Config);

/** `rule state: message` of every finding. */
const findings = (config: object): string[] => lint(make(config)).map(print);
const print = ({ rule, state, message }: LintFinding) => `${rule} ${state || '-'}: ${message}`;

/** Exactly one finding, of this rule, at this state, with this in its message. */
const expectOne = (found: string[], rule: string, state: string, message: string | RegExp) => {
  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(new RegExp(`^${rule} ${state.replace(/[.(){}]/g, '\\$&')}: `));
  expect(found[0]).toMatch(message);
};

type C = { context: { n: number } };
const n =
  (value: number) =>
  ({ context }: C) =>
    context.n === value;
const count = assign({ n: ({ context }: C) => (context.n + 1) % 2 } as never);
const never = () => false;

/** A machine without a finding, on which the others vary. */
const sound = {
  meta: { labels: ['get:ok', 'get:-EBUSY', 'put'] },
  initial: 'free',
  states: {
    free: { on: { 'get:ok': 'held', put: {} } },
    held: { on: { 'get:-EBUSY': 'held', put: 'free' } },
  },
};

describe('lint', () => {
  it('has nothing to say about a sound machine', () => {
    expect(lint(make(sound))).toEqual([]);
  });

  it('says machine, state, rule and what to do', () => {
    expect(lint(make({ ...sound, states: { ...sound.states, lost: {} } }))).toEqual([
      {
        rule: 'unreachable-state',
        machine: 'm',
        state: 'lost',
        message:
          'it is never entered; add a transition to it, take it away, or declare it in ' +
          'meta.unreachable of the root',
      },
    ]);
  });
});

describe('a machine without an LTS', () => {
  it('with a wrong target, which XState throws at construction, is linted through its factory', () => {
    const found = lint(() => make({ initial: 'a', states: { a: { on: { E: 'b' } } } }));
    expect(found).toMatchObject([{ rule: 'wrong-target', machine: 'm', state: 'a' }]);
    expect(found[0]!.message).toMatch(/Child state 'b' does not exist on 'm'/);
  });

  it('without an initial state is linted through its factory, too', () => {
    const found = lint(() => make({ initial: 'a', states: { a: { states: { b: {} } } } }));
    expect(found).toMatchObject([{ rule: 'wrong-initial', machine: 'm', state: 'a' }]);
  });

  it('has all that is outside the finite part as findings', () => {
    const found = findings({
      initial: 'a',
      states: {
        a: { after: { 5: 'b' } },
        b: { initial: 'x', on: { '*': 'a' }, states: { y: {} } },
        c: { on: { E: { guard: 'full', actions: 'fill', target: 'a' } } },
      },
    });
    expect(found.map((each) => each.split(':')[0])).toEqual([
      'not-finite a',
      'not-finite a',
      'not-finite a',
      'wrong-initial b',
      'not-finite b',
      'not-implemented c',
      'not-implemented c',
    ]);
  });

  it('has the one thing that is outside as the one finding', () => {
    const states = { a: { on: { E: 'b' }, invoke: { src: 'printer' } }, b: {} };
    expectOne(findings({ initial: 'a', states }), 'not-finite', 'a', /it invokes an actor/);
  });

  it('has what flattening meets as a finding', () => {
    const cycle = { a: { on: { E: 'b' } }, b: { always: 'c' }, c: { always: 'b' } };
    expectOne(findings({ initial: 'a', states: cycle }), 'does-not-settle', 'a', /1000 microsteps/);

    const guard = () => {
      throw new Error('no such slot');
    };
    const throwing = { a: { on: { E: { guard, target: 'a' } } } };
    expectOne(findings({ initial: 'a', states: throwing }), 'throws', 'a', /no such slot/);

    const context = { seen: new Map() };
    expectOne(
      findings({ context, initial: 'a', states: { a: {} } }),
      'context-not-plain',
      '-',
      /Map/,
    );
  });

  it('depends on something beside its context: flattened twice, it differs', () => {
    let calls = 0;
    const guard = () => calls++ === 0;
    const states = { a: { on: { E: { guard, target: 'b' } } }, b: {} };
    expectOne(findings({ initial: 'a', states }), 'impure', '-', /nothing but the context/);
  });
});

describe('unreachable-state', () => {
  const lost = (unreachable?: string[]) => ({
    ...sound,
    meta: { ...sound.meta, unreachable },
    states: { ...sound.states, lost: { initial: 'x', states: { x: {} } } },
  });

  it('is told of the outermost node only', () => {
    expectOne(findings(lost()), 'unreachable-state', 'lost', /never entered/);
  });

  it('is not told of a node that a step passes through, even from the start', () => {
    const states = {
      start: { always: 'a' },
      a: { on: { E: 'b' } },
      b: { entry: raise({ type: 'F' }) },
      c: {},
    };
    expect(
      findings({ initial: 'start', on: { F: '.c' }, meta: { labels: ['E'] }, states }),
    ).toEqual([]);
  });

  it('is not told of a history state, nor of one that is declared', () => {
    expect(findings(lost(['lost']))).toEqual([]);
    const states = {
      held: { ...sound.states.held, initial: 'x', states: { x: {}, h: { type: 'history' } } },
    };
    expect(findings({ ...sound, states: { ...sound.states, ...states } })).toEqual([]);
  });

  it('declared of a state that is entered, or is none, is stale', () => {
    expectOne(
      findings({ ...sound, meta: { ...sound.meta, unreachable: ['held'] } }),
      'stale-declaration',
      'held',
      /it is entered/,
    );
    expectOne(
      findings({ ...sound, meta: { ...sound.meta, unreachable: ['x'] } }),
      'stale-declaration',
      'x',
      /no such state/,
    );
  });
});

describe('labels', () => {
  it('that no reachable state enables are found', () => {
    const config = { ...sound, meta: { labels: [...sound.meta.labels, 'get:-ENOMEM'] } };
    expectOne(findings(config), 'label-never-happens', '-', /'get:-ENOMEM'/);
  });

  it('that only a forbidding E: {} mentions never happen', () => {
    const free = { on: { ...sound.states.free.on, 'get:-ENOMEM': {} } };
    const labels = [...sound.meta.labels, 'get:-ENOMEM'];
    expectOne(
      findings({ ...sound, meta: { labels }, states: { ...sound.states, free } }),
      'label-never-happens',
      '-',
      /ENOMEM/,
    );
  });

  it('may be declared unused, and must then be', () => {
    const labels = [...sound.meta.labels, 'get:-ENOMEM'];
    expect(findings({ ...sound, meta: { labels, unused: ['get:-ENOMEM'] } })).toEqual([]);
    expectOne(
      findings({ ...sound, meta: { ...sound.meta, unused: ['put'] } }),
      'stale-declaration',
      '-',
      /'put', but it happens/,
    );
    expectOne(
      findings({ ...sound, meta: { ...sound.meta, unused: ['x'] } }),
      'stale-declaration',
      '-',
      /not declared in meta\.labels/,
    );
  });

  it('that are handled and not declared are found, where they are first handled', () => {
    const held = { on: { ...sound.states.held.on, 'get:-EAGAIN': 'held' } };
    expectOne(
      findings({ ...sound, states: { ...sound.states, held } }),
      'undeclared-label',
      'held',
      /'get:-EAGAIN'/,
    );
  });

  it('need no declaration where an event is raised by the machine itself', () => {
    const states = { a: { on: { E: { actions: raise({ type: 'inner' }) }, inner: 'b' } }, b: {} };
    expect(findings({ meta: { labels: ['E'] }, initial: 'a', states })).toEqual([]);
  });

  it('must not be raised: nobody else would take part', () => {
    const states = {
      a: { on: { E: { target: 'b', actions: raise({ type: 'F' }) } } },
      b: { on: { F: 'a' } },
    };
    expectOne(
      findings({ meta: { labels: ['E', 'F'], unused: ['F'] }, initial: 'a', states }),
      'raised-label',
      'a',
      /raises 'F'/,
    );
  });

  it('raised and handled nowhere are found', () => {
    const states = { a: { on: { E: { actions: raise({ type: 'typo' }) } } } };
    expectOne(
      findings({ initial: 'a', states }),
      'unheard-raise',
      'a',
      /'typo', which no state handles/,
    );
  });

  it('declared twice, also by two templates, are found', () => {
    const config = {
      meta: { labels: ['q[n].take', 'q[1].take'], index: { n: 2 } },
      context: { n: 0 },
      initial: 'a',
      states: { a: { on: { 'q[n].take': { actions: count } } } },
    };
    expectOne(findings(config), 'duplicate-label', '-', /'q\[1\]\.take' is declared twice/);
  });

  it('that are templates happen where one of their range does', () => {
    const config = {
      meta: { labels: ['q[n].take', 'put'], index: { n: 2 } },
      context: { n: 1 },
      initial: 'a',
      states: { a: { on: { 'q[n].take': 'b' } }, b: { on: { put: 'a' } } },
    };
    expect(findings(config)).toEqual([]);
  });

  it('that are templates need a range, and a range needs a template', () => {
    const states = { a: { on: { 'q[n].take': 'a' } } };
    const config = { meta: { labels: ['q[n].take'], index: { k: 2 } }, initial: 'a', states };
    const found = findings(config);
    expect(found[0]).toMatch(
      /^template-index -: the index 'n' of the label 'q\[n\]\.take' has no range/,
    );
    expect(found[1]).toMatch(
      /^template-index -: meta\.index gives 'k' a range, and no label has it/,
    );
  });
});

describe('transitions', () => {
  it('behind a candidate without a guard are shadowed', () => {
    const states = { a: { on: { E: [{ target: 'b' }, { guard: never, target: 'a' }] } }, b: {} };
    expectOne(
      findings({ initial: 'a', states }),
      'shadowed',
      'a',
      /candidate 1 for 'E' has no guard/,
    );
  });

  it('whose guard is never true are never taken', () => {
    const states = { a: { on: { E: [{ guard: never, target: 'a' }, { target: 'b' }] } }, b: {} };
    expectOne(findings({ initial: 'a', states }), 'never-taken', 'a', /whose guard is never true/);
  });

  it('of a final state of the machine are never taken', () => {
    const states = { a: { on: { E: 'end' } }, end: { type: 'final', on: { E: 'a' } } };
    expectOne(findings({ initial: 'a', states }), 'never-taken', 'end', /no reachable state takes/);
  });

  it('may be declared unused, and must then be', () => {
    const meta = { unused: true };
    const states = (guard: () => boolean) => ({
      a: { on: { E: [{ guard, target: 'a', meta }, { target: 'b' }] } },
      b: { on: { F: 'a' } },
    });
    expect(findings({ initial: 'a', states: states(never) })).toEqual([]);
    const context = { n: 0 };
    const used = { a: { on: { E: { target: 'a', meta } } } };
    expectOne(
      findings({ context, initial: 'a', states: used }),
      'stale-declaration',
      'a',
      /it is taken/,
    );
  });
});

describe('one event in two regions', () => {
  const region = (on: object) => ({ initial: 'x', states: { x: { on }, y: {} } });
  const both = (meta: object) => ({
    type: 'parallel',
    meta: { labels: ['E'], ...meta },
    states: { a: region({ E: 'y' }), b: region({ E: 'y' }) },
  });

  it('is shared, and has to be declared', () => {
    expectOne(
      findings(both({})),
      'shared-label',
      '{a: x, b: x}',
      /a\.x and b\.x take 'E' in the same step/,
    );
    expect(findings(both({ shared: ['E'] }))).toEqual([]);
  });

  it('that are never in it together is not shared, and such a declaration is stale', () => {
    const states = { a: region({ E: 'y' }), b: region({ F: 'y' }) };
    const config = { type: 'parallel', meta: { labels: ['E', 'F'], shared: ['E'] }, states };
    expectOne(findings(config), 'stale-declaration', '-', /no two regions take/);
  });

  it('that would exit the same states is dropped by XState in one of them', () => {
    const p = { type: 'parallel', states: { a: region({ E: '#m.q' }), b: region({ E: '#m.r' }) } };
    const config = {
      initial: 'p',
      meta: { labels: ['E'], unreachable: ['p.a.y', 'p.b.y', 'r'] },
      states: { p, q: {}, r: {} },
    };
    expect(findings(config)).toContainEqual(
      expect.stringMatching(
        /^dropped p\.\{a: x, b: x\}: p\.b\.x would take 'E', but would exit the same states as p\.a\.x/,
      ),
    );
  });

  it('is dropped, too, where the step raises the event anew and that is taken', () => {
    const again = {
      guard: n(0),
      target: '#m.p',
      reenter: true,
      actions: [count, raise({ type: 'E' })],
    };
    const p = { type: 'parallel', states: { a: region({ E: again }), b: region({ E: '#m.r' }) } };
    const config = {
      initial: 'p',
      context: { n: 0 },
      meta: { labels: ['E'] },
      states: { p, r: {} },
    };
    expect(findings(config)).toContainEqual(
      expect.stringMatching(/^dropped p\.\{a: x, b: x\} \(n=0\): p\.b\.x would take 'E'/),
    );
  });
});

describe('a state that tries to refuse what an ancestor offers', () => {
  const config = (candidates: object[], inherits?: string[]) => ({
    context: { n: 0 },
    meta: { labels: ['E', 'F', 'G'] },
    initial: 'a',
    on: { E: '.b' },
    states: {
      a: { meta: { inherits }, on: { F: { actions: count }, G: 'b', E: candidates } },
      b: { on: { F: 'a' } },
    },
  });
  const guarded = { guard: n(1), target: 'a' };

  it('by a guard falls through to the ancestor', () => {
    expectOne(
      findings(config([guarded])),
      'falls-through',
      'a',
      /no candidate of its own for 'E' is taken in a \(n=0\), and the root takes the event/,
    );
  });

  it('by an empty list falls through, too', () => {
    expectOne(findings(config([])), 'falls-through', 'a', /refuse with \{\} as the last candidate/);
  });

  it('with {} as the last candidate refuses', () => {
    expect(findings(config([guarded, {}]))).toEqual([]);
  });

  it('may say that it inherits, and must then', () => {
    expect(findings(config([guarded], ['E']))).toEqual([]);
    expectOne(
      findings(config([guarded, {}], ['E'])),
      'stale-declaration',
      'a',
      /meta\.inherits names 'E'/,
    );
  });
});

describe('duplicate-id', () => {
  it('is told of the second state: XState finds only the last', () => {
    const states = { a: { id: 'x', on: { E: '#x' } }, b: { id: 'x' } };
    const found = findings({ initial: 'a', states });
    expect(found).toContainEqual(expect.stringMatching(/^duplicate-id b: it has the id 'x' of a/));
  });
});
