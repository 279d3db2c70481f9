import type { TraceEvent } from 'xstate-check/traces';
import type { Buffers } from './buffers.ts';
import type { Followed } from './followed.ts';
import type { Identities } from './identify.ts';
import type { Tasks } from './tasks.ts';
import { busReset, othersClosed } from './trace.system.ts';

/** The labels that a line stands for, one of which has to be possible. */
export interface Meant {
  readonly labels: readonly string[];
  /** Where none of them is possible it is about something that is not followed. */
  readonly optional?: boolean;
  /** It may be about something that is not followed, also where one of them is possible. */
  readonly uncertain?: boolean;
}

/** Calls that say something of the answer of the function which makes them. */
const WITHIN: Readonly<Record<string, string>> = {
  dma_buf_attach_revocable: 'vfio_pci_dma_buf_attach',
  dma_buf_phys_vec_to_sgt: 'vfio_pci_dma_buf_map',
};

/** Fills in which devices and buffers a line is about, as far as the trace says. */
export class Meaning {
  readonly #ids: Identities;
  readonly #followed: Followed;
  readonly #buffers: Buffers;
  readonly #tasks: Tasks;
  /** For each task the device whose buffers it walks over. */
  readonly #walked = new Map<string, number>();
  /** For each task the device whose memory_lock it tried last, where that is known. */
  readonly #tried = new Map<string, number>();

  constructor(ids: Identities, followed: Followed, buffers: Buffers, tasks: Tasks) {
    this.#ids = ids;
    this.#followed = followed;
    this.#buffers = buffers;
    this.#tasks = tasks;
  }

  newCall(task: string): void {
    this.#walked.delete(task);
  }

