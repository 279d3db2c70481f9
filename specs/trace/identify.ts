import type { TraceEvent } from '../../src/trace/ftrace.ts';
import { isKnown, LIST_LOCKERS, LOCKERS, rowsOf } from './functions.ts';
import { Joiner, returnOf, type Seen, seenAs } from './lines.ts';

/** Which devices, buffers and tasks a trace is about, as far as its lines say so. */
export interface Identities {
  readonly seen: Seen;
  readonly isSeen: (name: string) => boolean;
  /** The devices by number: the address of a vdev or of its memory_lock. */
  readonly devices: readonly string[];
  /** The number of the device that an address belongs to. */
  readonly deviceOf: (address: string) => number | undefined;
  readonly isMemoryLock: (address: string) => boolean;
  /** For each call, in the order of the trace, the only device that its lines name. */
  readonly callDevice: readonly (number | undefined)[];
  /** For each call the only buffer (inode number) that its lines name. */
  readonly callBuffer: readonly (string | undefined)[];
  /** For each device, whether the trace shows that it was opened before anything else was done. */
  readonly openedFirst: readonly boolean[];
  /** The lines after which a task may have dropped the last reference of a buffer's file. */
  readonly closingAfter: ReadonlySet<number>;
  /** For each buffer (inode number) the last line that names it. */
  readonly lastNamed: ReadonlyMap<string, number>;
  readonly mostBuffers: number;
  readonly mostTasks: number;
  /** The sets of devices that were locked where a bus was reset; absent where that is not known. */
  readonly resetSets?: readonly (readonly number[])[];
  readonly events: number;
  readonly known: number;
}

/** Whether a line begins a call of its task. */
export function begins(event: TraceEvent): boolean {
  return (
    event.kind !== 'return' &&
    rowsOf(sightOf(event), () => true).some(({ labels }) => labels.includes('task.enters'))
  );
}

/** What the rows of the table need to know of a line. */
export function sightOf(event: TraceEvent) {
  const returns = event.kind === 'return' ? (returnOf(event) ?? 'unknown') : undefined;
  // The caller of a return probe is the function returned to.
  const { caller } = event;
  const { revoked } = event.fields;
  return {
    name: event.kind === 'event' ? `event ${event.name}` : event.name,
    ...(returns !== undefined && { returns }),
    ...(caller !== undefined && { caller }),
    ...(revoked !== undefined && { revoked }),
  };
}

/** Reads a trace twice: what it shows at all, then which addresses are one device. */
export function identify(read: () => Iterable<TraceEvent>): Identities {
  const seen = new Set<string>();
  let events = 0;
  let known = 0;
  for (const event of read()) {
    events++;
    if (isKnown(event.name)) known++;
    for (const name of seenAs(event)) seen.add(name);
  }
  if (!seen.has('down_write') && seen.has('lock event of a memory_lock')) seen.add('down_write');
  const first = new FirstReading(seen);
  for (const event of read()) first.read(event);
  return { ...first.result(), events, known };
}

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
/** No struct vfio_pci_core_device is larger. */
const LARGEST_VDEV = 0x4000n;

class FirstReading {
  readonly #seen: Set<string>;
  readonly #isSeen = (name: string) => this.#seen.has(name);
  readonly #joiner: Joiner;
  readonly #tasks = new Map<string, TaskState>();
  readonly #locks = new Set<string>();
  readonly #listLocks = new Set<string>();
  readonly #vdevs = new Set<string>();
  readonly #offsets = new Map<bigint, number>();
  readonly #callAddresses: string[][] = [];
  readonly #callInos: string[][] = [];
  readonly #callOpens = new Set<number>();
  readonly #firstCall = new Map<string, number>();
  readonly #closingAfter = new Set<number>();
  readonly #lastNamed = new Map<string, number>();
  readonly #resetSets = new Map<string, readonly string[]>();
  #resetUnknown = false;
  #alive = 0;
  #mostBuffers = 0;
  #open = 0;
  #mostOpen = 0;
  #busy = 0;
  #mostBusy = 0;
  #withCalls = 0;

  constructor(seen: Set<string>) {
    this.#seen = seen;
    this.#joiner = new Joiner(withoutDownWriteOfLockEvents(seen));
  }

  read(raw: TraceEvent): void {
    const task = this.#task(raw.task);
    const event = this.#joiner.join(raw);
    if (event !== undefined) this.#note(event, task);
    if (!CLOSING.includes(raw.name)) task.last = raw.line;
  }

