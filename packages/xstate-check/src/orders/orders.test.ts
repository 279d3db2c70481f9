import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { setup } from 'xstate';
import { procedure, resource } from '../specification/part.ts';
import { is } from '../specification/predicate.ts';
import type { System } from '../specification/system.ts';
import { lineOf } from './line.ts';
import { ordersOf } from './orders.ts';
import { search } from './search.ts';

const all = (steps: readonly string[], before: readonly (readonly [string, string])[] = []) => [
  ...ordersOf({ steps, before }),
];

describe('the orders of some steps', () => {
  it('are all permutations, the given one first', () => {
    expect(all(['a', 'b', 'c']).map((order) => order.join(''))).toEqual([
      'abc',
      'acb',
      'bac',
      'bca',
      'cab',
      'cba',
    ]);
  });

  it('leave out what a constraint forbids; constraints in a circle allow none', () => {
    expect(all(['lock', 'work', 'unlock'], [['lock', 'unlock']])).toEqual([
      ['lock', 'work', 'unlock'],
      ['lock', 'unlock', 'work'],
      ['work', 'lock', 'unlock'],
    ]);
    expect(
      all(
        ['a', 'b'],
        [
          ['a', 'b'],
          ['b', 'a'],
        ],
      ),
    ).toEqual([]);
  });

  it('are different ones, each with every step, and every constraint kept', () => {
    const steps = ['a', 'b', 'c', 'd', 'e'];
    const step = fc.constantFrom(...steps);
    fc.assert(
      fc.property(fc.array(fc.tuple(step, step), { maxLength: 4 }), (before) => {
        const orders = all(steps, before);
        expect(new Set(orders.map((order) => order.join())).size).toBe(orders.length);
        const keeps = (order: readonly string[]) =>
          before.every(([first, then]) => order.indexOf(first) < order.indexOf(then));
        for (const order of orders) expect([...order].sort()).toEqual(steps);
        expect(orders.every(keeps)).toBe(true);
        // None is missing: of all 120 those are here that keep the constraints.
        expect(orders.length).toBe(all(steps).filter(keeps).length);
      }),
    );
  });

  it('are told what is wrong with the steps', () => {
    expect(() => all(['a', 'a'])).toThrow("the step 'a' is given twice; name each step once");
    expect(() => all(['a'], [['a', 'b']])).toThrow(
      "a constraint names the step 'b', which is none of a",
    );
  });
});

/** A lamp that somebody looks at, and somebody turns on and off around the work that needs it dark. */
const lamp = setup({}).createMachine({
  id: 'lamp',
  meta: { labels: ['on', 'off', 'look'] },
  initial: 'dark',
  states: {
    dark: { on: { on: 'bright', off: 'dark', look: 'dark' } },
    bright: { on: { on: 'bright', off: 'dark', look: 'seen' } },
    seen: { tags: ['violation'], on: { on: 'seen', off: 'seen', look: 'seen' } },
  },
});

const LABELS: Readonly<Record<string, string>> = { on: 'lamp.on', off: 'lamp.off', work: 'work' };

function lampSystem(order: readonly string[], looks: boolean): System {
  const labels = order.map((step) => LABELS[step]!);
  const line = (id: string, own: readonly string[]) =>
    lineOf({ id, begin: `${id}:begin`, labels: own, end: `${id}:ok`, source: 'derived' });
  const threads = [
    procedure('worker', line('call', labels), { thread: 'worker' }),
    ...(looks ? [procedure('watcher', line('watch', ['lamp.look']), { thread: 'watcher' })] : []),
  ];
  return {
    ...{ name: 'lamp', revision: order.join(), scope: {}, calls: [], environment: [] },
    parts: [...threads, resource('lamp', lamp, threads, 'lamp')],
    properties: [
      { id: 'unseen', kind: 'monitor', title: '', parts: ['lamp'], source: 'derived' },
      {
        id: 'dark-in-the-end',
        kind: 'invariant',
        title: '',
        when: is('worker', 'idle'),
        then: is('lamp', 'dark', 'seen'),
        source: 'derived',
      },
    ],
  };
}

describe('a search', () => {
  const orders = all(['on', 'work', 'off']);

  it('finds the orders that keep a rule, and says by which run the others break it', () => {
    const found = search({
      orders,
      systemOf: (order) => lampSystem(order, false),
      rules: ['dark-in-the-end'],
      own: ['worker'],
    });
    expect(found.searched).toBe(6);
    expect(found.kept.map((order) => order.indexOf('on') < order.indexOf('off'))).toEqual([
      true,
      true,
      true,
    ]);
    expect(found.broken).toEqual([
      {
        rule: 'dark-in-the-end',
        orders: 3,
        order: ['work', 'off', 'on'],
        run: [
          'call:begin@worker',
          'work@worker',
          'lamp.off@worker',
          'lamp.on@worker',
          'call:ok@worker',
        ],
        between: ['call:ok', undefined],
      },
    ]);
  });

  it('says which two steps no order repairs, where every order breaks the rule', () => {
    const found = search({
      orders,
      systemOf: (order) => lampSystem(order, true),
      rules: ['unseen', 'dark-in-the-end'],
      own: ['worker'],
    });
    expect(found.kept).toEqual([]);
    expect(found.broken.map(({ rule, orders: count }) => [rule, count])).toEqual([
      ['unseen', 6],
      ['dark-in-the-end', 3],
    ]);
    expect(found.broken[0]).toMatchObject({ between: ['lamp.on', 'lamp.look'] });
  });

  it('keeps no rule that an order never puts to the test', () => {
    const idle = search({
      orders: [['work']],
      systemOf: (order) => lampSystem(order, false),
      rules: ['unseen'],
      own: ['worker'],
    });
    expect(idle).toMatchObject({ searched: 1, kept: [], broken: [{ rule: 'unseen', run: [] }] });
  });

  it('is told a rule that there is not', () => {
    const asked = () =>
      search({
        orders,
        systemOf: (order) => lampSystem(order, false),
        rules: ['unsee'],
        own: ['worker'],
      });
    expect(asked).toThrow("system 'lamp' has no property 'unsee'");
  });
});
