import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { check } from '../check/check.ts';
import { randomSystems } from '../check/random-system.fixture.ts';
import { explore } from '../explore/explore.ts';
import { graphOf } from '../explore/graph.ts';
import { productOf, randomTables, type Tables } from '../explore/random-product.fixture.ts';
import { all, is, not } from '../specification/predicate.ts';
import type { Property } from '../specification/property.ts';
import type { System } from '../specification/system.ts';
import type { Product } from '../system/product.ts';
import { checkReduced } from './check-reduced.ts';
import { decide } from './decide.ts';
import { both, either, type Goal, isReached, partIs } from './goal.ts';
import { shortestRunTo, spaceAlong } from './shortest.ts';

/** Local states that no step leads to are left out: here it is not about how states are packed. */
const tables = randomTables(fc, { parts: 5, local: 3, vectors: 10 }).map(
  ({ sizes, vectors }): Tables => ({
    sizes: sizes.map((_, part) => usedBy(vectors, part)),
    vectors,
  }),
);

function usedBy(vectors: Tables['vectors'], part: number): number {
  const own = vectors.flat().find(([participant]) => participant === part);
  return own?.[1].length ?? 1;
}

/** A random product and goals over its parts, among them one that is about several parts. */
const asked = tables.chain((random) => {
  const parts = Math.min(random.sizes.length, 3);
  return fc.record({
    random: fc.constant(random),
    wanted: fc.array(fc.array(fc.nat(2), { minLength: parts, maxLength: parts }), {
      minLength: 1,
      maxLength: 3,
    }),
  });
});

function goalsOf(product: Product, wanted: readonly (readonly number[])[]): Goal[] {
  return wanted.map((locals, i) => {
    const literals = locals.map((local, part) => partIs(product, part, (at) => at === local));
    return i % 2 === 0 ? both(...literals) : either(...literals.slice(0, 2));
  });
}

/** The length of a shortest run to the goal, by the full space; -1 where there is none. */
function depthIn(product: Product, goal: Goal, isStop: boolean): number {
  const space = explore(product);
  const states = isStop ? space.stuck : Array.from({ length: space.states }, (_, s) => s);
  const state = states.find((s) => isReached(goal, space.stepper.local(space.table, s)));
  if (state === undefined) return -1;
  return space.levels.filter((first) => first <= state).length - 1;
}

/** Whether a state can be reached from which the goal cannot, by the full space. */
function canBeLost(product: Product, goal: Goal): boolean {
  const space = explore(product);
  const { start, target } = graphOf(space);
  const before = Array.from({ length: space.states }, (): number[] => []);
  for (let state = 0; state < space.states; state++) {
    for (let edge = start[state]!; edge < start[state + 1]!; edge++) {
      before[target[edge]!]!.push(state);
    }
  }
  const isGoal = (state: number) => isReached(goal, space.stepper.local(space.table, state));
  const back = new Set([...before.keys()].filter(isGoal));
  for (const state of back) for (const from of before[state]!) back.add(from);
  return back.size < space.states;
}