  #note(event: TraceEvent, task: TaskState): void {
    if (begins(event)) this.#newCall(task);
    const { ino, sem, vdev } = event.fields;
    if (ino !== undefined && event.fields.exp_name === 'vfio_pci_core') {
      add(this.#callInos[task.call]!, ino);
    }
    for (const named of this.#callInos[task.call]!) this.#lastNamed.set(named, event.line);
    if (vdev !== undefined) this.#vdev(vdev, task);
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
        this.#alive = Math.max(0, this.#alive - 1);
        break;
      default:
    }
    const labels = rowsOf(sightOf(event), this.#isSeen).flatMap((row) => row.labels);
    if (labels.includes('buf[b].export:begin')) {
      this.#mostBuffers = Math.max(this.#mostBuffers, ++this.#alive);
    }
  }

  #lock(event: TraceEvent, sem: string | undefined, task: TaskState): void {
    const { caller } = event;
    const isOwn = caller !== undefined && LOCKERS.includes(caller);
    const isListLock = caller !== undefined && LIST_LOCKERS.includes(caller);
    if (sem === undefined) {
      if (isOwn) task.heldUnknown = true;
      return;
    }
    if (isOwn || (caller === undefined && this.#seen.has('lock event of a memory_lock'))) {
      this.#locks.add(sem);
    } else if (isListLock) this.#listLocks.add(sem);
    else if (caller !== undefined && !this.#locks.has(sem)) return;
    add(task.held, sem);
    this.#busyNow(task, true);
    this.#address(sem, task);
  }

  #vdev(vdev: string, task: TaskState): void {
    this.#vdevs.add(vdev);
    this.#address(vdev, task);
    if (task.held.length !== 1 || !isAddress(vdev) || !isAddress(task.held[0]!)) return;
    const offset = BigInt(task.held[0]!) - BigInt(vdev);
    if (offset < 0n || offset > LARGEST_VDEV) return;
    this.#offsets.set(offset, (this.#offsets.get(offset) ?? 0) + 1);
  }

  #reset(task: TaskState): void {
    if (task.heldUnknown || !this.#seen.has('down_write_trylock')) this.#resetUnknown = true;
    else this.#resetSets.set(task.held.toSorted().join(), task.held);
  }

  #address(address: string, { call }: TaskState): void {
    add(this.#callAddresses[call]!, address);
    if (!this.#firstCall.has(address)) this.#firstCall.set(address, call);
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

  result(): Omit<Identities, 'events' | 'known'> {
    const offset = [...this.#offsets].sort((a, b) => b[1] - a[1])[0]?.[0];
    const canonical = (address: string) =>
      offset !== undefined && isAddress(address) && !this.#vdevs.has(address)
        ? hex(BigInt(address) - offset)
        : address;
    const locks = new Set(this.#locks);
    for (const sem of this.#listLocks) if (!this.#isOtherLock(sem)) locks.add(sem);
    if (offset !== undefined) {
      for (const vdev of this.#vdevs) if (isAddress(vdev)) locks.add(hex(BigInt(vdev) + offset));
    }
    const named = [...locks].map(canonical).concat(offset === undefined ? [] : [...this.#vdevs]);
    const devices = [...new Set(named)].filter((key) => this.#isUsed(key, offset));
    const numberOf = new Map(devices.map((key, d) => [key, d]));
    const deviceOf = (address: string) => numberOf.get(canonical(address));
    const count = Math.max(devices.length, this.#mostOpen, 1);
    const all = [...devices, ...Array<string>(count - devices.length).fill('')];
    const only = <T>(values: readonly (T | undefined)[]) => {
      const different = new Set(values.filter((value) => value !== undefined));
      return different.size === 1 ? [...different][0] : undefined;
    };
    return {
      seen: this.#seen,
      isSeen: this.#isSeen,
      devices: all,
      deviceOf,
      isMemoryLock: (address) => locks.has(address),
      callDevice: this.#callAddresses.map((addresses) =>
        count === 1 ? 0 : only(addresses.map(deviceOf)),
      ),
      callBuffer: this.#callInos.map(only),
      openedFirst: all.map((key) =>
        [...this.#firstCall].some(
          ([address, call]) =>
            canonical(address) === key && this.#isFirst(address, canonical, call),
        ),
      ),
      closingAfter: this.#closingAfter,
      lastNamed: this.#lastNamed,
      mostBuffers: Math.max(1, this.#mostBuffers),
      mostTasks: Math.max(1, Math.min(this.#withCalls, this.#mostBusy + 3)),
      ...(!this.#resetUnknown && {
        resetSets: [...this.#resetSets.values()].map((set) =>
          set.flatMap((address) => deviceOf(address) ?? []).sort((a, b) => a - b),
        ),
      }),
    };
  }

  /** Another lock in the same struct: the mmap series has a `dmabuf_lock` beside memory_lock. */
  #isOtherLock(sem: string): boolean {
    if (this.#locks.has(sem) || !isAddress(sem)) return false;
    const near = (other: string) => {
      const distance = BigInt(other) - BigInt(sem);
      return distance > -LARGEST_VDEV && distance < LARGEST_VDEV;
    };
    return [...this.#locks].some((other) => isAddress(other) && near(other));
  }

  #isUsed(key: string, offset: bigint | undefined): boolean {
    return (
      this.#firstCall.has(key) ||
      (offset !== undefined && isAddress(key) && this.#firstCall.has(hex(BigInt(key) + offset)))
    );
  }

  /** Whether the first call that names a device opens it. */
  #isFirst(address: string, canonical: (address: string) => string, call: number): boolean {
    if (!this.#callOpens.has(call)) return false;
    return [...this.#firstCall].every(
      ([other, at]) => canonical(other) !== canonical(address) || at >= call,
    );
  }
}

/** Where lock events stand for down_write(), the joiner has to turn them into calls. */
function withoutDownWriteOfLockEvents(seen: Seen): Seen {
  const isFromEvents = seen.has('lock event of a memory_lock') && !hasDownWrite(seen);
  if (!isFromEvents) return seen;
  const without = new Set(seen);
  without.delete('down_write');
  return without;
}

function hasDownWrite(seen: Seen): boolean {
  return seen.has('down_write()') || seen.has('down_write probe');
}

export function joinerFor({ seen }: Pick<Identities, 'seen'>): Joiner {
  return new Joiner(withoutDownWriteOfLockEvents(seen));
}

function add(list: string[], item: string): void {
  if (!list.includes(item)) list.push(item);
}

function isAddress(text: string): boolean {
  return /^0x[0-9a-f]+$/.test(text);
}

function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}
