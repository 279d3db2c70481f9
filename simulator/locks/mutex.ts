import type { Thread } from '../kernel/scheduler.ts';
import type { Kthread } from '../kernel/step.ts';
import { step } from '../kernel/step.ts';
import type { LockKernel } from './rwsem.ts';

/** A sleeping lock with one owner. */
export class Mutex {
  owner: Thread | undefined;

  constructor(
    readonly kernel: LockKernel,
    readonly label: string,
  ) {}
}

/** mutex_lock(): sleeps until the owner has unlocked. */
export function* mutex_lock(lock: Mutex): Kthread {
  yield {
    stop: true,
    options: () => [{ label: `${lock.label}.mutex_lock` }],
    ready: () => lock.owner === undefined,
    waitsFor: () => `${lock.label} is held by ${lock.owner?.name}`,
  };
  lock.kernel.traced('mutex_lock');
  lock.owner = lock.kernel.current;
  lock.kernel.current.held.push(lock.label);
}

/** mutex_unlock(). */
export function* mutex_unlock(lock: Mutex): Kthread {
  yield* step(`${lock.label}.mutex_unlock`);
  lock.kernel.traced('mutex_unlock');
  lock.kernel.unheld(lock.label, lock.owner);
  lock.owner = undefined;
}
