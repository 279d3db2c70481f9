import { ofAllThreads } from './memory.ts';

/*
 * Who does what next. A task has items, numbered from 0; whoever is free takes the next, and all
 * items are done before the main thread gives another task. The task, how many of its items nobody
 * has taken, and a number that tells it from the task before are one word, so that nobody takes an
 * item of a task that is over.
 */

/** Places in what all threads share. */
const TICKET = 0;
const ITEMS = 1;
const UNDONE = 2;
const STOPPED = 3;
const FAILED = 4;
/** Counts how often the table's arrays have moved. */
export const VERSION = 5;

const COUNT_BITS = 8;
const TASK_BITS = 4;
const COUNT = 2 ** COUNT_BITS - 1;
const TASK = 2 ** TASK_BITS - 1;

export type Control = Int32Array;

export const newControl = (): Control => ofAllThreads.make(8);

/** An item of a task, as one number. */
export type Taken = number;
export const taskOf = (taken: Taken): number => taken >>> COUNT_BITS;
export const itemOf = (taken: Taken): number => taken & COUNT;

/** Gives a task; all items of the one before are done. */
export function give(control: Control, task: number, items: number): void {
  Atomics.store(control, ITEMS, items);
  Atomics.store(control, UNDONE, items);
  const number = (Atomics.load(control, TICKET) >>> (COUNT_BITS + TASK_BITS)) + 1;
  Atomics.store(control, TICKET, (((number << TASK_BITS) | task) << COUNT_BITS) | items);
  Atomics.notify(control, TICKET);
}

/** Takes an item, the next in their order; -1 where there is none. */
export function take(control: Control): Taken {
  for (;;) {
    const ticket = Atomics.load(control, TICKET);
    if ((ticket & COUNT) === 0) return -1;
    if (Atomics.compareExchange(control, TICKET, ticket, ticket - 1) !== ticket) continue;
    const item = Atomics.load(control, ITEMS) - (ticket & COUNT);
    return (((ticket >>> COUNT_BITS) & TASK) << COUNT_BITS) | item;
  }
}

/** An item that was taken is done. */
export function finish(control: Control): void {
  if (Atomics.sub(control, UNDONE, 1) === 1) Atomics.notify(control, UNDONE);
}

/** Looks that a thread takes before it sleeps: some microseconds. */
const LOOKS = 2_000;
/** Milliseconds after which one who sleeps looks again by itself. */
const SLEEP = 50;

/** Waits until the others have done what they took; false where one of them could not. */
export function waitForOthers(control: Control): boolean {
  for (let look = 0; ; look++) {
    const undone = Atomics.load(control, UNDONE);
    if (undone === 0) return true;
    if (Atomics.load(control, FAILED) !== 0) return false;
    if (look > LOOKS) Atomics.wait(control, UNDONE, undone, SLEEP);
  }
}

/** Waits for an item; -1 where there will be none. */
export function waitForItem(control: Control): Taken {
  for (let look = 0; ; look++) {
    if (Atomics.load(control, STOPPED) !== 0) return -1;
    const ticket = Atomics.load(control, TICKET);
    const taken = take(control);
    if (taken >= 0) return taken;
    if (look > LOOKS) Atomics.wait(control, TICKET, ticket, SLEEP);
  }
}

/** The main thread has no more tasks. */
export function stop(control: Control): void {
  Atomics.store(control, STOPPED, 1);
  Atomics.notify(control, TICKET);
}

/** A helper cannot do what it took. */
export function fail(control: Control): void {
  Atomics.store(control, FAILED, 1);
  Atomics.notify(control, UNDONE);
}
