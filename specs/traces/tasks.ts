import { InputError } from 'xstate-check';
import type { Followed } from './followed.ts';

/** A task, and when it last used the place that it has among the parts. */
interface Slot {
  task: string | undefined;
  used: number;
}

/** Which task of a trace has which place in the system that judges it. */
export class Tasks {
  readonly #followed: Followed;
  readonly #slots: Slot[];
  readonly #calls = new Map<string, number>();
  #call = 0;
  #clock = 0;

  constructor(followed: Followed) {
    this.#followed = followed;
    this.#slots = Array.from({ length: followed.scope.tasks }, () => ({
      task: undefined,
      used: 0,
    }));
  }

  /** The tasks of the trace so far. */
  get names(): string[] {
    return [...this.#calls.keys()];
  }

  /** The tasks that have a place now, by place. */
  get placed(): readonly (string | undefined)[] {
    return this.#slots.map(({ task }) => task);
  }

  isKnown(task: string): boolean {
    return this.#calls.has(task);
  }

  /** Calls are numbered as in the first reading: each task's first line begins one, too. */
  newCall(task: string): void {
    this.#calls.set(task, this.#call++);
  }

  /** The number of the call that the task is in. */
  callOf(task: string): number {
    return this.#calls.get(task)!;
  }

  step(task: string, labels: readonly string[]): boolean {
    const slot = this.slotOf(task);
    return this.#followed.monitor.step(labels.map((label) => `${label}@task${slot}`));
  }

  maybe(task: string, labels: readonly string[]): void {
    const slot = this.slotOf(task);
    this.#followed.monitor.maybe(labels.map((label) => `${label}@task${slot}`));
  }

  /** The place of a task; one that is in no call may give its place to another. */
  slotOf(task: string): number {
    const own = this.#slots.findIndex((slot) => slot.task === task);
    const found = own >= 0 ? own : this.#freeSlot();
    const slot = this.#slots[found]!;
    if (slot.task !== undefined && slot.task !== task) {
      // What the task did before is over, also where its last step was not seen.
      this.#followed.monitor.step([`task.holds_nothing@task${found}`]);
    }
    slot.task = task;
    slot.used = ++this.#clock;
    return found;
  }

  #freeSlot(): number {
    const unused = this.#slots.findIndex(({ task }) => task === undefined);
    if (unused >= 0) return unused;
    const isIdle = (t: number) =>
      this.#followed.partsOf(`task${t}`).every((part) => this.#followed.rests(part).includes(true));
    const idle = [...this.#slots.keys()]
      .sort((a, b) => this.#slots[a]!.used - this.#slots[b]!.used)
      .find(isIdle);
    if (idle !== undefined) return idle;
    throw new InputError(
      `more than ${this.#slots.length} tasks are inside calls at once, which is more than is followed`,
    );
  }
}
