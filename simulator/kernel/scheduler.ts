import type { Kthread, Option, Step } from './step.ts';

/** Ends the thread that hits it, with its locks held, as an oops does. */
export class Oops extends Error {
  override readonly name = 'Oops';
}

/** One kernel thread: a call in progress on behalf of one caller. */
export class Thread {
  /** The step that it is about to do; undefined once it has ended. */
  pending: Step | undefined;
  /** The outcome of the call, or `oops`. */
  result: string | undefined;
  /** fput() of a last reference is done here, on the way back to user space. */
  readonly taskWork: (() => Kthread)[] = [];
  /** Names of the locks held, in the order they were taken. */
  readonly held: string[] = [];

  constructor(
    /** Who calls: `dev[0].owner`, `bus.owner`, `att[0]`, `buf[0]`. */
    readonly name: string,
    /** What is called: `dev[0].close`. */
    readonly call: string,
    readonly body: Kthread<string>,
  ) {}

  get ended(): boolean {
    return this.pending === undefined;
  }

  /** True if the next step does not sleep. */
  get ready(): boolean {
    return this.pending !== undefined && (this.pending.ready?.() ?? true);
  }
}

/** Cooperative threads: exactly one step of one thread is done at a time. */
export class Scheduler {
  readonly threads: Thread[] = [];
  /** The thread whose step is being done. */
  current: Thread | undefined;

  constructor(private readonly onOops: (thread: Thread, oops: Oops) => void) {}

  /** Starts a call and stops before its first step. */
  spawn(name: string, call: string, body: (thread: Thread) => Kthread<string>): Thread {
    let self: Thread | undefined;
    function* run(): Kthread<string> {
      return yield* body(self!);
    }
    self = new Thread(name, call, run());
    this.threads.push(self);
    this.advance(self, undefined);
    return self;
  }

  /** Does the pending step of a thread, and stops before its next. */
  resume(thread: Thread, option: Option): void {
    this.advance(thread, option);
  }

  private advance(thread: Thread, option: Option | undefined): void {
    const before = this.current;
    this.current = thread;
    try {
      const next = option ? thread.body.next(option) : thread.body.next();
      thread.pending = next.done ? undefined : next.value;
      if (next.done) thread.result = next.value;
    } catch (error) {
      if (!(error instanceof Oops)) throw error;
      thread.pending = undefined;
      thread.result = 'oops';
      this.onOops(thread, error);
    } finally {
      this.current = before;
    }
    if (thread.ended) this.threads.splice(this.threads.indexOf(thread), 1);
  }
}
