import { type AnyStateMachine, createMachine } from 'xstate';
import type { Call } from '../specification/call.ts';
import { type Part, procedure, resource } from '../specification/part.ts';
import type { Property } from '../specification/property.ts';
import type { System } from '../specification/system.ts';
import { check } from './check.ts';
import type { Counterexample, Verdict } from './verdict.ts';

export interface Node {
  readonly on?: Readonly<Record<string, unknown>>;
  readonly tags?: readonly string[];
  readonly meta?: object;
  readonly always?: unknown;
}

/** A machine of flat states; the first is the initial one, what `on` names is the alphabet. */
export function machine(id: string, states: Readonly<Record<string, Node>>): AnyStateMachine {
  const labels = [...new Set(Object.values(states).flatMap(({ on }) => Object.keys(on ?? {})))];
  const config = { id, meta: { labels }, initial: Object.keys(states)[0], states };
  return createMachine(config as never) as unknown as AnyStateMachine;
}

/** A part that plays roles, whose labels are those of the system. */
export function part(
  name: string,
  of: AnyStateMachine,
  options: Partial<Omit<Part, 'name' | 'machine'>> = {},
): Part {
  return {
    name,
    machine: of,
    kind: 'procedure',
    roles: [],
    rename: (label) => [label],
    renameCommit: (label) => label,
    ...options,
  };
}

/** A system; without calls the environment starts everything. */
export function system(parts: readonly Part[], options: Partial<System> = {}): System {
  return {
    name: 'tiny',
    revision: 'only',
    scope: {},
    parts,
    calls: [],
    environment: [],
    properties: [],
    ...options,
  };
}

/** A call with one nameless answer. */
export function call(name: string, caller: string, callee: string, more: Partial<Call> = {}): Call {
  return { name, caller, callee, outcomes: [''], source: 'tiny', ...more };
}

/** What the checker says of one property of a system. */
export function verdictOf(of: System, property: Property): Verdict {
  return check({ ...of, properties: [property] }).properties[0]!;
}

/** What breaks a property, or an error where nothing does. */
export function counterexampleOf(of: System, property: Property): Counterexample {
  const verdict = verdictOf(of, property);
  if (verdict.verdict === 'broken') return verdict.counterexample;
  throw new Error(`${property.id} is ${JSON.stringify(verdict)}`);
}

export function labelsOf({ space }: Counterexample, vectors: readonly number[]): string[] {
  return vectors.map((vector) => space.product.vectors[vector]!.label);
}

/** The labels of the run that breaks a property. */
export function runOf(of: System, property: Property): string[] {
  const counterexample = counterexampleOf(of, property);
  return labelsOf(counterexample, counterexample.run.vectors);
}

export const about = (id: string) => ({ id, title: id, source: 'tiny' });
export const REST: Property = { ...about('rest'), kind: 'rest' };
export const DEADLOCK: Property = { ...about('deadlock'), kind: 'deadlock' };
export const TOTALITY: Property = { ...about('totality'), kind: 'totality' };

/** `press` turns one lamp on and the other one off. */
export const lamp = (initial: 'on' | 'off') =>
  initial === 'on'
    ? machine('lamp', { on: { on: { press: 'off' } }, off: { on: { press: 'on' } } })
    : machine('lamp', { off: { on: { press: 'on' } }, on: { on: { press: 'off' } } });

/** Two lamps and a switch that anybody may press: two states, two transitions. */
export function lampsAndSwitch(): System {
  const button = machine('switch', {
    up: { tags: ['quiescent'], on: { press: 'down' } },
    down: { on: { press: 'up' } },
  });
  return system([part('left', lamp('on')), part('right', lamp('off')), part('switch', button)]);
}

/** A lock that says when it is released unheld. */
export const lock = machine('lock', {
  free: { tags: ['quiescent'], on: { lock: 'held', unlock: 'misused' } },
  held: { on: { unlock: 'free' } },
  misused: {
    tags: ['violation', 'quiescent'],
    meta: { finding: 'is released while it is not held' },
    on: { lock: 'held', unlock: 'misused' },
  },
});

export const lockCalls: readonly Call[] = [
  call('print', 'user', 'worker', { outcomes: ['ok'], spans: true }),
  call('lock', 'thread', 'lock', { blocks: 'lock' }),
  call('unlock', 'thread', 'lock'),
];

/** A thread that takes locks in this order, releases them in reverse, and returns. */
export function worker(locks: readonly string[]): AnyStateMachine {
  const steps = [
    ...locks.map((name) => `${name}.lock`),
    ...[...locks].reverse().map((name) => `${name}.unlock`),
  ];
  const nodes = steps.map((step, i) => [
    `at${i}`,
    { on: { [step]: i + 1 < steps.length ? `at${i + 1}` : 'return' } },
  ]);
  return machine('worker', {
    idle: { tags: ['quiescent'], on: { 'me.print:begin': 'at0' } },
    ...(Object.fromEntries(nodes) as Record<string, Node>),
    return: { on: { 'me.print:ok': 'idle' } },
  });
}

/** Threads that each do this with locks, and the locks. */
export function workersAndLocks(
  workers: Readonly<Record<string, AnyStateMachine>>,
  locks: readonly string[],
): System {
  const threads = Object.entries(workers).map(([name, of]) =>
    procedure(name, of, { thread: name, roles: ['worker'], bind: { me: name } }),
  );
  const resources = locks.map((name) => resource(name, lock, threads, 'lock'));
  return system([...threads, ...resources], { calls: lockCalls, environment: ['user'] });
}

/** Each philosopher takes the left fork and then the right one, which is the left of the next. */
export function philosophers(count: number, takesLeftFirst = (_: number) => true): System {
  const forks = Array.from({ length: count }, (_, i) => `fork${i}`);
  const workers = forks.map((fork, i) => {
    const both = [fork, forks[(i + 1) % count]!];
    return [`philosopher${i}`, worker(takesLeftFirst(i) ? both : both.reverse())] as const;
  });
  return workersAndLocks(Object.fromEntries(workers), forks);
}
