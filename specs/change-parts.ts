import type { AnyStateMachine } from 'xstate';
import {
  type Call,
  call,
  InputError,
  joining,
  newLabels,
  type Part,
  type Property,
  procedure,
  resource,
  type System,
} from 'xstate-check';
import { balanceMonitors, heldMonitors, type Lock, orderMonitors } from 'xstate-check/kernel';
import { mutex } from '../machines/locks/mutex.resource.ts';
import { rwsem } from '../machines/locks/rwsem.resource.ts';
import { unknown } from './change-machines.ts';
import { MUTEX, RESV, RWSEM } from './shared/parts.ts';
import { returnsOf } from './shared/rules.ts';

/** A lock that a change adds. */
export interface AddedLock {
  readonly kind: 'mutex' | 'rwsem';
  /** The lock that is taken inside it; where none is named it is the innermost. */
  readonly outside?: string;
}

/** A thread that a change adds: the machine of its call, in labels of the system. */
export interface AddedThread {
  readonly machine: AnyStateMachine;
  /** The thread whose functions it calls too: it gets parts of its own for them. */
  readonly like?: string;
}

/** What a change adds to a system. */
export interface Additions {
  readonly threads?: Readonly<Record<string, AddedThread>>;
  /** By name, which is the object of its labels: `dev[0].freeze_lock` has `…freeze_lock.mutex_lock`. */
  readonly locks?: Readonly<Record<string, AddedLock>>;
  /** Flags, lists and counts, by name, which is the object of their labels. */
  readonly resources?: Readonly<Record<string, AnyStateMachine>>;
  /** Calls of the labels that are new. One that the system has is replaced: so it gets an answer more. */
  readonly calls?: readonly Call[];
  readonly rules?: readonly Property[];
}

const LOCKS = {
  mutex: { machine: mutex, kind: MUTEX },
  rwsem: { machine: () => rwsem(), kind: RWSEM },
} as const;

/** How the kernel spells the locks of these machines. */
const KINDS: Readonly<Record<string, Lock['kind']>> = {
  mutex: MUTEX,
  rwsem: RWSEM,
  dma_resv: RESV,
};

/**
 * The system with what a change adds. What its parts share (locks, flags, the monitors of locks) takes
 * part in the steps that its changed and added threads have and it had not.
 *
 * @param before - the system without the change
 * @param system - the same with its machines changed
 */
export function withAdditions(
  name: string,
  before: System,
  system: System,
  { threads = {}, locks = {}, resources = {}, calls = [], rules = [] }: Additions,
): System {
  const added = Object.entries(threads).flatMap(([thread, one]) =>
    threadParts(name, thread, one, system.parts),
  );
  const running = [...system.parts.filter(({ kind }) => kind === 'procedure'), ...added];
  const fresh = newLabels(before.parts, running);
  const shared = system.parts.map((part) =>
    part.kind === 'procedure' ? part : joining(part, fresh),
  );
  const own = [
    ...Object.entries(locks).map(([lock, { kind }]) =>
      resource(lock, LOCKS[kind].machine(), running, kind),
    ),
    ...Object.entries(resources).map(([object, machine]) =>
      resource(object, machine, running, machine.id, object),
    ),
  ];
  const whole: System = {
    ...system,
    parts: [...shared, ...added, ...own],
    calls: merged(system.calls, [...Object.entries(locks).flatMap(lockCalls), ...calls]),
    properties: [...system.properties, ...rules],
  };
  if (added.length + own.length + fresh.length === 0) return whole;
  const names = own.map((part) => part.name);
  return withLockRules(name, watching(whole, 'no-misuse', names), locks);
}

/** The machine of a new thread, and a part of its own for each function that another thread calls. */
function threadParts(
  name: string,
  thread: string,
  { machine, like }: AddedThread,
  parts: readonly Part[],
): Part[] {
  const main = procedure(thread, machine, { thread, roles: [machine.id] });
  if (like === undefined) return [main];
  const known = [...new Set(parts.flatMap((part) => part.thread ?? []))];
  if (!known.includes(like)) throw unknown(name, 'thread', like, known);
  const renamed = (text: string) =>
    text.endsWith(`@${like}`) ? `${text.slice(0, -like.length)}${thread}` : text;
  const called = parts.filter((part) => part.thread === like && part.name !== like);
  return [
    main,
    ...called.map((part) => ({
      ...part,
      name: renamed(part.name),
      thread,
      rename: (label: string) => part.rename(label).map(renamed),
    })),
  ];
}

