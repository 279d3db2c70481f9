import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMachine, setup } from 'xstate';
import { chartOf } from './chart-of.ts';
import { legible } from './legible.fixture.ts';
import { linesOf } from './lines.ts';
import { svgOf } from './svg.ts';

/** A kettle that boils, with a lid of its own. */
const kettle = () =>
  setup({ guards: { full: () => true } }).createMachine({
    id: 'kettle',
    description: 'it boils',
    meta: { source: 'the kitchen' },
    type: 'parallel',
    states: {
      water: {
        initial: 'cold',
        states: {
          cold: {
            tags: ['quiescent'],
            on: {
              'heat:ok': { guard: 'full', target: 'hot', meta: { commits: 'boil' } },
              'heat:-EDRY': 'cold',
              'heat:-ELID': 'cold',
              pour: {},
            },
          },
          hot: { always: { target: 'gone', guard: 'full' }, on: { cool: 'cold' } },
          gone: { type: 'final' },
        },
      },
      lid: {
        initial: 'open',
        states: { open: { on: { shut: 'shut', press: 'shut' } }, shut: { on: { lift: 'open' } } },
      },
    },
  });

describe('a chart', () => {
  it('has a box for each state, with what is answered there inside', async () => {
    const { nodes } = await chartOf(kettle());
    expect(nodes.map(({ id, kind, initial }) => [id, kind, initial])).toEqual([
      ['', 'parallel', false],
      ['water', 'compound', false],
      ['water.cold', 'atomic', true],
      ['water.hot', 'atomic', false],
      ['water.gone', 'final', false],
      ['lid', 'compound', false],
      ['lid.open', 'atomic', true],
      ['lid.shut', 'atomic', false],
    ]);
    const cold = nodes.find(({ id }) => id === 'water.cold')!;
    expect(cold.lines).toEqual(['heat: -EDRY, -ELID']);
    expect(cold.tags).toEqual(['quiescent']);
  });

  it('has one arrow for all that leads from one state to another; a refusal has none', async () => {
    const { arrows } = await chartOf(kettle());
    expect(arrows.map(({ id, lines }) => [id, ...lines])).toEqual([
      ['water.cold->water.hot', 'heat:ok [full]'],
      ['water.hot->water.cold', 'cool'],
      ['water.hot->water.gone', 'always [full]'],
      ['lid.open->lid.shut', 'shut', 'press'],
      ['lid.shut->lid.open', 'lift'],
    ]);
    expect(arrows[0]!.labels).toEqual([{ label: 'heat:ok', guard: 'full', commits: 'boil' }]);
  });

  it('says when each of several branches is taken', async () => {
    const machine = setup({ guards: { last: () => true } }).createMachine({
      id: 'loop',
      initial: 'unlock',
      states: {
        unlock: { on: { up_write: [{ guard: 'last', target: 'done' }, { target: 'next' }] } },
        next: { always: [{ guard: 'last', target: 'done' }, 'unlock'] },
        done: {},
      },
    });
    const { arrows } = await chartOf(machine);
    expect(arrows.map(({ id, lines }) => [id, ...lines])).toEqual([
      ['unlock->done', 'up_write [last]'],
      ['unlock->next', 'up_write [else]'],
      ['next->done', 'always [last]'],
      ['next->unlock', 'always [else]'],
    ]);
  });

  it('has a loop end where it goes on, and not at the edge of the box around it', async () => {
    const machine = createMachine({
      id: 'reset',
      initial: 'unwind',
      states: {
        unwind: {
          id: 'unwind',
          initial: 'test',
          states: { test: { on: { true: 'unlock' } }, unlock: { on: { up_write: '#unwind' } } },
        },
      },
    });
    const { arrows } = await chartOf(machine);
    expect(arrows.map(({ id }) => id)).toEqual([
      'unwind.test->unwind.unlock',
      'unwind.unlock->unwind.test',
    ]);
  });

  it('is the same each time', async () => {
    expect(await chartOf(kettle())).toEqual(await chartOf(kettle()));
  });

  it('is legible: nothing lies on anything else, whatever leads where', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const edge = fc.tuple(fc.constantFrom(...names), fc.constantFrom(...names));
    const property = fc.asyncProperty(
      fc.uniqueArray(edge, { maxLength: 12, selector: ([a, b]) => a + b }),
      async (edges) => {
        const chart = await chartOf(nested(edges));
        expect(legible(chart)).toEqual([]);
      },
    );
    await fc.assert(property, { numRuns: 40 });
  });
});

