import { Oops, Scheduler, type Thread } from './scheduler.ts';

/** What every simulated kernel has: threads, their locks, and a log. */
export class BaseKernel {
  readonly scheduler = new Scheduler((thread, oops) => this.oopsed(thread, oops));
  /** WARN()s, lockdep reports, BUG()s. */
  readonly warnings: string[] = [];

  /** The thread whose step is being done. */
  get current(): Thread {
    const { current } = this.scheduler;
    if (!current) throw new Error('no thread is running');
    return current;
  }

  /** Nobody traces functions here. */
  traced(): void {}

  warn(message: string): void {
    this.warnings.push(message);
  }

  /** Ends the current thread with its locks held. */
  oops(where: string): never {
    throw new Oops(where);
  }

  private oopsed({ call }: Thread, oops: Oops): void {
    this.warn(`BUG: ${oops.message} in ${call}`);
  }

  /** Bookkeeping of an unlock; unlocking what one does not hold is a lockdep report. */
  unheld(label: string, owner: Thread | undefined): void {
    const { current } = this;
    if (owner !== current) this.warn(`lockdep: bad unlock balance: ${label}, ${current.call}`);
    const { held } = owner ?? current;
    const at = held.lastIndexOf(label);
    if (at >= 0) held.splice(at, 1);
  }
}