function merged(calls: readonly Call[], added: readonly Call[]): Call[] {
  const names = added.map(({ name }) => name);
  return [...calls.filter(({ name }) => !names.includes(name)), ...added];
}

/** The operations of an added lock. */
function lockCalls([name, { kind }]: [string, AddedLock]): Call[] {
  const { wait, take, release } = LOCKS[kind].kind;
  const bare = name.replace(/\[\d+\]/g, '');
  const added = (operation: string, more: Partial<Call> = {}): Call =>
    call(`${bare}.${operation}`, kind, {
      written: `${operation}(&${name})`,
      source: 'added by the change',
      ...more,
    });
  const tried = [...new Set(take.map((operation) => operation.replace(/:.*/, '')))];
  return [
    ...wait.map((operation) => added(operation, { blocks: 'lock' })),
    ...tried.map((operation) => added(operation, { outcomes: ['1', '0'] })),
    ...release.map((operation) => added(operation)),
  ];
}

/** The system with more parts under the rule of this name, where it has it. */
function watching(system: System, id: string, names: readonly string[]): System {
  const properties = system.properties.map((property) =>
    property.id === id && property.kind === 'monitor'
      ? { ...property, parts: [...new Set([...property.parts, ...names])] }
      : property,
  );
  return { ...system, properties };
}

/** The system with the monitors of its locks made for all its threads and locks, the new ones included. */
function withLockRules(
  name: string,
  system: System,
  added: Readonly<Record<string, AddedLock>>,
): System {
  const locks = locksOf(name, system, added);
  const balance = balanceMonitors(system.parts, locks, returnsOf(system.calls));
  const order = orderMonitors(system.parts, locks);
  const held = locks.flatMap((lock) => {
    const dev = lock.name.replace(/\.memory_lock$/, '');
    const isMove = (label: string) => label.startsWith(`${dev}.move(`) && label.endsWith(':begin');
    return dev === lock.name ? [] : heldMonitors(system.parts, lock, isMove);
  });
  let whole = underRule(system, 'lock-balance', balance);
  whole = underRule(whole, 'lock-order', order);
  return underRule(whole, 'move-needs-memory-lock', held);
}

/** The system with monitors for a rule that it has, in place of those of the same names. */
function underRule(system: System, rule: string, monitors: readonly Part[]): System {
  if (!system.properties.some(({ id }) => id === rule)) return system;
  const made = new Map(monitors.map((part) => [part.name, part]));
  const known = new Set(system.parts.map((part) => part.name));
  const parts = [
    ...system.parts.map((part) => made.get(part.name) ?? part),
    ...monitors.filter((part) => !known.has(part.name)),
  ];
  return watching({ ...system, parts }, rule, [...made.keys()]);
}

/** The locks whose rules the system has, outermost first, and those that are added. */
function locksOf(
  name: string,
  { parts }: System,
  added: Readonly<Record<string, AddedLock>>,
): Lock[] {
  const balanced = parts.filter((part) =>
    parts.some((one) => one.kind === 'monitor' && one.name.startsWith(`balance(${part.name})@`)),
  );
  const pairs = parts.flatMap((part) => {
    const [, outer, inner] = /^order\((.*), (.*)\)@/.exec(part.name) ?? [];
    return outer === undefined || inner === undefined ? [] : [{ outer, inner }];
  });
  const depth = ({ name: own }: Part): number => pairs.filter(({ inner }) => inner === own).length;
  const locks: Lock[] = balanced
    .sort((a, b) => depth(a) - depth(b))
    .flatMap(({ name: own, machine }) => {
      const kind = KINDS[machine.id];
      return kind === undefined ? [] : [{ name: own, kind }];
    });
  for (const [own, { kind, outside }] of Object.entries(added)) {
    const at = outside === undefined ? locks.length : locks.findIndex((l) => l.name === outside);
    if (at < 0) {
      const known = locks.map((lock) => lock.name);
      throw new InputError(unknown(name, 'lock', outside!, known).message);
    }
    locks.splice(at, 0, { name: own, kind: LOCKS[kind].kind });
  }
  return locks;
}
