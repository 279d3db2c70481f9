import { describe, expect, it } from 'vitest';
import { InputError } from '../base/errors.ts';
import { check } from '../check/check.ts';
import { call, lampsAndSwitch, machine, part, system } from '../check/tiny-systems.fixture.ts';
import { monitor } from '../specification/part.ts';
import type { System } from '../specification/system.ts';
import { compose, ltsOf, type Product, partNamed } from './product.ts';

const loop = (...labels: string[]) =>
  machine('loop', { on: { on: Object.fromEntries(labels.map((label) => [label, 'on'])) } });

const labels = ({ vectors }: Product) => vectors.map(({ label }) => label);
const initiators = ({ vectors }: Product) => vectors.map(({ initiator }) => initiator);

describe('composition', () => {
  it('lets a label happen where all who know it can take it, and all take it together', () => {
    const { space } = check(lampsAndSwitch());
    expect([...space.stepper.local(space.table, 0)]).toEqual([0, 0, 0]);
    expect([...space.stepper.local(space.table, 1)]).toEqual([1, 1, 1]);
    const jammed = machine('jammed', { loose: { on: { press: 'stuck' } }, stuck: {} });
    const three = [...lampsAndSwitch().parts, part('jammed', jammed)];
    expect(check(system(three))).toMatchObject({ states: 2, transitions: 1 });
  });

  it('keeps a label in the alphabet of a part that never takes it', () => {
    const never = machine('never', { on: { on: { press: {} } } });
    const parts = [part('lamp', loop('press')), part('never', never)];
    expect(check(system(parts))).toMatchObject({ states: 1, transitions: 0 });
  });

  it('is made once of the same parts, and anew where anything else is another', () => {
    const parts = [part('lamp', loop('press'))];
    const whole = { ...system(parts), calls: [call('press', 'lamp', 'x')], environment: ['user'] };
    const product = compose(whole);
    expect(compose({ ...whole, properties: [] })).toBe(product);
    expect(initiators(product)).toEqual([]);
    // The one before is always that of the whole.
    const beside = (other: Partial<System>) => {
      compose(whole);
      return compose({ ...whole, ...other });
    };
    expect(beside({ name: 'other' }).name).toBe('other');
    expect(initiators(beside({ environment: ['lamp'] }))).toEqual([-1]);
    expect(initiators(beside({ calls: [] }))).toEqual([-1]);
    expect(beside({ parts: [...parts] })).not.toBe(compose(whole));
  });

  it('reads renaming as a relation: one label of a lock, one for each who may take it', () => {
    const lock = part('lock', loop('lock'), { rename: (l) => [`${l}@a`, `${l}@b`] });
    const product = compose(system([lock, part('a', loop('lock@a')), part('b', loop('lock@b'))]));
    expect(
      product.vectors.map(({ label, participants }) => [label, participants.map((p) => p.part)]),
    ).toEqual([
      ['lock@a', [0, 1]],
      ['lock@b', [0, 2]],
    ]);
  });

  it('takes a label once that the renaming names twice', () => {
    const twice = part('lamp', loop('press'), { rename: (l) => [l, l] });
    expect(check(system([twice]))).toMatchObject({ states: 1, transitions: 1 });
  });

  it('lets two labels of a machine stand for one, where one of them at most is enabled', () => {
    const one = machine('one', { up: { on: { down: 'low' } }, low: { on: { up: 'up' } } });
    const flip = (label: string) => (label === 'x' ? [] : ['flip']);
    expect(check(system([part('one', one, { rename: flip })]))).toMatchObject({
      states: 2,
      transitions: 2,
    });
    expect(() => compose(system([part('both', loop('up', 'down'), { rename: flip })]))).toThrow(
      new InputError(
        "part 'both', state on: 'flip' stands for two enabled labels of the machine (up, down); rename one",
      ),
    );
  });

  it('lets who offers a call take the step by which it queues, and stay where it is', () => {
    const lock = machine('lock', {
      held: { on: { 'take:wait': 'held_and_waited_for', give: 'free' } },
      held_and_waited_for: { on: { give: 'free' } },
      free: { on: { take: 'held' } },
    });
    const taker = machine('taker', { idle: { on: { take: 'busy' } }, busy: {} });
    const product = compose(
      system(
        [
          part('lock', lock, { kind: 'resource', roles: ['lock'] }),
          part('taker', taker, { roles: ['thread'] }),
        ],
        {
          calls: [
            call('take', 'thread', 'lock', { outcomes: ['', 'wait'], blocks: 'lock' }),
            call('give', 'owner', 'lock'),
          ],
          environment: ['owner'],
        },
      ),
    );
    const queue = product.vectors.find(({ label }) => label === 'take:wait')!;
    expect(queue.initiator).toBe(1);
    const { next, local } = queue.participants.find((participant) => participant.part === 1)!;
    expect([[...next], [...local]]).toEqual([
      [0, -1],
      [-1, -1],
    ]);
  });

  it('flattens machines that are the same text once, and those with functions each', () => {
    expect(ltsOf(loop('press'))).toBe(ltsOf(loop('press')));
    expect(ltsOf(loop('press'))).not.toBe(ltsOf(loop('pull')));
    const limited = (most: number) =>
      machine('limited', {
        on: { on: { press: { target: 'off', guard: () => most > 1 } } },
        off: {},
      });
    expect(ltsOf(limited(1)).states).toHaveLength(1);
    expect(ltsOf(limited(2)).states).toHaveLength(2);
  });

  it('has a part for each name', () => {
    const parts = [part('lamp', loop('press')), part('lamp', loop('pull'))];
    expect(() => compose(system(parts))).toThrow(
      new InputError("system 'tiny' has two parts of the name 'lamp'; rename one"),
    );
    const product = compose(lampsAndSwitch());
    expect(partNamed(product, 'right')).toBe(1);
    expect(() => partNamed(product, 'rihgt')).toThrow(
      new InputError("system 'tiny' has no part 'rihgt'; the nearest are right, left, switch"),
    );
  });
});

