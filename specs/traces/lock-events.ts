import type { TraceEvent } from 'xstate-check/traces';
import type { Call, Seen } from './lines.ts';

/** What lockdep's tracepoints say of a memory_lock. */
export interface LockEvent {
  readonly does: 'acquire' | 'release';
  /** As the tracepoint prints it: a number that stands for the address, and is not the address. */
  readonly address: string;
  /** How it is acquired; a release does not say of which kind it is. */
  readonly how?: 'write' | 'try' | 'read';
}

/** A lock event that names a memory_lock: `ADDRESS [try ][read ]NAME`, include/trace/events/lock.h. */
export function lockEventOf({ kind, name, fields }: TraceEvent): LockEvent | undefined {
  const does = { lock_acquire: 'acquire', lock_release: 'release' } as const;
  if (kind !== 'event' || !(name in does)) return undefined;
  const match = /^(\S+) (try )?(read )?&vdev->memory_lock\b/.exec(fields.text ?? '');
  if (match === null) return undefined;
  const [, address, isTry, isRead] = match as unknown as [string, string, string?, string?];
  if (name === 'lock_release') return { does: 'release', address };
  return {
    does: 'acquire',
    address,
    how: isRead !== undefined ? 'read' : isTry !== undefined ? 'try' : 'write',
  };
}

const ACQUIRED = 'a memory_lock is acquired';
const RELEASED = 'a memory_lock is released';

/** The names under which a lock event is known to have been seen. */
export function* lockEventSeenAs(event: TraceEvent): Generator<string> {
  const lock = lockEventOf(event);
  if (lock !== undefined) yield lock.does === 'acquire' ? ACQUIRED : RELEASED;
}

/** Whether the function tracer or a probe shows the calls of a function. */
function isCalled(name: string, seen: Seen): boolean {
  return seen.has(`${name}()`) || seen.has(`${name} probe`);
}

/**
 * The functions of which a trace shows the calls, because lock events stand for them. Each function
 * that the trace shows itself stands for itself.
 */
export function* standingFor(seen: Seen): Generator<string> {
  const isReleased = seen.has(RELEASED) || isCalled('up_write', seen);
  if (!seen.has(ACQUIRED) || !isReleased) return;
  for (const name of ['down_write', 'down_write_trylock', 'up_write']) {
    if (!isCalled(name, seen)) yield name;
  }
}

/** Learns from probes beside lock events which address a lock event means. */
export class LockAddresses {
  readonly #probed = new Map<string, string>();
  readonly #addressOf = new Map<string, string>();

  read(event: TraceEvent): void {
    const { task, kind, name, fields } = event;
    const isLock = /^(down_write|down_write_trylock|up_write)$/.test(name);
    if (isLock && kind === 'entry' && fields.sem !== undefined) this.#probed.set(task, fields.sem);
    if (isLock && kind === 'function') return;
    const lock = lockEventOf(event);
    const probed = this.#probed.get(task);
    if (lock !== undefined && lock.how !== 'read' && probed !== undefined) {
      this.#addressOf.set(lock.address, probed);
    }
    if (!isLock) this.#probed.delete(task);
  }

  /** For each address of a lock event the address that probes give the same lock. */
  get addressOf(): ReadonlyMap<string, string> {
    return this.#addressOf;
  }
}

/** Turns lock events into calls, where the calls themselves are not shown. */
export class LockEvents {
  readonly #standing: ReadonlySet<string>;
  readonly #addressOf: ReadonlyMap<string, string>;
  /** For each task and lock how it was acquired and not yet released. */
  readonly #held = new Map<string, ('write' | 'try' | 'read')[]>();

  constructor(seen: Seen, addressOf: ReadonlyMap<string, string>) {
    this.#standing = new Set(standingFor(seen));
    this.#addressOf = addressOf;
  }

  /**
   * The call that a lock event stands for. A reader's acquisition and release are none of a writer;
   * nor is a release whose acquisition lies before the trace.
   */
  asCall(event: TraceEvent): Call | undefined {
    const lock = lockEventOf(event);
    if (lock === undefined) return undefined;
    const name = this.#nameOf(lock, this.#heldBy(event.task, lock.address));
    if (name === undefined || !this.#standing.has(name)) return undefined;
    const sem = this.#addressOf.get(lock.address) ?? lock.address;
    return { ...event, kind: 'function', name, fields: { sem }, locks: 'memory_lock' };
  }

  #nameOf({ how }: LockEvent, held: ('write' | 'try' | 'read')[]): string | undefined {
    if (how !== undefined) {
      held.push(how);
      return { write: 'down_write', try: 'down_write_trylock', read: undefined }[how];
    }
    const released = held.pop();
    return released === undefined || released === 'read' ? undefined : 'up_write';
  }

  #heldBy(task: string, address: string) {
    const key = `${task} ${address}`;
    const held = this.#held.get(key) ?? [];
    this.#held.set(key, held);
    return held;
  }
}
