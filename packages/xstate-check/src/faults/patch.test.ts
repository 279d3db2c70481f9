import { describe, expect, it } from 'vitest';
import { type AnyStateMachine, createMachine } from 'xstate';
import { InputError } from '../base/errors.ts';
import { machine } from '../check/tiny-systems.fixture.ts';
import { transitionsOf } from '../lts/lts.ts';
import { ltsOf } from '../system/product.ts';
import { type Patch, patched } from './patch.ts';

const arrows = (of: AnyStateMachine): string[] => {
  const lts = ltsOf(of);
  return [...transitionsOf(lts)].map(({ from, label, to, edge }) => {
    const commits = edge.commits === undefined ? '' : ` (${edge.commits})`;
    return `${lts.states[from]!.name} -${lts.labels[label]}-> ${lts.states[to]!.name}${commits}`;
  });
};

const chain = machine('chain', {
  first: { on: { one: 'second' } },
  second: { on: { two: { target: 'third', meta: { commits: 'done' } } } },
  third: { on: { three: 'first' } },
});

const broken = (patch: Patch, of = chain) => arrows(patched(of, [patch]));
const step = (node: string, event: string) => ({ node, event });

describe('a patch', () => {
  it('retargets a step', () => {
    expect(broken({ kind: 'retarget', step: step('second', 'two'), target: 'first' })).toEqual([
      'first -one-> second',
      'second -two-> first (done)',
    ]);
  });

  it('skips a step: the machine goes on as if it had been taken, and decides nothing', () => {
    expect(broken({ kind: 'skip', step: step('second', 'two') })).toEqual([
      'first -one-> third',
      'third -three-> first',
    ]);
  });

  it('skips a step and with it the other answers of its state, which stay in the alphabet', () => {
    const tries = machine('tries', {
      ask: { on: { 'try:1': 'got', 'try:0': 'ask' } },
      got: { on: { back: 'ask' } },
    });
    const without = patched(tries, [{ kind: 'skip', step: step('ask', 'try:1') }]);
    expect(ltsOf(without).labels).toEqual(['try:1', 'try:0', 'back']);
    expect((without.root.meta as { unused: string[] }).unused).toEqual(['try:1', 'try:0']);
    expect(arrows(without)).toEqual(['got -back-> got']);
  });

  it('skips a step after what the state does of itself', () => {
    const of = createMachine({
      id: 'm',
      meta: { labels: ['go', 'end'] },
      context: { n: 0 },
      initial: 'a',
      states: {
        a: { always: { guard: ({ context }) => context.n === 0, target: 'b' }, on: { go: 'c' } },
        b: { on: { end: 'a' } },
        c: {},
      },
    });
    expect(broken({ kind: 'skip', step: step('a', 'go') }, of as never)).toEqual([
      'b (n=0) -end-> b (n=0)',
    ]);
  });

  it('swaps two steps, and what a step decides goes with it', () => {
    const patch: Patch = { kind: 'swap', step: step('first', 'one'), with: step('second', 'two') };
    expect(broken(patch)).toEqual([
      'first -two-> second (done)',
      'second -one-> third',
      'third -three-> first',
    ]);
  });

  it('swaps steps with more candidates than one: each further one decides what the first does', () => {
    const of = createMachine({
      id: 'm',
      meta: { labels: ['go', 'stop'] },
      context: { n: 0 },
      initial: 'a',
      states: {
        a: {
          on: {
            go: [
              { target: 'b', guard: () => false, meta: { commits: 'first' } },
              { target: 'c', meta: { commits: 'second' } },
            ],
          },
        },
        b: { on: { stop: { target: 'a', meta: { commits: 'halt' } } } },
        c: {},
      },
    }) as never;
    const [one, other] = [step('a', 'go'), step('b', 'stop')];
    const commitsOf = (patch: Patch) => {
      const { states } = patched(of, [patch]).config as unknown as {
        states: Record<string, { on: Record<string, { target: string; meta: object }[]> }>;
      };
      return [states.a!.on.stop, states.b!.on.go].map((candidates) =>
        candidates!.map(({ target, meta }) => [target, (meta as { commits: string }).commits]),
      );
    };
    const swapped = [
      [
        ['b', 'halt'],
        ['c', 'halt'],
      ],
      [['a', 'first']],
    ];
    expect(commitsOf({ kind: 'swap', step: one, with: other })).toEqual(swapped);
    expect(commitsOf({ kind: 'swap', step: other, with: one })).toEqual(swapped);
  });

  it('shares what is no plain object: functions, and instances with what they are', () => {
    const lid = new Map([['shut', true]]);
    const of = createMachine({
      id: 'm',
      meta: { labels: ['go'], lid },
      initial: 'a',
      states: { a: { on: { go: 'b' } }, b: {} },
    }) as unknown as AnyStateMachine;
    const meta = (machine: AnyStateMachine) => machine.config.meta as { lid: unknown };
    const patch: Patch = { kind: 'retarget', step: step('a', 'go'), target: 'a' };
    expect(meta(patched(of, [patch])).lid).toBe(lid);
    expect(meta(patched(of, [patch]))).not.toBe(meta(of));
  });

  it('changes nothing where only the order of the steps of a state is another', () => {
    const of = machine('m', { a: { on: { x: 'b', y: 'b' } }, b: {} });
    const patch: Patch = { kind: 'swap', step: step('a', 'x'), with: step('a', 'y') };
    expect(() => patched(of, [patch])).toThrow(
      new InputError("the patch 'swap' of 'x' in 'm.a' changes nothing"),
    );
  });

  it('drops a guard', () => {
    const guarded = machine('guarded', {
      shut: { on: { push: { target: 'open', guard: () => false } } },
      open: {},
    });
    expect(arrows(guarded)).toEqual([]);
    expect(broken({ kind: 'drop_guard', step: step('shut', 'push') }, guarded)).toEqual([
      'shut -push-> open',
    ]);
  });

  it('finds steps of inner states and of the root', () => {
    const of = createMachine({
      id: 'm',
      meta: { labels: ['go', 'off'] },
      initial: 'a',
      on: { off: '.b' },
      states: { a: { initial: 'x', states: { x: { on: { go: 'y' } }, y: {} } }, b: {} },
    }) as never;
    expect(broken({ kind: 'retarget', step: step('a.x', 'go'), target: '#m.b' }, of)).toContain(
      'a.x -go-> b',
    );
    expect(broken({ kind: 'retarget', step: step('', 'off'), target: '.a' }, of)).not.toContain(
      'a.x -off-> b',
    );
  });

  it('leaves the machine that it is made from alone, and is applied after those before it', () => {
    const before = arrows(chain);
    const both = patched(chain, [
      { kind: 'skip', step: step('second', 'two') },
      { kind: 'retarget', step: step('third', 'three'), target: 'third' },
    ]);
    expect(arrows(both)).toEqual(['first -one-> third', 'third -three-> third']);
    expect(arrows(chain)).toEqual(before);
  });

  it.each<[string, Patch]>([
    [
      "machine 'chain' has no state 'fourth' to patch",
      { kind: 'skip', step: step('fourth', 'one') },
    ],
    [
      "machine 'chain', state 'first', has no step 'two' to patch",
      { kind: 'skip', step: step('first', 'two') },
    ],
    [
      "the patch 'retarget' of 'one' in 'chain.first' changes nothing",
      { kind: 'retarget', step: step('first', 'one'), target: 'second' },
    ],
    [
      "the patch 'drop_guard' of 'one' in 'chain.first' changes nothing",
      { kind: 'drop_guard', step: step('first', 'one') },
    ],
    [
      "the patch 'swap' of 'one' in 'chain.first' changes nothing",
      { kind: 'swap', step: step('first', 'one'), with: step('first', 'one') },
    ],
  ])('throws: %s', (message, patch) => {
    expect(() => patched(chain, [patch])).toThrow(new InputError(message));
  });

  it('throws where the target does not exist', () => {
    const patch: Patch = { kind: 'retarget', step: step('first', 'one'), target: 'nowhere' };
    expect(() => patched(chain, [patch])).toThrow(InputError);
    expect(() => patched(chain, [patch])).toThrow(/^machine 'chain', patched, is none: .*nowhere/);
  });

  it('throws where swapped steps would land on others', () => {
    const of = machine('m', { a: { on: { x: 'b', y: 'a' } }, b: { on: { y: 'a' } } });
    const patch: Patch = { kind: 'swap', step: step('a', 'x'), with: step('b', 'y') };
    const other: Patch = { kind: 'swap', step: step('b', 'y'), with: step('a', 'x') };
    expect(() => patched(of, [patch])).toThrow(
      new InputError(
        "machine 'm': 'x' in 'a' and 'y' in 'b' cannot change places, because one of the states answers both",
      ),
    );
    expect(() => patched(of, [other])).toThrow(
      new InputError(
        "machine 'm': 'y' in 'b' and 'x' in 'a' cannot change places, because one of the states answers both",
      ),
    );
  });
});
