import type { Thread } from '../kernel/scheduler.ts';
import type { Kthread, Step, StepDetail } from '../kernel/step.ts';
import { step } from '../kernel/step.ts';

/** What a lock needs of the kernel that it is in. */
export interface LockKernel {
  /** The thread whose step is being done. */
  readonly current: Thread;
  traced(name: string): void;
  warn(message: string): void;
  /** Takes a lock from who held it. */
  unheld(label: string, owner: Thread | undefined): void;
}

/**
 * A read-write semaphore. Any waiter may get it when it is free: the kernel's queue is fair, but
 * lets a running thread steal the lock, so tests may choose the order. Where readers hold it, a writer
 * that waits keeps other readers out, also one that holds it already.
 * Source: RWSEM_READ_FAILED_MASK, rwsem_down_read_slowpath(), v7.3.
 */
export class RwSemaphore {
  writer: Thread | undefined;
  /** A thread that has taken it twice is there twice. */
  readonly readers: Thread[] = [];
  /** Writers that have come and have not got it yet. */
  readonly writersWaiting = new Set<Thread>();

  constructor(
    readonly kernel: LockKernel,
    /** The lock's label, for example `dev[0].memory_lock`. */
    readonly label: string,
  ) {}

  /** What an observer of the lock sees. */
  get state(): 'free' | 'write' | 'read' {
    if (this.writer) return 'write';
    return this.readers.length > 0 ? 'read' : 'free';
  }

  /** Who holds it, for reports. */
  get holders(): string {
    const names = new Set(this.readers.map((thread) => thread.name));
    return this.writer ? this.writer.name : [...names].join(', ');
  }

  /** Whether a reader gets it at once. */
  get admitsReaders(): boolean {
    if (this.writer) return false;
    return this.readers.length === 0 || this.writersWaiting.size === 0;
  }
}

const waiting = (sem: RwSemaphore) => () => `${sem.label} is held by ${sem.holders}`;

function waitingToRead(sem: RwSemaphore): string {
  const queued = [...sem.writersWaiting].map((thread) => thread.name).join(', ');
  const held = waiting(sem)();
  return sem.writer || queued === '' ? held : `${held}, and ${queued} waits to write`;
}

function acquired(sem: RwSemaphore): void {
  sem.writer = sem.kernel.current;
  sem.kernel.current.held.push(sem.label);
}

/** down_write(): sleeps until nobody holds the lock. */
export function* down_write(sem: RwSemaphore, detail: StepDetail = {}): Kthread {
  const label = `${sem.label}.down_write`;
  const { current } = sem.kernel;
  sem.writersWaiting.add(current);
  yield {
    stop: true,
    ...detail,
    options: () => [{ label, commits: detail.commits }],
    ready: () => sem.state === 'free',
    waitsFor: waiting(sem),
  };
  sem.writersWaiting.delete(current);
  sem.kernel.traced('down_write');
  acquired(sem);
}

/** down_write() of a writer that is seen to queue, where it does not get the lock at once. */
export function* down_write_queued(sem: RwSemaphore): Kthread {
  const label = `${sem.label}.down_write`;
  const { current } = sem.kernel;
  const free = () => sem.state === 'free';
  const asked: Step = {
    options: () => [{ label: free() ? label : `${label}:wait` }],
    ready: () => free() || !sem.writersWaiting.has(current),
    waitsFor: waiting(sem),
  };
  while ((yield asked).label !== label) sem.writersWaiting.add(current);
  sem.writersWaiting.delete(current);
  acquired(sem);
}

/** down_write_trylock(): never sleeps; the lock decides, not the environment. */
export function* down_write_trylock(sem: RwSemaphore, commits?: string): Kthread<boolean> {
  const taken = yield {
    stop: true,
    options: () => {
      const won = sem.state === 'free';
      const label = `${sem.label}.down_write_trylock:${won ? 1 : 0}`;
      return [{ label, commits: won ? commits : undefined }];
    },
  };
  sem.kernel.traced('down_write_trylock');
  if (!taken.label.endsWith(':1')) return false;
  acquired(sem);
  return true;
}

/** up_write(). */
export function* up_write(sem: RwSemaphore, detail: StepDetail = {}): Kthread {
  yield* step(`${sem.label}.up_write`, detail);
  sem.kernel.traced('up_write');
  sem.kernel.unheld(sem.label, sem.writer);
  sem.writer = undefined;
}

/** down_read(): sleeps while a writer holds the lock, or waits for other readers to leave. */
export function* down_read(sem: RwSemaphore): Kthread {
  yield {
    stop: true,
    options: () => [{ label: `${sem.label}.down_read` }],
    ready: () => sem.admitsReaders,
    waitsFor: () => waitingToRead(sem),
  };
  sem.kernel.traced('down_read');
  sem.readers.push(sem.kernel.current);
  sem.kernel.current.held.push(sem.label);
}

/** up_read(). */
export function* up_read(sem: RwSemaphore): Kthread {
  yield* step(`${sem.label}.up_read`, { stop: true });
  sem.kernel.traced('up_read');
  const { current } = sem.kernel;
  const at = sem.readers.indexOf(current);
  sem.kernel.unheld(sem.label, at < 0 ? undefined : current);
  if (at >= 0) sem.readers.splice(at, 1);
}

/** lockdep_assert_held_write(): a warning, not a stop. */
export function lockdep_assert_held_write(sem: RwSemaphore, where: string): void {
  if (sem.writer === sem.kernel.current) return;
  sem.kernel.warn(`lockdep: ${where} without ${sem.label} held for writing`);
}