  /**
   * What a line means; `undefined` where it means nothing.
   *
   * @param labels - what the table says, with letters for indices
   */
  of(event: TraceEvent, labels: readonly string[]): Meant | undefined {
    const { name, task } = event;
    if (/^(down_write|down_write_trylock|up_write)$/.test(name)) return this.#lock(event, labels);
    if (labels.length === 0) return undefined;
    if (name === 'pci_reset_bus') return { labels: this.#busReset(task, labels) };
    if (labels.every((label) => label.startsWith('task.'))) return { labels };
    if (labels[0]!.startsWith('buf[b]')) return this.#buffer(event, labels);
    const devices = this.devices(event);
    if (name === 'vfio_device_put_registration') {
      const listed = devices.flatMap((d) => this.#buffers.listed(d));
      const cleanups = labels.includes('listed[d].cleanup')
        ? listed.map((buffer) => `${buffer}.cleanup`)
        : [];
      return { labels: [...cleanups, ...labels.filter((label) => label.startsWith('task.'))] };
    }
    if (labels.some((label) => label.includes('move(')) && devices.length === 1) {
      this.#walked.set(task, devices[0]!);
    }
    return { labels: devices.flatMap((d) => labels.map((label) => forDevice(label, d))) };
  }

  /** The devices that a line may be about. */
  devices(event: TraceEvent): number[] {
    const { sem, vdev } = event.fields;
    for (const address of [sem, vdev]) {
      const d = address === undefined ? undefined : this.#ids.deviceOf(address);
      if (d !== undefined) return [d];
    }
    const tried = this.#tried.get(event.task);
    if (event.kind === 'return' && event.name === 'down_write_trylock' && tried !== undefined) {
      return [tried];
    }
    const isWalk = event.caller === 'vfio_pci_dma_buf_move';
    const walked = isWalk ? this.#walked.get(event.task) : undefined;
    const d = walked ?? this.#ids.callDevice[this.#tasks.callOf(event.task)];
    return d === undefined ? this.allDevices() : [d];
  }

  allDevices(): number[] {
    return Array.from({ length: this.#followed.scope.devices }, (_, d) => d);
  }

  #lock(event: TraceEvent, labels: readonly string[]): Meant | undefined {
    const { caller, name, fields, kind } = event;
    const { sem } = fields;
    const isReturn = kind === 'return';
    if (sem !== undefined && !this.#ids.isMemoryLock(sem)) {
      const isExport = labels.includes('buf[b].export:begin') && caller !== undefined;
      // The mmap series locks its own list there.
      return isExport ? { labels: [] } : undefined;
    }
    const isOwn = caller?.startsWith('vfio_pci_') ?? false;
    if (name === 'up_write' && sem === undefined && !isOwn) return this.#unlockOf(event);
    if (labels.length === 0) {
      if (isReturn || name !== 'down_write') return undefined;
      if (sem === undefined && !isOwn) return undefined;
    }
    const devices = this.devices(event);
    if (name === 'down_write_trylock' && !isReturn) {
      if (devices.length === 1) this.#tried.set(event.task, devices[0]!);
      else this.#tried.delete(event.task);
    }
    return { labels: this.#lockLabels(event, labels, devices) };
  }

  /** An up_write() that does not say of which lock, by a function that may have been inlined into. */
  #unlockOf(event: TraceEvent): Meant | undefined {
    const { caller } = event;
    if (caller !== undefined && !caller.startsWith('vfio_')) return undefined;
    return { labels: this.devices(event).map((d) => `dev[${d}].up_write`), optional: true };
  }

  #lockLabels(event: TraceEvent, labels: readonly string[], devices: readonly number[]): string[] {
    const isUnknown = event.caller === undefined && event.name === 'down_write';
    const unknown = labels.length === 0 || isUnknown ? ['dev[d].down_write#unknown'] : [];
    return [...labels, ...unknown].flatMap((label) =>
      label === 'buf[b].export:begin'
        ? this.#newBuffer(event, devices)
        : devices.map((d) => forDevice(label, d)),
    );
  }

  /** A hot reset of the devices that the task has locked, or a reset at the last close of a set. */
  #busReset(task: string, labels: readonly string[]): string[] {
    const sets = this.#followed.scope.resetSets.filter((set) => set.length > 0);
    const closing = this.#ids.callDevice[this.#tasks.callOf(task)];
    const others = this.#ids.setOf(closing).filter((d) => d !== closing);
    const closed = others.length === 0 ? 'task.holds_nothing' : othersClosed(others);
    return labels.flatMap((label) => (label === 'bus.reset' ? sets.map(busReset) : [closed]));
  }

  #buffer(event: TraceEvent, labels: readonly string[]): Meant | undefined {
    if (labels.includes('buf[b].export:begin')) {
      return { labels: this.#newBuffer(event, this.devices(event)) };
    }
    if (event.name === 'vfio_pci_dma_buf_unmap') return this.#unmap(event);
    if (!this.#isJudged(event)) return undefined;
    const ino = this.#ino(event);
    const known = this.#buffers.placesOf(ino);
    const mayBeOther = known === undefined && this.#buffers.mayBeOthers();
    // A buffer that was exported before the trace began is not followed.
    if (known === undefined && ino !== undefined) return undefined;
    if (mayBeOther && !labels.every((label) => label.startsWith('buf[b].map'))) return undefined;
    const buffers = known ?? this.#buffers.all();
    return {
      labels: buffers.flatMap((buf) => labels.map((l) => l.replace('buf[b]', buf))),
      uncertain: mayBeOther,
    };
  }

  /** An answer is judged where the call is seen, and its return or what it calls in between. */
  #isJudged({ name, kind }: TraceEvent): boolean {
    const within = WITHIN[name];
    if (within !== undefined) return this.#ids.isSeen(within);
    if (kind === 'return') return this.#ids.isSeen(name);
    const inside = Object.entries(WITHIN).flatMap(([callee, caller]) =>
      caller === name ? [callee] : [],
    );
    return [`${name}:return`, ...inside.map((callee) => `${callee} <-${name}`)].some(
      this.#ids.isSeen,
    );
  }

  /** One mapping is given up, where it is known how many there are. */
  #unmap(event: TraceEvent): Meant | undefined {
    const isCounted = ['vfio_pci_dma_buf_map', 'vfio_pci_dma_buf_map:return'].every(
      this.#ids.isSeen,
    );
    if (!isCounted) return undefined;
    const ino = this.#ino(event);
    const known = this.#buffers.placesOf(ino);
    if (known === undefined && ino !== undefined) return undefined;
    const older = this.allDevices().map((d) => `older[${d}]`);
    const buffers = [...(known ?? this.#buffers.all()), ...older];
    return {
      labels: buffers.map((buf) => `${buf}.unmap`),
      uncertain: known === undefined && this.#buffers.mayBeOthers(),
    };
  }

  #newBuffer(event: TraceEvent, devices: readonly number[]): string[] {
    const places = this.#buffers.exported(this.#ino(event), devices);
    return places.map((place) => `${place}.export:begin`);
  }

  #ino({ task }: TraceEvent): string | undefined {
    return this.#ids.callBuffer[this.#tasks.callOf(task)];
  }
}

export function forDevice(label: string, d: number): string {
  return label.replace('dev[d]', `dev[${d}]`);
}
