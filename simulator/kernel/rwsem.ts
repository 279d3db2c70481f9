import type { Thread } from './scheduler.ts';
import type { Kthread, StepDetail } from './step.ts';
import { step } from './step.ts';

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
 * lets a running thread steal the lock, so tests may choose the order.
 */
export class RwSemaphore {
  writer: Thread | undefined;
  readonly readers = new Set<Thread>();

  constructor(
    readonly kernel: LockKernel,
    /** The lock's label, for example `dev[0].memory_lock`. */
    readonly label: string,
  ) {}

  /** What an observer of the lock sees. */
  get state(): 'free' | 'write' | 'read' {
    if (this.writer) return 'write';
    return this.readers.size > 0 ? 'read' : 'free';
  }

  /** Who holds it, for reports. */
  get holders(): string {
    const names = [...this.readers].map((thread) => thread.name);
    return this.writer ? this.writer.name : names.join(', ');
  }
}

const waiting = (sem: RwSemaphore) => () => `${sem.label} is held by ${sem.holders}`;

function acquired(sem: RwSemaphore): void {
  sem.writer = sem.kernel.current;
  sem.kernel.current.held.push(sem.label);
}

/** down_write(): sleeps until nobody holds the lock. */
export function* down_write(sem: RwSemaphore, detail: StepDetail = {}): Kthread {
  const label = `${sem.label}.down_write`;
  yield {
    stop: true,
    ...detail,
    options: () => [{ label, commits: detail.commits }],
    ready: () => sem.state === 'free',
    waitsFor: waiting(sem),
  };
  sem.kernel.traced('down_write');
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

/** down_read(): sleeps while a writer holds the lock. */
export function* down_read(sem: RwSemaphore): Kthread {
  yield {
    stop: true,
    options: () => [{ label: `${sem.label}.down_read` }],
    ready: () => sem.writer === undefined,
    waitsFor: waiting(sem),
  };
  sem.kernel.traced('down_read');
  sem.readers.add(sem.kernel.current);
  sem.kernel.current.held.push(sem.label);
}

/** up_read(). */
export function* up_read(sem: RwSemaphore): Kthread {
  yield* step(`${sem.label}.up_read`, { stop: true });
  sem.kernel.traced('up_read');
  const { current } = sem.kernel;
  sem.kernel.unheld(sem.label, sem.readers.has(current) ? current : undefined);
  sem.readers.delete(current);
}

/** lockdep_assert_held_write(): a warning, not a stop. */
export function lockdep_assert_held_write(sem: RwSemaphore, where: string): void {
  if (sem.writer === sem.kernel.current) return;
  sem.kernel.warn(`lockdep: ${where} without ${sem.label} held for writing`);
}
