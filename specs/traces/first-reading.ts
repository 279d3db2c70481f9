import type { TraceEvent } from 'xstate-check/traces';
import { Addresses } from './addresses.ts';
import { LIST_LOCKERS, LOCKERS, PM_CALLBACKS } from './functions.ts';
import type { Identities } from './identify.ts';
import type { Call, Joiner } from './lines.ts';
import { begins } from './sight.ts';

interface TaskState {
  call: number;
  /** The addresses of the memory_locks that it has taken. */
  held: string[];
  /** It has taken a lock whose address the trace does not show. */
  heldUnknown: boolean;
  /** Its last line that is no part of closing a file. */
  last: number;
  busy: boolean;
}

/** Names of the lines between the last fput() of a dma-buf and its release. */
const CLOSING = ['dma_buf_file_release', 'dma_buf_release'];
/** Reads which calls a trace has, and what each of them names. */
export class FirstReading {
  readonly #seen: Set<string>;
  readonly #isSeen = (name: string) => this.#seen.has(name);
  readonly #joiner: Joiner;
  readonly #tasks = new Map<string, TaskState>();
  readonly #addresses = new Addresses();
  readonly #callAddresses: string[][] = [];
  readonly #callInos: string[][] = [];
  readonly #callOpens = new Set<number>();
  readonly #closingAfter = new Set<number>();
  readonly #lastNamed = new Map<string, number>();
  readonly #resetSets = new Map<string, readonly string[]>();
  #resetUnknown = false;
  #open = 0;
  #mostOpen = 0;
  #busy = 0;
  #mostBusy = 0;
  #withCalls = 0;

  constructor(seen: Set<string>, joiner: Joiner) {
    this.#seen = seen;
    this.#joiner = joiner;
  }

  /** An address that is surely that of a memory_lock. */
  memoryLock(address: string): void {
    this.#addresses.memoryLock(address);
  }

  read(raw: TraceEvent): void {
    const task = this.#task(raw.task);
    for (const event of this.#joiner.join(raw)) this.#note(event, task);
    if (!CLOSING.includes(raw.name)) task.last = raw.line;
  }

  #note(event: Call, task: TaskState): void {
    if (begins(event)) this.#newCall(task);
    const { ino, sem, vdev } = event.fields;
    if (ino !== undefined && event.fields.exp_name === 'vfio_pci_core') {
      add(this.#callInos[task.call]!, ino);
    }
    for (const named of this.#callInos[task.call]!) this.#lastNamed.set(named, event.line);
    if (vdev !== undefined) {
      this.#addresses.vdev(vdev, task.held);
      this.#named(vdev, task);
    }
    if (event.kind === 'return' || event.kind === 'marker') return;
    switch (event.name) {
      case 'down_write':
      case 'down_write_trylock':
        this.#lock(event, sem, task);
        break;
      case 'up_write':
        task.held = task.held.filter((address) => address !== sem);
        if (task.held.length === 0) this.#busyNow(task, false);
        break;
      case 'vfio_pci_core_enable':
        this.#callOpens.add(task.call);
        this.#open++;
        this.#mostOpen = Math.max(this.#mostOpen, this.#open);
        break;
      case 'vfio_pci_core_disable':
        this.#open = Math.max(0, this.#open - 1);
        break;
      case 'pci_reset_bus':
        this.#reset(task);
        break;
      case 'vfio_pci_dma_buf_release':
        this.#closingAfter.add(task.last);
        break;
      default:
    }
  }

  #lock(event: Call, sem: string | undefined, task: TaskState): void {
    const { caller } = event;
    const isOwn = caller !== undefined && LOCKERS.includes(caller);
    const isListLock = caller !== undefined && LIST_LOCKERS.includes(caller);
    if (sem === undefined) {
      if (isOwn) task.heldUnknown = true;
      return;
    }
    if (isOwn || event.locks === 'memory_lock') this.#addresses.memoryLock(sem);
    else if (isListLock) this.#addresses.listLock(sem);
    else if (caller !== undefined && !this.#addresses.isMemoryLock(sem)) return;
    add(task.held, sem);
    this.#busyNow(task, true);
    const isByPm =
      caller !== undefined && PM_CALLBACKS.includes(caller) && !this.#callOpens.has(task.call);
    this.#named(sem, task, isByPm ? 'pm core' : 'user');
  }

  #reset(task: TaskState): void {
    if (task.heldUnknown || !this.#seen.has('down_write_trylock')) this.#resetUnknown = true;
    else this.#resetSets.set(task.held.toSorted().join(), task.held);
  }

  #named(address: string, { call }: TaskState, by: 'user' | 'pm core' = 'user'): void {
    add(this.#callAddresses[call]!, address);
    this.#addresses.named(address, call, by);
  }

  #busyNow(task: TaskState, busy: boolean): void {
    if (task.busy === busy) return;
    task.busy = busy;
    this.#busy += busy ? 1 : -1;
    this.#mostBusy = Math.max(this.#mostBusy, this.#busy);
  }

  #newCall(task: TaskState): void {
    task.call = this.#callAddresses.push([]) - 1;
    this.#callInos.push([]);
  }

  #task(name: string): TaskState {
    let task = this.#tasks.get(name);
    if (task === undefined) {
      task = { call: -1, held: [], heldUnknown: false, last: -1, busy: false };
      this.#newCall(task);
      this.#tasks.set(name, task);
      this.#withCalls++;
    }
    return task;
  }

  result(): Omit<Identities, 'joiner' | 'events' | 'known'> {
    const { keys, deviceOf, isMemoryLock, openedFirst } = this.#addresses.devices((call) =>
      this.#callOpens.has(call),
    );
    const count = Math.max(keys.length, this.#mostOpen, 1);
    const unnamed = Array.from({ length: count - keys.length }, () => '');
    const sets = [...this.#resetSets.values()].map((set) =>
      set.flatMap((address) => deviceOf(address) ?? []).sort((a, b) => a - b),
    );
    return {
      seen: this.#seen,
      isSeen: this.#isSeen,
      devices: [...keys, ...unnamed],
      deviceOf,
      isMemoryLock,
      callDevice: this.#callAddresses.map((addresses) =>
        count === 1 ? 0 : only(addresses.map(deviceOf)),
      ),
      callBuffer: this.#callInos.map(only),
      openedFirst: [...openedFirst, ...unnamed.map(() => false)],
      closingAfter: this.#closingAfter,
      lastNamed: this.#lastNamed,
      mostTasks: Math.max(1, Math.min(this.#withCalls, this.#mostBusy + 3)),
      setOf: (d) =>
        this.#resetUnknown || d === undefined
          ? []
          : [...new Set(sets.filter((set) => set.includes(d)).flat())],
      ...(!this.#resetUnknown && { resetSets: sets }),
    };
  }
}

/** The value, where all that are there are the same. */
function only<T>(values: readonly (T | undefined)[]): T | undefined {
  const different = new Set(values.filter((value) => value !== undefined));
  return different.size === 1 ? [...different][0] : undefined;
}

function add(list: string[], item: string): void {
  if (!list.includes(item)) list.push(item);
}