/** Six states, two by two in three, and events that lead between them. */
function nested(edges: readonly (readonly [string, string])[]) {
  const id = (name: string) => `#${name}`;
  const leaf = (name: string) => ({
    id: name,
    on: Object.fromEntries(
      edges.filter(([from]) => from === name).map(([, to]) => [`go.${name}.${to}`, id(to)]),
    ),
  });
  const pair = (one: string, other: string) => ({
    initial: one,
    states: { [one]: leaf(one), [other]: leaf(other) },
  });
  return createMachine({
    id: 'nested',
    initial: 'left',
    states: { left: pair('a', 'b'), middle: pair('c', 'd'), right: pair('e', 'f') },
  });
}

describe('labels', () => {
  const lines = (...labels: string[]) => linesOf(labels.map((label) => ({ label })));

  it('are said shortly where XState sends them by itself', () => {
    expect(lines('xstate.after.5000.lamp.on')).toEqual(['after 5 s']);
    expect(lines('xstate.after.250.lamp.on')).toEqual(['after 250 ms']);
    expect(lines('xstate.done.actor.0.lamp.on')).toEqual(['done on']);
    expect(lines('xstate.done.state.lamp.on')).toEqual(['done']);
  });

  it('of one call are on one line', () => {
    expect(lines('map:-ENODEV', 'map:-ENOMEM', 'lock', 'end#a', 'end#b')).toEqual([
      'map: -ENODEV, -ENOMEM',
      'lock',
      'end: #a, #b',
    ]);
  });

  it('keep their conditions apart, unless they name the outcome', () => {
    const returns = (outcome: string) => ({ label: `f:${outcome}`, guard: `returns ${outcome}` });
    expect(linesOf([returns('ok'), returns('-EBUSY')])).toEqual(['f: ok, -EBUSY [returns …]']);
    expect(linesOf([{ label: 'f:ok', guard: 'first' }, { label: 'f:ok' }])).toEqual([
      'f:ok [first]',
      'f:ok',
    ]);
  });

  it('that are too long are broken, and too many are counted', () => {
    expect(lines('a.rather.long.name.of.an.object.that.is.called:with_an_outcome')).toEqual([
      'a.rather.long.name.of.an.object.that.',
      '  is.called:with_an_outcome',
    ]);
    const many = lines(...Array.from({ length: 20 }, (_, i) => `label${i}`));
    expect(many).toHaveLength(9);
    expect(many.at(-1)).toBe('… +12');
  });
});

describe('the SVG of a chart', () => {
  it('needs nothing else and says what it is', async () => {
    const svg = svgOf(await chartOf(kettle()));
    expect(svg).toContain('<title>Statechart of kettle</title>');
    expect(svg).toContain('<desc>it boils. Source: the kitchen</desc>');
    expect(svg).toContain('prefers-color-scheme:dark');
    expect(svg.replace('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|url\(|href/);
  });

  it('marks what is active by more than a colour, and what was taken by a number', async () => {
    const chart = await chartOf(kettle());
    const svg = svgOf(chart, {
      active: ['water', 'water.hot'],
      covered: new Set(['water.hot cool', 'lid.open press']),
    });
    expect(svg.match(/class="token"/g)).toHaveLength(2);
    expect(svg).toContain('cool 1/1');
    expect(svg).toContain('press 1/2');
    expect(svg).toContain('class="arrow untaken"');
  });

  it('shows in full, to a pointer, what was too much to write', async () => {
    const answers = Array.from({ length: 20 }, (_, i) => [`label${i}`, 'held']);
    const machine = createMachine({
      id: 'answers',
      initial: 'held',
      states: { held: { on: Object.fromEntries(answers) } },
    });
    const svg = svgOf(await chartOf(machine));
    expect(svg).toContain('… +12');
    expect(svg).toContain('label18\nlabel19</title>');
  });

  it('has one theme where one is asked for, and no style where the page has it', async () => {
    const chart = await chartOf(kettle());
    expect(svgOf(chart, { theme: 'dark' })).toContain('class="chart dark"');
    expect(svgOf(chart, { unstyled: true })).not.toContain('<style>');
  });
});