describe('who starts a step', () => {
  const press = call('press', 'finger', 'lamp');
  const finger = part('finger', loop('press'), { roles: ['finger'] });
  const lamp = part('lamp', loop('press'), { roles: ['lamp'] });

  it('is the one part that plays the caller', () => {
    expect(initiators(compose(system([finger, lamp], { calls: [press] })))).toEqual([0]);
  });

  it('is the callee where it ends a call that takes time', () => {
    const print = call('print', 'user', 'printer', { outcomes: ['ok', 'jam'], spans: true });
    const parts = [
      part('user', loop('print:begin', 'print:ok', 'print:jam'), { roles: ['user'] }),
      part('printer', loop('print:begin', 'print:ok', 'print:jam'), { roles: ['printer'] }),
    ];
    expect(initiators(compose(system(parts, { calls: [print] })))).toEqual([0, 1, 1]);
  });

  it('is the environment where it plays the caller and no part does, or where nothing is declared', () => {
    expect(
      initiators(compose(system([lamp], { calls: [press], environment: ['finger'] }))),
    ).toEqual([-1]);
    expect(initiators(compose(system([lamp, finger])))).toEqual([-1]);
    const both = system([finger, lamp], { calls: [press], environment: ['finger'] });
    expect(initiators(compose(both))).toEqual([0]);
  });

  it('is nobody where the caller is absent: the label never happens and is listed', () => {
    const alone = system([lamp], { calls: [press] });
    expect(compose(alone)).toMatchObject({ uninitiated: ['press'], vectors: [] });
    expect(check(alone)).toMatchObject({ states: 1, transitions: 0 });
  });

  it('is never a monitor, which only sees what others do', () => {
    const watch = monitor('watch', loop('seen'), { seen: ['press', 'pull'] });
    const pull = call('pull', 'finger', 'lamp');
    const watched = system([lamp, watch], { calls: [press, pull], environment: ['finger'] });
    const product = compose(watched);
    expect([labels(product), product.uninitiated]).toEqual([['press'], ['pull']]);
    expect(compose(system([lamp, watch])).uninitiated).toEqual(['pull']);
  });

  it('is not a callee that could call as well', () => {
    const work = call('work', 'thread', 'helper');
    const parts = [
      part('helper', loop('work'), { roles: ['thread', 'helper'] }),
      part('boss', loop('work'), { roles: ['thread'] }),
    ];
    expect(initiators(compose(system(parts, { calls: [work] })))).toEqual([1]);
  });

  it('is one part and not two', () => {
    const second = { ...finger, name: 'thumb' };
    expect(() => compose(system([finger, lamp, second], { calls: [press] }))).toThrow(
      new InputError(
        "system 'tiny': the label 'press' has two initiators, finger and thumb; rename one",
      ),
    );
  });

  it('has only the outcomes that its call declares', () => {
    const jammed = part('x', loop('press:jammed'), { roles: ['finger'] });
    expect(() => compose(system([jammed], { calls: [press] }))).toThrow(
      /the label 'press:jammed' has an outcome that the call 'press' does not declare/,
    );
  });

  it('is declared', () => {
    expect(() => compose(system([part('x', loop('pull'))], { calls: [press] }))).toThrow(
      new InputError("system 'tiny': the label 'pull' belongs to no declared call; declare it"),
    );
  });
});

describe('commits', () => {
  const decides = machine('decides', {
    first: { on: { print: { target: 'later', meta: { commits: 'ok' } } } },
    later: { on: { print: { target: 'last', meta: { commits: 'jam' } } } },
    last: { on: { print: 'last' } },
  });

  it('split a label by what the step decides in each state', () => {
    const renameCommit = (label: string) => `tray.${label}`;
    const { vectors } = compose(
      system([part('printer', decides, { renameCommit }), part('x', loop('print'))]),
    );
    expect(
      vectors.map(({ label, commits, participants }) => [
        label,
        commits,
        [...participants[0]!.next],
      ]),
    ).toEqual([
      ['print', 'tray.ok', [1, -1, -1]],
      ['print', 'tray.jam', [-1, 2, -1]],
      ['print', undefined, [-1, -1, 2]],
    ]);
    const result = check(system([part('printer', decides)]));
    expect([result.states, result.transitions]).toEqual([3, 3]);
  });

  it('are said by one part', () => {
    expect(() => compose(system([part('a', decides), part('b', decides)]))).toThrow(
      /two parts commit at 'print' \('ok' and 'ok'\); only the part that decides may say so/,
    );
  });
});

describe('a monitor', () => {
  it('that can refuse is refused itself', () => {
    const fussy = machine('fussy', { on: { on: { press: 'off' } }, off: {} });
    const parts = [part('lamp', loop('press')), monitor('watch', fussy, { press: ['press'] })];
    expect(() => compose(system(parts))).toThrow(
      new InputError(
        "monitor 'watch', state off: it refuses 'press'; a monitor only observes, so take the label in every state",
      ),
    );
  });

  it('is refused for the first label in the first state, too', () => {
    const fussy = machine('fussy', { on: { on: { press: {}, pull: 'on' } } });
    const watch = monitor('watch', fussy, { press: ['press'], pull: ['pull'] });
    expect(() => compose(system([part('lamp', loop('press', 'pull')), watch]))).toThrow(
      new InputError(
        "monitor 'watch', state on: it refuses 'press'; a monitor only observes, so take the label in every state",
      ),
    );
  });
});
