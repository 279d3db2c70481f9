import fc from 'fast-check';
import { type Call, is, type Predicate, type Property, type System } from 'xstate-check';
import { machine, type Node, part, system } from 'xstate-check/engine';

/** Each machine shares one label with the next, one with the last, and has two of its own. */
const SHARED = ['a', 'b', 'c', 'd'];
/** Most lock acquisitions; three would make the formula of their fairness large. */
const LOCKS = 2;

/** Random systems with properties of each kind that other checkers know, the same for one seed. */
export function sampleSystems(count: number, seed: number): System[] {
  return fc.sample(systems, { numRuns: count, seed });
}

const labelsOf = (number: number) => [
  SHARED[number]!,
  SHARED[(number + 1) % SHARED.length]!,
  `own${number}`,
  `idle${number}`,
];

const node = (number: number, states: number) =>
  fc.record({
    on: fc.dictionary(
      fc.constantFrom(...labelsOf(number)),
      fc.integer({ min: 0, max: states - 1 }).map((to) => `s${to}`),
      { minKeys: 1, maxKeys: 4 },
    ),
    tags: fc.subarray(['quiescent', 'violation', 'absent'], { maxLength: 1 }),
  });

const states = (number: number) =>
  fc
    .integer({ min: 2, max: 4 })
    .chain((count) => fc.array(node(number, count), { minLength: count, maxLength: count }));

const place = fc.record({ part: fc.nat(3), state: fc.nat(3) });
const pair = fc.record({ when: place, then: place });

const systems = fc
  .record({
    machines: fc
      .integer({ min: 2, max: 4 })
      .chain((count) => fc.tuple(...Array.from({ length: count }, (_, i) => states(i)))),
    starters: fc.array(fc.nat(4), { minLength: 12, maxLength: 12 }),
    locks: fc.subarray([...SHARED, 'own0', 'own1'], { minLength: 1, maxLength: LOCKS }),
    invariants: fc.array(pair, { minLength: 2, maxLength: 2 }),
    leadsTo: pair,
    ofLock: fc.boolean(),
  })
  .map(({ machines, starters, locks, invariants, leadsTo, ofLock }): System => {
    const alphabets = machines.map((nodes) => [
      ...new Set(nodes.flatMap(({ on }) => Object.keys(on))),
    ]);
    const labels = [...new Set(alphabets.flat())];
    const starterOf = (label: string) => {
      const members = alphabets.flatMap((alphabet, i) => (alphabet.includes(label) ? [i] : []));
      return members[starters[labels.indexOf(label)]! % (members.length + 1)] ?? -1;
    };
    const calls = labels.map(
      (label): Call => ({
        name: label,
        caller: starterOf(label) < 0 ? 'user' : `starts_${label}`,
        callee: 'nobody',
        outcomes: [''],
        source: 'random',
        ...(locks.includes(label) && { blocks: 'lock' }),
      }),
    );
    const parts = machines.map((nodes, i) => {
      const named = Object.fromEntries(nodes.map((each, s): [string, Node] => [`s${s}`, each]));
      const roles = labels.filter((label) => starterOf(label) === i);
      return part(`m${i}`, machine(`m${i}`, named), {
        thread: `t${i}`,
        roles: roles.map((label) => `starts_${label}`),
      });
    });
    const at = ({ part: number, state }: Place): Predicate => {
      const of = number % machines.length;
      return is(`m${of}`, `s${state % machines[of]!.length}`);
    };
    // Where a lock is waited for, its fairness may make the difference.
    const response = (ofLock && waitOf(machines, locks, starterOf)) || leadsTo;
    const properties: Property[] = [
      ...invariants.map(
        ({ when, then }, i): Property => ({
          ...about(`rule ${i}`),
          kind: 'invariant',
          when: at(when),
          then: at(then),
        }),
      ),
      { ...about('no-violation'), kind: 'monitor', parts: ['m0', 'm1'] },
      { ...about('deadlock'), kind: 'deadlock' },
      { ...about('totality'), kind: 'totality' },
      { ...about('response'), kind: 'leads-to', when: at(response.when), then: at(response.then) },
    ];
    return system(parts, { calls, environment: ['user'], properties });
  });

/** A state in which its machine waits for a lock, and the state in which it has it. */
function waitOf(
  machines: readonly (readonly { readonly on: Readonly<Record<string, string>> }[])[],
  locks: readonly string[],
  starterOf: (label: string) => number,
): { when: Place; then: Place } | undefined {
  for (const lock of locks) {
    const part = starterOf(lock);
    const state = machines[part]?.findIndex(({ on }, i) => (on[lock] ?? `s${i}`) !== `s${i}`) ?? -1;
    if (state < 0) continue;
    const to = Number(machines[part]![state]!.on[lock]!.slice(1));
    return { when: { part, state }, then: { part, state: to } };
  }
  return undefined;
}

interface Place {
  readonly part: number;
  readonly state: number;
}

const about = (id: string) => ({ id, title: id, source: 'random' });
