import { parseLabel, withoutVariant } from '../lts/label.ts';
import { alphabetOf, monitor, type Part } from '../specification/part.ts';
import { heldWhereRequired } from './held-where-required.monitor.ts';
import { lockBalance } from './lock-balance.monitor.ts';
import { lockOrder } from './lock-order.monitor.ts';

/** How a lock is spelt: operations, with outcome where it matters, after the lock's name. */
export interface LockKind {
  /** Operations that take it and may wait. */
  readonly wait: readonly string[];
  /** Operations that take it at once. */
  readonly take: readonly string[];
  readonly release: readonly string[];
}

/** A lock of a system by name, outermost first in a list of them. */
export interface Lock {
  readonly name: string;
  readonly kind: LockKind;
  /**
   * Other locks that count as this one, because they are of one class, as lockdep has it: an order
   * that is right for one of them is right for all.
   */
  readonly alike?: readonly string[];
}

/** One balance monitor for each thread and lock that it ever takes. */
export function balanceMonitors(
  parts: readonly Part[],
  locks: readonly Lock[],
  returns: (label: string) => boolean,
): Part[] {
  return forEachThreadAndLock(parts, locks, (thread, labels, lock) =>
    monitor(`balance(${lock.name})@${thread}`, lockBalance, {
      acquire: labels.filter(isOneOf(lock, [...lock.kind.wait, ...lock.kind.take])),
      release: labels.filter(isOneOf(lock, lock.kind.release)),
      return: labels.filter(returns),
    }),
  );
}

/** One order monitor for each thread and pair of locks that it takes; `locks` is in their order. */
export function orderMonitors(parts: readonly Part[], locks: readonly Lock[]): Part[] {
  return forEachThreadAndLock(parts, locks, (thread, labels, outer) =>
    locks
      .slice(locks.indexOf(outer) + 1)
      .filter((inner) => labels.some(isOneOf(inner, [...inner.kind.wait, ...inner.kind.take])))
      .map((inner) =>
        monitor(`order(${outer.name}, ${inner.name})@${thread}`, lockOrder, {
          'outer.acquire': labels.filter(isOneOf(outer, outer.kind.take)),
          'outer.wait': labels.filter(isOneOf(outer, outer.kind.wait)),
          'outer.release': labels.filter(isOneOf(outer, outer.kind.release)),
          'inner.acquire': labels.filter(isOneOf(inner, [...inner.kind.wait, ...inner.kind.take])),
          'inner.release': labels.filter(isOneOf(inner, inner.kind.release)),
        }),
      ),
  ).flat();
}

/** One monitor for each thread that takes one of the guarded steps. */
export function heldMonitors(
  parts: readonly Part[],
  lock: Lock,
  guarded: (label: string) => boolean,
): Part[] {
  const threads = [...new Set(parts.flatMap((part) => part.thread ?? []))];
  return threads.flatMap((thread) => {
    const labels = labelsOf(parts, thread);
    const steps = labels.filter((label) => guarded(withoutVariant(label).replace(/@.*$/, '')));
    if (steps.length === 0) return [];
    return [
      monitor(`held(${lock.name})@${thread}`, heldWhereRequired, {
        acquire: labels.filter(isOneOf(lock, [...lock.kind.wait, ...lock.kind.take])),
        release: labels.filter(isOneOf(lock, lock.kind.release)),
        guarded: steps,
      }),
    ];
  });
}

function forEachThreadAndLock<T>(
  parts: readonly Part[],
  locks: readonly Lock[],
  make: (thread: string, labels: readonly string[], lock: Lock) => T,
): T[] {
  const threads = [...new Set(parts.flatMap((part) => part.thread ?? []))];
  return threads.flatMap((thread) => {
    const labels = labelsOf(parts, thread);
    return locks
      .filter((lock) => labels.some(isOneOf(lock, [...lock.kind.wait, ...lock.kind.take])))
      .map((lock) => make(thread, labels, lock));
  });
}

/** The system labels of all parts that run on a thread. */
function labelsOf(parts: readonly Part[], thread: string): string[] {
  const own = parts.filter((part) => part.thread === thread);
  return [...new Set(own.flatMap((part) => alphabetOf(part).flatMap((l) => part.rename(l))))];
}

function isOneOf(lock: Lock, operations: readonly string[]): (label: string) => boolean {
  return (label) => {
    const { object, operation, outcome } = parseLabel(label);
    if (object !== lock.name && lock.alike?.includes(object) !== true) return false;
    return operations.includes(outcome === undefined ? operation : `${operation}:${outcome}`);
  };
}