describe('partial-order reduction of random products', () => {
  it('decides what can be reached, and where nothing can move, as the full space does', () => {
    fc.assert(
      fc.property(asked, ({ random, wanted }) => {
        const product = productOf(random);
        const goals = goalsOf(product, wanted);
        const stop = partIs(product, 0, (local) => local !== 1);
        const { reached, stops } = decide(product, { goals, stop });
        expect(reached).toEqual(goals.map((goal) => depthIn(product, goal, false) >= 0));
        expect(stops).toBe(depthIn(product, stop, true) >= 0);
        expect(decide(product, { goals }).reached).toEqual(reached);
        expect(decide(product, { goals, ends: goals }).reached).toEqual(reached);
        expect(goals.map((goal) => decide(product, { goals: [goal] }).reached[0])).toEqual(reached);
        expect(decide(product, { goals: [], stop }).stops).toBe(stops);
      }),
      { numRuns: 1_500 },
    );
  });

  it('finds what can come about and not be undone, where runs end', () => {
    fc.assert(
      fc.property(asked, ({ random, wanted }) => {
        const product = productOf(random);
        const ends = goalsOf(product, wanted);
        const answer = decide(product, { goals: [], ends });
        const isLost = (goal: number) =>
          answer.ends.some(
            ({ local, without }) =>
              without.includes(goal) &&
              !decide(product, { goals: [ends[goal]!], from: local }).reached[0],
          );
        expect(ends.map((_, goal) => isLost(goal))).toEqual(
          ends.map((goal) => canBeLost(product, goal)),
        );
      }),
      { numRuns: 1_000 },
    );
  });

  it('finds runs as short as the shortest of the full space, which can be replayed', () => {
    fc.assert(
      fc.property(asked, fc.boolean(), ({ random, wanted }, isStop) => {
        const product = productOf(random);
        for (const goal of goalsOf(product, wanted)) {
          const run = shortestRunTo(product, goal, isStop);
          expect(run?.length ?? -1).toBe(depthIn(product, goal, isStop));
          if (run === undefined) continue;
          const { states, stuck, stepper, table } = spaceAlong(product, run);
          expect(isReached(goal, stepper.local(table, states - 1))).toBe(true);
          if (isStop) expect(stuck).toEqual([states - 1]);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('partial-order reduction', () => {
  it('goes no further than to its answer', () => {
    const stays = [-1, -1, -1, -1, -1];
    const step = (from: number, to: number) =>
      [[0, stays.map((no, at) => (at === from ? to : no))]] as const;
    const tree = productOf({
      sizes: [5],
      vectors: [step(0, 1), step(0, 2), step(2, 3), step(2, 4)],
    });
    const at = (leaf: number) => partIs(tree, 0, (local) => local === leaf);
    expect(decide(tree, { goals: [], stop: at(1) })).toMatchObject({ stops: true, steps: 2 });
    expect(decide(tree, { goals: [], stop: at(4) })).toMatchObject({ stops: true, steps: 4 });
  });

  /** Threads that count on their own: `local ** parts` states. */
  function counters(parts: number, local: number): Tables {
    const next = Array.from({ length: local }, (_, state) =>
      state === local - 1 ? -1 : state + 1,
    );
    return {
      sizes: new Array(parts).fill(local),
      vectors: Array.from({ length: parts }, (_, part) => [[part, next] as const]),
    };
  }

  it('runs threads that have nothing to do with each other one after the other', () => {
    const product = productOf(counters(6, 5));
    const stop = partIs(product, 0, () => true);
    expect(explore(product).states).toBe(15_625);
    expect(decide(product, { goals: [], stop })).toMatchObject({ states: 1, steps: 24 });
  });

  it('looks only at the parts that the goal waits for', () => {
    const product = productOf(counters(6, 5));
    const goal = partIs(product, 3, (local) => local === 4);
    expect(shortestRunTo(product, goal, false)).toEqual([3, 3, 3, 3]);
    expect(decide(product, { goals: [goal] })).toMatchObject({ reached: [true], states: 1 });
  });

  it('leaves nothing to choose but who has a lock first', () => {
    // Each prepares, locks, writes what the others write as well, and unlocks.
    const users = [0, 1, 2];
    const [lock, written] = [3, 4];
    const step = (user: number, at: number) =>
      [user, [0, 1, 2, 3].map((local) => (local === at ? local + 1 : -1))] as const;
    const product = productOf({
      sizes: [5, 5, 5, 2, 3],
      vectors: users.flatMap((user) => [
        [step(user, 0)],
        [step(user, 1), [lock, [1, -1]] as const],
        [step(user, 2), [written, [user, user, user]] as const],
        [step(user, 3), [lock, [-1, 0]] as const],
      ]),
    });
    const stop = partIs(product, 0, () => true);
    expect(explore(product).states).toBe(92);
    // What there is to choose is who has the lock first, second and third.
    expect(decide(product, { goals: [], stop })).toMatchObject({ states: 5, steps: 24 });
  });

  it('does not undo what a goal asks for while it puts the rest off', () => {
    const product = productOf(counters(2, 3));
    const goal = both(...[0, 1].map((part) => partIs(product, part, (local) => local === 1)));
    const stop = partIs(product, 0, () => true);
    expect(decide(product, { goals: [goal], stop })).toMatchObject({
      reached: [true],
      stops: true,
    });
  });

  it('does not undo what a goal asks for while it looks for where runs end', () => {
    const product = productOf({
      sizes: [2, 2, 2],
      vectors: [[[0, [1, -1]]], [[0, [-1, 0]]], [[1, [1, -1]]], [[2, [1, -1]]]],
    });
    const [one, two] = [partIs(product, 1, (at) => at === 0), partIs(product, 2, (at) => at === 1)];
    const goals = [both(one, two)];
    expect(decide(product, { goals, ends: [one] }).reached).toEqual([true]);
  });

  it('does not put a goal off for ever because something else goes round', () => {
    const product = productOf({
      sizes: [3, 2],
      vectors: [[[0, [1, 2, 0]]], [[1, [1, -1]]]],
    });
    const goal = partIs(product, 1, (local) => local === 1);
    expect(decide(product, { goals: [goal] }).reached).toEqual([true]);
    const stop = partIs(product, 0, () => true);
    expect(decide(product, { goals: [goal], stop }).reached).toEqual([true]);
    const never = partIs(product, 0, () => false);
    expect(decide(product, { goals: [never, goal] }).reached).toEqual([false, true]);
  });
});

describe('checking by reduction', () => {
  const statement = (id: string): Pick<Property, 'id' | 'title' | 'source'> => ({
    id,
    title: id,
    source: 'derived',
  });

  /** What may be asked of a random system, by states that its parts have. */
  function withProperties(system: System): System {
    const [one, two] = system.parts.map(({ name }) => name);
    return {
      ...system,
      properties: [
        {
          kind: 'invariant',
          ...statement('apart'),
          when: is(one!, 's0'),
          then: not(is(two!, 's0')),
        },
        {
          kind: 'invariant',
          ...statement('not both'),
          when: not(is(one!, 's0')),
          then: not(all(not(is(one!, 's0')), not(is(two!, 's0')))),
        },
        {
          kind: 'invariant',
          ...statement('at rest'),
          when: is(two!, '#quiescent'),
          then: is(one!, 's0'),
        },
        { kind: 'deadlock', ...statement('deadlock') },
        { kind: 'totality', ...statement('totality') },
        { kind: 'rest', ...statement('rest') },
      ].filter(({ id }) => id !== 'at rest' || hasRest(system)) as Property[],
    };
  }

  const hasRest = ({ parts }: System) =>
    Object.values(parts[1]!.machine.root.states).some(({ tags }) => tags.includes('quiescent'));

  it('gives the verdicts of the full space, with counterexamples as short', () => {
    fc.assert(
      fc.property(randomSystems(fc, { parts: 4, states: 4 }), ({ system: random }) => {
        const system = withProperties(random);
        const full = check(system).properties;
        checkReduced(system).properties.forEach((result, i) => {
          const expected = full[i]!;
          expect([result.property.id, result.verdict]).toEqual([
            expected.property.id,
            expected.verdict,
          ]);
          if (result.verdict !== 'broken' || expected.verdict !== 'broken') return;
          const lengthOf = ({ run }: typeof result.counterexample) => run.vectors.length;
          expect(lengthOf(result.counterexample)).toBe(lengthOf(expected.counterexample));
          expect(result.counterexample.finding).not.toBe('');
        });
      }),
      { numRuns: 1_000 },
    );
  });
});
