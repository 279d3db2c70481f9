import { beforeEach, describe, expect, it } from 'vitest';
import { Kernel } from '../kernel/kernel.ts';
import type { Thread } from '../kernel/scheduler.ts';
import type { Kthread } from '../kernel/step.ts';
import { down_read, down_write, type RwSemaphore, up_read, up_write } from './rwsem.ts';

let kernel: Kernel;
let sem: RwSemaphore;

beforeEach(() => {
  kernel = new Kernel({ devices: [{}], buffers: [], attachments: [], faults: new Set() });
  sem = kernel.devices[0]!.memory_lock;
});

/** A thread that stands before the first of these operations. */
function thread(name: string, ...operations: ((lock: RwSemaphore) => Kthread)[]): Thread {
  return kernel.scheduler.spawn(name, name, function* () {
    for (const operation of operations) yield* operation(sem);
    return 'ok';
  });
}

/** Does the next operation of a thread. */
function go(one: Thread): void {
  if (!one.ready) throw new Error(`${one.name} sleeps: ${one.pending?.waitsFor?.()}`);
  kernel.scheduler.resume(one, one.pending!.options()[0]!);
}

describe('a rwsem', () => {
  it('lets readers in beside readers, and no writer', () => {
    const [a, b] = [thread('a', down_read, up_read), thread('b', down_read, up_read)];
    go(a);
    go(b);
    const writer = thread('writer', down_write, up_write);
    expect(writer.ready).toBe(false);
    go(a);
    expect(writer.ready).toBe(false);
    go(b);
    go(writer);
    expect(sem.state).toBe('write');
  });

  it('keeps a reader out while a writer waits for another reader', () => {
    const first = thread('first', down_read, up_read);
    const second = thread('second', down_read, up_read);
    go(first);
    const writer = thread('writer', down_write, up_write);
    expect(second.ready).toBe(false);
    expect(second.pending!.waitsFor!()).toBe(
      'dev[0].memory_lock is held by first, and writer waits to write',
    );
    go(first);
    // It is free, and the writer is being woken: who runs may be faster.
    expect([second.ready, writer.ready]).toEqual([true, true]);
  });

  it('makes a reader that reads again wait for itself', () => {
    const reader = thread('reader', down_read, down_read, up_read, up_read);
    go(reader);
    expect(reader.ready).toBe(true);
    const writer = thread('writer', down_write, up_write);
    expect([reader.ready, writer.ready]).toEqual([false, false]);
  });

  it('counts a reader that reads again twice where nobody writes', () => {
    const reader = thread('reader', down_read, down_read, up_read, up_read);
    go(reader);
    go(reader);
    go(reader);
    expect(sem.state).toBe('read');
    go(reader);
    expect(sem.state).toBe('free');
    expect(kernel.warnings).toEqual([]);
  });
});
