import type * as FastCheck from 'fast-check';
import {
  type AnyMachineSnapshot,
  type AnyStateMachine,
  initialTransition,
  transition,
} from 'xstate';
import type { Call } from '../specification/call.ts';
import type { System } from '../specification/system.ts';
import { machine, type Node, part, system } from './tiny-systems.fixture.ts';

const ALPHABET = ['a', 'b', 'c', 'd', 'e'];

/** A random system, and who starts each label: the number of a part, or -1 for the environment. */
export interface RandomSystem {
  readonly system: System;
  readonly initiators: Readonly<Record<string, number>>;
  readonly locks: readonly string[];
}

/** Two to four small random machines over one alphabet, with random initiators and locks. */
export function randomSystems(
  fc: typeof FastCheck.default,
  most: { readonly parts: number; readonly states: number },
): FastCheck.Arbitrary<RandomSystem> {
  const label = fc.constantFrom(...ALPHABET);
  const node = (states: number) =>
    fc.record({
      on: fc.dictionary(label, fc.integer({ min: 0, max: states - 1 }), { maxKeys: 3 }),
      quiescent: fc.boolean(),
    });
  const states = fc
    .integer({ min: 1, max: most.states })
    .chain((count) => fc.array(node(count), { minLength: count, maxLength: count }));
  return fc
    .record({
      machines: fc.array(states, { minLength: 2, maxLength: most.parts }),
      starter: fc.array(fc.nat(most.parts), {
        minLength: ALPHABET.length,
        maxLength: ALPHABET.length,
      }),
      locks: fc.subarray(ALPHABET, { maxLength: 2 }),
    })
    .map(({ machines, starter, locks }) => assembled(machines, starter, locks));
}

type RandomNode = { on: Record<string, number>; quiescent: boolean };

function assembled(
  machines: readonly (readonly RandomNode[])[],
  starter: readonly number[],
  locks: readonly string[],
): RandomSystem {
  const built = machines.map((nodes, i) => {
    const states = nodes.map(({ on, quiescent }, state): [string, Node] => {
      const targets = Object.entries(on).map(([label, to]) => [label, `s${to}`]);
      return [
        `s${state}`,
        { on: Object.fromEntries(targets), tags: quiescent ? ['quiescent'] : [] },
      ];
    });
    return machine(`m${i}`, Object.fromEntries(states));
  });
  const alphabets = machines.map((nodes) => new Set(nodes.flatMap(({ on }) => Object.keys(on))));
  const initiators = Object.fromEntries(
    ALPHABET.map((label, i) => {
      const members = alphabets.flatMap((alphabet, m) => (alphabet.has(label) ? [m] : []));
      const chosen = starter[i]! % (members.length + 1);
      return [label, members[chosen] ?? -1];
    }),
  );
  const calls = ALPHABET.map(
    (label): Call => ({
      name: label,
      caller: initiators[label]! < 0 ? 'user' : `starts_${label}`,
      callee: 'nobody',
      outcomes: [''],
      source: 'random',
      ...(locks.includes(label) && { blocks: 'lock' }),
    }),
  );
  const parts = built.map((of, i) =>
    part(`m${i}`, of, {
      thread: `t${i}`,
      roles: ALPHABET.filter((label) => initiators[label] === i).map((label) => `starts_${label}`),
    }),
  );
  return { system: system(parts, { calls, environment: ['user'] }), initiators, locks };
}

/** A state of a system: a snapshot of each of its machines. */
export type Snapshots = readonly AnyMachineSnapshot[];

export interface NaiveEdge {
  readonly label: string;
  readonly to: number;
}

/** The state space as XState's own machines make it, without a table of ours. */
export interface NaiveGraph {
  readonly states: readonly Snapshots[];
  readonly edges: readonly (readonly NaiveEdge[])[];
  readonly depth: readonly number[];
}

export function initialSnapshots(parts: System['parts']): Snapshots {
  return parts.map(({ machine: of }) => initialTransition(of)[0] as AnyMachineSnapshot);
}

/** The snapshots after a label that all who know it can take; `undefined` where one cannot. */
export function stepTogether(
  parts: System['parts'],
  from: Snapshots,
  label: string,
): Snapshots | undefined {
  const knows = parts.map(({ machine: of }) => alphabet(of).includes(label));
  if (!knows.includes(true)) return undefined;
  if (from.some((snapshot, i) => knows[i] && !snapshot.can({ type: label }))) return undefined;
  return from.map((snapshot, i) =>
    knows[i]
      ? (transition(parts[i]!.machine, snapshot, { type: label })[0] as AnyMachineSnapshot)
      : snapshot,
  );
}

function alphabet(of: AnyStateMachine): readonly string[] {
  return (of.root.meta as { labels: readonly string[] }).labels;
}

const keyOf = (snapshots: Snapshots) => snapshots.map(({ value }) => String(value)).join();

export function exploreByXState({ system: { parts } }: Pick<RandomSystem, 'system'>): NaiveGraph {
  const states = [initialSnapshots(parts)];
  const numbers = new Map([[keyOf(states[0]!), 0]]);
  const edges: NaiveEdge[][] = [];
  const depth = [0];
  for (let from = 0; from < states.length; from++) {
    edges[from] = [];
    for (const label of ALPHABET) {
      const target = stepTogether(parts, states[from]!, label);
      if (target === undefined) continue;
      const key = keyOf(target);
      if (!numbers.has(key)) {
        numbers.set(key, states.push(target) - 1);
        depth.push(depth[from]! + 1);
      }
      edges[from]!.push({ label, to: numbers.get(key)! });
    }
  }
  return { states, edges, depth };
}
