import { describe, expect, it } from 'vitest';
import { machine } from '../check/tiny-systems.fixture.ts';
import { ltsOf } from '../system/product.ts';
import { rvDot, type Watch } from './rv-dot.ts';

const lamp = ltsOf(
  machine('lamp', {
    off: { on: { switch: 'on', 'burn:out': 'broken' } },
    on: { on: { switch: 'off', 'dim(1)': 'on', 'burn:out': 'broken' } },
    broken: { tags: ['violation'], on: { switch: 'broken', 'burn:out': 'broken' } },
  }),
);
const watch: Watch = {
  type: 'per_obj',
  attachments: [
    { label: 'switch', event: 'toggled', starts: true, at: [{ function: 'toggle' }] },
    {
      label: 'dim(1)',
      event: 'dimmed',
      at: [{ function: 'dim', on: 'return', calledBy: ['a', 'b'], where: 'it returns 1' }],
    },
    {
      label: 'burn:out',
      event: 'burnt',
      ends: true,
      at: [{ function: 'burn', object: 'its argument' }],
    },
  ],
};
const bounded = rvDot(lamp, 'lamp', { ...watch, within: { on: '5ms' } });
const text = rvDot(lamp, 'lamp', watch);
const lines = text.split('\n');
const edges = lines.filter((line) => /^\t"\w+" -> /.test(line) && line.includes('label'));

/** tools/verification/rvgen/rvgen/automata.py, and that of kernels before 7.3, which reads lines. */
describe('the dialect of rvgen', () => {
  it('begins with the name that every automaton has', () => {
    expect(lines[0]).toBe('digraph state_automaton {');
  });

  it('has one node for each state, without a line between them, the initial one last', () => {
    const nodes = lines.flatMap((line, at) => (line.startsWith('\t{node') ? [at] : []));
    expect(nodes).toEqual(nodes.map((_, i) => nodes[0]! + i));
    expect(lines.slice(nodes[0], nodes.at(-1)! + 1)).toEqual([
      '\t{node [shape = circle] "on"};',
      '\t{node [shape = plaintext, style=invis, label=""] "__init_off"};',
      '\t{node [shape = doublecircle] "off"};',
      '\t{node [shape = circle] "off"};',
    ]);
  });

  it('says the initial state in the line right after the nodes', () => {
    expect(lines[lines.findLastIndex((line) => line.startsWith('\t{node')) + 1]).toBe(
      '\t"__init_off" -> "off";',
    );
  });

  it('gives each state a label, because a state without one is none', () => {
    expect(lines).toContain('\t"off" [label = "off"];');
    expect(lines).toContain('\t"on" [label = "on"];');
  });

  it('writes edges so that whitespace splits them: origin, arrow, target, label, end', () => {
    for (const edge of edges) expect(edge).toMatch(/^\t"\w+" -> "\w+" \[ label = "\S+" \];$/);
  });

  it('has one edge for two states, its events behind each other', () => {
    expect(edges).toEqual([
      '\t"off" -> "on" [ label = "toggled" ];',
      '\t"on" -> "off" [ label = "toggled" ];',
      '\t"on" -> "on" [ label = "dimmed" ];',
    ]);
    const twice = ltsOf(machine('two', { a: { on: { x: 'b', y: 'b' } }, b: { on: {} } }));
    const both: Watch = {
      type: 'global',
      attachments: ['x', 'y'].map((label) => ({ label, event: label, at: [{ function: label }] })),
    };
    expect(rvDot(twice, 'two', both)).toContain('"a" -> "b" [ label = "x\\ny" ];');
  });

  it('leaves out violations, so that a monitor reports them', () => {
    expect(text).not.toContain('broken');
  });

  it('is deterministic: no state has an event twice', () => {
    const events = edges.flatMap((edge) => {
      const [, from, label] = /"(\w+)" -> "\w+" \[ label = "(.*)" \]/.exec(edge)!;
      return label!.split('\\n').map((event) => `${from} ${event}`);
    });
    expect(new Set(events).size).toBe(events.length);
  });

  it('has names that C knows', () => {
    for (const [, name] of text.matchAll(/^\t"(\w+)" \[label/gm))
      expect(name).toMatch(/^[a-z]\w*$/i);
  });

  it('bounds the time in a state by a clock that is reset where the state is entered', () => {
    expect(bounded).toContain('"on" [label = "on\\nclk < 5ms"];');
    expect(bounded).toContain('"off" -> "on" [ label = "toggled;reset(clk)" ];');
    expect(bounded).toContain('"on" -> "on" [ label = "dimmed" ];');
    expect(bounded).toContain('rvgen monitor -c ha -t per_obj');
    expect(text).toContain('rvgen monitor -c da -t per_obj');
  });

  it('says in attributes, which are read over, what each event is attached to', () => {
    expect(text).toContain('\tcomment = "toggled (starts): toggle()";');
    expect(text).toContain(
      '\tcomment = "dimmed: return of dim() called by a() or b() where it returns 1";',
    );
    expect(text).toContain('\tcomment = "burnt (ends): burn() (its argument)";');
  });

  it('ends with the rank of the initial state', () => {
    expect(text.endsWith('\t{ rank = min ;\n\t\t"__init_off";\n\t\t"off";\n\t}\n}\n')).toBe(true);
  });

  it('refuses a label without an event, and names that C would not take', () => {
    const [first, ...rest] = watch.attachments;
    const named = (event: string): Watch => ({
      ...watch,
      attachments: [{ ...first!, event }, ...rest],
    });
    expect(() => rvDot(lamp, 'lamp', { ...watch, attachments: rest })).toThrow(/to nothing/);
    expect(() => rvDot(lamp, 'lamp', named('on'))).toThrow(/has 'on' already/);
    expect(() => rvDot(lamp, 'lamp', named('burnt'))).toThrow(/has 'burnt' already/);
    expect(() => rvDot(lamp, 'lamp', named('map:ok'))).toThrow(/no name for an event/);
  });

  it('refuses a bound on a state that is not there, and a machine that begins wrong', () => {
    expect(() => rvDot(lamp, 'lamp', { ...watch, within: { of: '1s' } })).toThrow(/no state 'of'/);
    const wrong = ltsOf(machine('wrong', { bad: { tags: ['violation'], on: { x: 'bad' } } }));
    expect(() => rvDot(wrong, 'wrong', watch)).toThrow(/begins in a violation/);
  });
});
