import { InputError } from '../../src/errors.ts';
import { isIn } from '../../src/lts/lts.ts';
import { compose, type Product } from '../../src/system/product.ts';
import type { TraceEvent } from '../../src/trace/ftrace.ts';
import { Monitor } from '../../src/trace/monitor.ts';
import type { OpenCall, ShownEvent, TraceVerdict } from '../../src/trace/verdict.ts';
import { coverageOf, statesOf } from './account.ts';
import { initialStates } from './beginnings.ts';
import { isHidden, lockOf, rowsOf } from './functions.ts';
import { begins, type Identities, identify, joinerFor, sightOf } from './identify.ts';
import { returnOf } from './lines.ts';
import {
  bufferName,
  busReset,
  releaseUnseen,
  type TraceScope,
  traceSystem,
} from './trace.system.ts';
import { say, sayLabel, whyNot } from './words.ts';

export interface JudgeOptions {
  /** The trace's last calls are known to hang. */
  readonly hung?: boolean;
  readonly progress?: (line: number) => void;
}

/** The lines that are shown before a rejection. */
const SHOWN = 24;
/** Devices up to which every set of them may be reset where the trace does not say which. */
const MOST_UNKNOWN_SETS = 6;
/** Buffers that are followed at the same time. */
const MOST_BUFFERS = 256;
/** A line that a watchdog writes where a call does not return. */
const HUNG = /^\s*HUNG\b/;

/**
 * Judges a trace: whether the machines have a run that shows these lines.
 *
 * @param read - reads the trace; it is read three times
 * @throws InputError where the trace says nothing about what is specified
 */
export function judgeTrace(
  read: () => Iterable<TraceEvent>,
  options: JudgeOptions = {},
): TraceVerdict {
  const identities = identify(read);
  if (![...identities.seen].some((name) => /^vfio_|^(event )?dma_buf_|memory_lock/.test(name))) {
    throw new InputError(
      `none of its ${identities.events} events is one of vfio or dma-buf; docs/traces.md says what to record`,
    );
  }
  return new Judge(identities, options).judge(read());
}

/** A task, and the place among the parts that it has now. */
interface Slot {
  task: string | undefined;
  used: number;
}

class Judge {
  readonly #ids: Identities;
  readonly #options: JudgeOptions;
  readonly #scope: TraceScope;
  readonly #product: Product;
  readonly #monitor: Monitor;
  readonly #partOf: ReadonlyMap<string, number>;
  readonly #slots: Slot[];
  readonly #calls = new Map<string, number>();
  readonly #walkDevice = new Map<string, number>();
  /** For each task the device whose memory_lock it tried last, where that is known. */
  readonly #tried = new Map<string, number>();
  /** For each buffer (inode number) the parts that may stand for it, and the other way round. */
  readonly #bufferOf = new Map<string, readonly string[]>();
  readonly #inoOf = new Map<string, string>();
  /** For each task the mappings that it made and did not give up. */
  readonly #mapped = new Map<string, number>();
  readonly #shown: ShownEvent[] = [];
  readonly #lastOf = new Map<string, ShownEvent>();
  #call = 0;
  #explained = 0;
  #hung: boolean;
  #rejection: TraceVerdict['rejection'];

  constructor(ids: Identities, options: JudgeOptions) {
    this.#ids = ids;
    this.#options = options;
    this.#hung = options.hung ?? false;
    const devices = ids.devices.length;
    if (ids.mostBuffers > MOST_BUFFERS) {
      throw new InputError(
        `it has ${ids.mostBuffers} buffers at once, and no more than ${MOST_BUFFERS} are followed`,
      );
    }
    this.#scope = {
      devices,
      buffers: ids.mostBuffers,
      tasks: ids.mostTasks,
      resetSets: ids.resetSets ?? subsets(devices),
    };
    this.#product = compose(traceSystem(this.#scope));
    this.#partOf = new Map(this.#product.parts.map(({ name }, part) => [name, part]));
    this.#monitor = new Monitor(this.#product, {
      initial: initialStates(this.#product, ids.openedFirst),
      isHidden: (label) => isHidden(label, ids.isSeen),
      renewed: 'absent',
    });
    this.#slots = Array.from({ length: ids.mostTasks }, () => ({ task: undefined, used: 0 }));
  }

  judge(events: Iterable<TraceEvent>): TraceVerdict {
    const joiner = joinerFor(this.#ids);
    for (const raw of events) {
      if (raw.line % 10_000 === 0) this.#options.progress?.(raw.line);
      if (raw.kind === 'marker' && HUNG.test(raw.fields.text ?? '')) {
        this.#hung = true;
        continue;
      }
      if (!this.#calls.has(raw.task)) this.#newCall(raw.task);
      const event = joiner.join(raw);
      if (event !== undefined && !this.#read(event)) break;
      if (this.#ids.closingAfter.has(raw.line)) this.#step(raw.task, ['task.closing']);
    }
    return this.#verdict();
  }

  /** @returns false where no run explains the line */
  #read(event: TraceEvent): boolean {
    const isBeginning = begins(event);
    if (isBeginning) this.#newCall(event.task);
    const rows = rowsOf(sightOf(event), this.#ids.isSeen);
    const labels = [...new Set(rows.flatMap((row) => row.labels))];
    if (isBeginning && !this.#ids.isSeen('down_write')) this.#maybeUnlocked(event.task);
    if (isBeginning && !this.#step(event.task, ['task.enters'])) {
      return this.#reject(event, ['task.enters']);
    }
    if (labels.length > 0) this.#maybeReleased(event.line);
    const meant = this.#meant(
      event,
      labels.filter((label) => label !== 'task.enters'),
    );
    if (meant === undefined) {
      if (isBeginning) this.#note(event);
      return true;
    }
    if (meant.labels.length === 0) return true;
    if (!this.#ids.isSeen('down_write')) this.#maybeLocked(event);
    const done = this.#step(event.task, meant.labels);
    if (!done && meant.optional) return true;
    if (!done) return this.#reject(event, meant.labels);
    if (meant.labels[0] === 'task.vfio_pci_dma_buf_release') this.#forgetBuffers(event.line);
    this.#note(event);
    return true;
  }

  /** The labels that a line stands for, objects filled in; `undefined` where it stands for none. */
  #meant(
    event: TraceEvent,
    labels: readonly string[],
  ): { labels: readonly string[]; optional?: boolean } | undefined {
    const { name } = event;
    if (/^(down_write|down_write_trylock|up_write)$/.test(name)) return this.#lock(event, labels);
    if (labels.length === 0) return undefined;
    if (labels[0] === 'bus.reset' || labels.includes('task.holds_nothing')) {
      return { labels: this.#busReset(labels) };
    }
    if (labels[0]!.startsWith('task.')) return { labels };
    if (labels[0]!.startsWith('buf[b]')) return this.#buffer(event, labels);
    const devices = this.#devices(event);
    if (labels[0] === 'listed[d].cleanup') {
      return { labels: devices.flatMap((d) => this.#listed(d).map((buf) => `${buf}.cleanup`)) };
    }
    if (labels.some((label) => label.includes('move(')) && devices.length === 1) {
      this.#walkDevice.set(event.task, devices[0]!);
    }
    return { labels: devices.flatMap((d) => labels.map((label) => forDevice(label, d))) };
  }

  #lock(event: TraceEvent, labels: readonly string[]) {
    const { sem } = event.fields;
    const { caller = '', name } = event;
    const isOwn = caller.startsWith('vfio_pci_');
    if (sem !== undefined && !this.#ids.isMemoryLock(sem)) {
      const isExport = labels.includes('buf[b].export:begin') && event.caller !== undefined;
      // The mmap series locks its own list there.
      return isExport ? { labels: [] } : undefined;
    }
    const isReturn = event.kind === 'return';
    if (name === 'up_write' && sem === undefined && !caller.startsWith('vfio_pci_')) {
      if (caller !== '' && !caller.startsWith('vfio_')) return undefined;
      return { labels: this.#devices(event).map((d) => `dev[${d}].up_write`), optional: true };
    }
    if (labels.length === 0 && (isReturn || name !== 'down_write')) return undefined;
    if (labels.length === 0 && sem === undefined && !isOwn) return undefined;
    const devices = this.#devices(event);
    if (name === 'down_write_trylock' && !isReturn) {
      if (devices.length === 1) this.#tried.set(event.task, devices[0]!);
      else this.#tried.delete(event.task);
    }
    const meant = labels.length === 0 ? ['dev[d].down_write#unknown'] : labels;
    const unknown = event.caller === undefined && name === 'down_write';
    const all = unknown ? [...meant, 'dev[d].down_write#unknown'] : meant;
    return {
      labels: all.flatMap((label) =>
        label === 'buf[b].export:begin'
          ? this.#newBuffer(event, devices)
          : devices.map((d) => forDevice(label, d)),
      ),
    };
  }

  #busReset(labels: readonly string[]): string[] {
    return labels.flatMap((label) =>
      label === 'bus.reset'
        ? this.#scope.resetSets.filter((set) => set.length > 0).map(busReset)
        : [label],
    );
  }

  #buffer(event: TraceEvent, labels: readonly string[]) {
    if (labels.includes('buf[b].export:begin')) {
      return { labels: this.#newBuffer(event, this.#devices(event)) };
    }
    if (event.name === 'vfio_pci_dma_buf_unmap') return this.#unmap(event);
    const returns = this.#ids.isSeen(`${event.name}:return`);
    if (event.kind !== 'return' && event.name !== 'dma_buf_attach_revocable' && !returns) {
      if (!labels.some((label) => label.includes('attach:begin'))) return undefined;
      if (!this.#ids.isSeen('dma_buf_attach_revocable')) return undefined;
    }
    // An answer is judged where the call was seen, too.
    const called =
      event.name === 'dma_buf_attach_revocable' ? 'vfio_pci_dma_buf_attach' : event.name;
    if (!this.#ids.isSeen(called)) return undefined;
    const ino = this.#ids.callBuffer[this.#calls.get(event.task)!];
    const known = ino === undefined ? undefined : this.#bufferOf.get(ino);
    // A buffer that was exported before the trace began is not followed.
    if (known === undefined && (ino !== undefined || this.#mayBeOlder())) return undefined;
    const buffers = known ?? this.#allBuffers();
    return { labels: buffers.flatMap((buf) => labels.map((l) => l.replace('buf[b]', buf))) };
  }

  /** One mapping is given up, where it is known how many there are. */
  #unmap(event: TraceEvent) {
    const isCounted = ['vfio_pci_dma_buf_map', 'vfio_pci_dma_buf_map:return'].every(
      this.#ids.isSeen,
    );
    if (!isCounted) return undefined;
    const ino = this.#ids.callBuffer[this.#calls.get(event.task)!];
    const older = range(this.#scope.devices).map((d) => `older[${d}]`);
    const known = ino === undefined ? undefined : this.#bufferOf.get(ino);
    const buffers = [...(known ?? this.#allBuffers()), ...older];
    return { labels: buffers.map((buf) => `${buf}.unmap`) };
  }

  /** The places that a new buffer may take, of which it takes the first that is surely free. */
  #newBuffer(event: TraceEvent, devices: readonly number[]): string[] {
    const ino = this.#ids.callBuffer[this.#calls.get(event.task)!];
    const buffers = devices.flatMap((d) => {
      const own = range(this.#scope.buffers).map((slot) => bufferName(this.#scope, d, slot));
      const isFree = (buf: string, every: boolean) => {
        const locals = this.#monitor.locals(this.#partOf.get(buf)!);
        return (every ? locals.every((l) => l === 0) : locals.includes(0)) && !this.#isAwaited(buf);
      };
      const free = own.find((buf) => isFree(buf, true));
      return free !== undefined ? [free] : own.filter((buf) => isFree(buf, false));
    });
    for (const buf of buffers) {
      const before = this.#inoOf.get(buf);
      if (before !== undefined) this.#bufferOf.delete(before);
      if (ino !== undefined) this.#inoOf.set(buf, ino);
      else this.#inoOf.delete(buf);
    }
    for (const [buf, known] of this.#inoOf) {
      // The number of an inode that is gone can be given again.
      if (known === ino && !buffers.includes(buf)) this.#inoOf.delete(buf);
    }
    if (ino !== undefined) this.#bufferOf.set(ino, buffers);
    return buffers.map((buf) => `${buf}.export:begin`);
  }

  /** Some task is exporting into this place. */
  #isAwaited(buf: string): boolean {
    return this.#slots.some((_, t) =>
      this.#monitor.locals(this.#partOf.get(`${buf}.call@task${t}`)!).some((local) => local !== 0),
    );
  }

  #mayBeOlder(): boolean {
    return range(this.#scope.devices).some((d) => this.#isIn(`older[${d}]`, 'before'));
  }

  /** The buffers that may be on the list of a device. */
  #listed(d: number): string[] {
    const own = range(this.#scope.buffers).map((slot) => bufferName(this.#scope, d, slot));
    return [...own, `older[${d}]`];
  }

  #allBuffers(): string[] {
    return range(this.#scope.devices).flatMap((d) =>
      range(this.#scope.buffers).map((slot) => bufferName(this.#scope, d, slot)),
    );
  }

  /** The devices that a line may be about. */
  #devices(event: TraceEvent): number[] {
    const { sem, vdev } = event.fields;
    for (const address of [sem, vdev]) {
      const d = address === undefined ? undefined : this.#ids.deviceOf(address);
      if (d !== undefined) return [d];
    }
    const tried = this.#tried.get(event.task);
    if (event.kind === 'return' && event.name === 'down_write_trylock' && tried !== undefined) {
      return [tried];
    }
    const walk =
      event.caller === 'vfio_pci_dma_buf_move' ? this.#walkDevice.get(event.task) : undefined;
    const d = walk ?? this.#ids.callDevice[this.#calls.get(event.task)!];
    return d === undefined ? range(this.#scope.devices) : [d];
  }

  #newCall(task: string): void {
    // Calls are numbered as in the first reading: each task's first line begins one, too.
    this.#calls.set(task, this.#call++);
    this.#walkDevice.delete(task);
  }

  /** Where no release is seen, a buffer may be gone once the trace does not name it any more. */
  #maybeReleased(line: number): void {
    if (this.#ids.isSeen('vfio_pci_dma_buf_release')) return;
    for (const buf of this.#allBuffers()) {
      if (!this.#isNamedAfter(buf, line)) this.#monitor.maybe([releaseUnseen(buf)]);
    }
    this.#forgetBuffers(line);
  }

  /** Which of the buffers that the trace does not name any more is in which state is all one. */
  #forgetBuffers(line: number): void {
    for (const d of range(this.#scope.devices)) {
      const alike = range(this.#scope.buffers)
        .map((slot) => bufferName(this.#scope, d, slot))
        .filter((buf) => !this.#isNamedAfter(buf, line));
      for (const buf of alike) this.#inoOf.delete(buf);
      this.#monitor.interchange(
        alike.map((buf) => [
          this.#partOf.get(buf)!,
          this.#partOf.get(`${buf}.mappings`)!,
          ...this.#slots.map((_, t) => this.#partOf.get(`${buf}.call@task${t}`)!),
        ]),
      );
    }
  }

  #isNamedAfter(buf: string, line: number): boolean {
    const ino = this.#inoOf.get(buf);
    return ino !== undefined && this.#ids.lastNamed.get(ino)! >= line;
  }

  /** Where no lock is seen, the function says by whom the lock may have been taken before it. */
  #maybeLocked(event: TraceEvent): void {
    const { caller, task } = event;
    const label = caller === undefined ? 'dev[d].down_write#unknown' : lockOf(caller);
    if (label === undefined || event.name === 'dma_buf_export') {
      if (caller !== 'vfio_pci_dma_buf_move') this.#maybeUnlocked(task);
      return;
    }
    const isTrylock = label.endsWith('trylock');
    const devices =
      event.name === 'pci_reset_bus' ? range(this.#scope.devices) : this.#devices(event);
    for (const d of devices) {
      if (!isTrylock) this.#maybe(task, [`dev[${d}].up_write`]);
      this.#maybe(task, [forDevice(label, d)]);
      if (isTrylock) this.#maybe(task, [`dev[${d}].begin#trylock`]);
    }
  }

  #maybeUnlocked(task: string): void {
    for (const d of range(this.#scope.devices)) this.#maybe(task, [`dev[${d}].up_write`]);
  }

  #maybe(task: string, labels: readonly string[]): void {
    const slot = this.#slotOf(task);
    this.#monitor.maybe(labels.map((label) => `${label}@task${slot}`));
  }

  #step(task: string, labels: readonly string[]): boolean {
    const slot = this.#slotOf(task);
    return this.#monitor.step(labels.map((label) => `${label}@task${slot}`));
  }

  /** The place of a task; one that is in no call may give its place to another. */
  #slotOf(task: string): number {
    const own = this.#slots.findIndex((slot) => slot.task === task);
    const found = own >= 0 ? own : this.#freeSlot();
    const slot = this.#slots[found]!;
    if (slot.task !== undefined && slot.task !== task) {
      // What the task did before is over, also where its last step was not seen.
      this.#monitor.step([`task.holds_nothing@task${found}`]);
    }
    slot.task = task;
    slot.used = ++this.#clock;
    return found;
  }
  #clock = 0;

  #freeSlot(): number {
    const unused = this.#slots.findIndex(({ task }) => task === undefined);
    if (unused >= 0) return unused;
    const idle = range(this.#slots.length)
      .filter((t) => this.#partsOf(t).every((part) => this.#rests(part)))
      .sort((a, b) => this.#slots[a]!.used - this.#slots[b]!.used)[0];
    if (idle !== undefined) return idle;
    throw new InputError(
      `more than ${this.#slots.length} tasks are inside calls at once, which is more than is followed`,
    );
  }

  #partsOf(t: number): number[] {
    return [...this.#partOf].flatMap(([name, part]) => (name.endsWith(`@task${t}`) ? [part] : []));
  }

  /** Whether a part rests in some state that hidden steps reach. */
  #rests(part: number): boolean {
    const lts = this.#product.ltss[part]!;
    return this.#monitor.reachable(part).some((l) => lts.states[l]!.tags.includes('quiescent'));
  }

  #isIn(part: string, node: string): boolean {
    const index = this.#partOf.get(part)!;
    const lts = this.#product.ltss[index]!;
    return this.#monitor.locals(index).some((local) => isIn(lts.states[local]!, node));
  }

  #note(event: TraceEvent): void {
    this.#explained++;
    this.#countMappings(event);
    const devices = this.#devices(event);
    const shown = {
      line: event.line,
      task: event.task,
      text: say(event, devices.length === 1 ? devices[0] : undefined),
    };
    this.#shown.push(shown);
    this.#lastOf.set(event.task, shown);
    if (this.#shown.length > 2 * SHOWN) this.#shown.splice(0, SHOWN);
  }

  #countMappings({ task, kind, name, fields }: TraceEvent): void {
    const more = kind === 'return' && name === 'vfio_pci_dma_buf_map' && fields.ret !== undefined;
    const isOk = more && returnOf({ name, fields }) === 'ok';
    const fewer = name === 'vfio_pci_dma_buf_unmap';
    if (!isOk && !fewer) return;
    this.#mapped.set(task, Math.max(0, (this.#mapped.get(task) ?? 0) + (isOk ? 1 : -1)));
  }

  #reject(event: TraceEvent, labels: readonly string[]): false {
    const devices = this.#devices(event);
    const text = say(event, devices.length === 1 ? devices[0] : undefined);
    const own = `@task${this.#slotOf(event.task)}`;
    const allowed = this.#monitor
      .allowed()
      .filter((label) => label.endsWith(own) && !isHidden(label, this.#ids.isSeen))
      .flatMap((label) => sayLabel(label) ?? []);
    const why = whyNot(labels);
    this.#rejection = {
      line: event.line,
      event: text,
      task: event.task,
      allowed: [...new Set(allowed)],
      ...(why !== undefined && { why }),
    };
    return false;
  }

  #verdict(): TraceVerdict {
    const { devices, events, known } = this.#ids;
    const open = this.#rejection === undefined ? this.#openCalls() : [];
    const hung = this.#hung && open.length > 0;
    return {
      verdict: this.#rejection !== undefined || hung ? 'rejected' : 'accepted',
      events,
      known,
      explained: this.#explained,
      devices,
      tasks: [...this.#calls.keys()],
      coverage: coverageOf(this.#product, this.#monitor),
      ...(this.#rejection !== undefined && { rejection: this.#rejection }),
      open,
      hung,
      last: this.#shown.slice(-SHOWN),
      state: statesOf(this.#product, this.#monitor, this.#scope, this.#ids.devices, this.#inoOf),
    };
  }

  /** The tasks that are inside a call in every state that fits. */
  #openCalls(): OpenCall[] {
    return this.#slots.flatMap(({ task }, t) => {
      if (task === undefined) return [];
      const inside = this.#partsOf(t).filter((part) => this.#isInside(part));
      if (inside.length === 0) return [];
      const last = this.#lastOf.get(task)!;
      const waitsFor = inside.flatMap((part) => this.#waitsFor(part) ?? [])[0];
      return [
        { task, line: last.line, text: last.text, ...(waitsFor !== undefined && { waitsFor }) },
      ];
    });
  }

  #isInside(part: number): boolean {
    const lts = this.#product.ltss[part]!;
    return this.#monitor.reachable(part).every((l) => !lts.states[l]!.tags.includes('quiescent'));
  }

  #waitsFor(part: number): string | undefined {
    const { name } = this.#product.parts[part]!;
    const d = /^dev\[(\d+)\]/.exec(name)?.[1];
    const nodes = this.#monitor
      .locals(part)
      .map((local) => this.#product.ltss[part]!.states[local]!.nodes.at(-1)!);
    if (name.includes('.section@') && nodes.every((node) => node.endsWith('.waiting'))) {
      const holder = this.#slots.findIndex(
        (_, t) => `dev[${d}].section@task${t}` !== name && this.#isHolding(Number(d), t),
      );
      const who = holder < 0 ? 'held by nobody that the trace shows' : this.#holds(holder);
      return `memory_lock of vdev${d}, ${who}`;
    }
    if (!name.includes('.walk@')) return undefined;
    if (nodes.every((node) => node === 'unlocked')) {
      const mappers = [...this.#mapped].flatMap(([task, count]) => (count > 0 ? [task] : []));
      const who = mappers.length === 0 ? '' : `; ${mappers.join(', ')} mapped last`;
      return `wait_for_completion(&priv->comp): an importer that has not unmapped${who}`;
    }
    if (nodes.every((node) => node === 'waited')) {
      return 'dma_resv_wait_timeout(): a fence of an importer that is not signalled';
    }
    if (nodes.every((node) => node === 'notified')) {
      return "dma_buf_invalidate_mappings(): an importer's callback that has not returned";
    }
    return undefined;
  }

  #isHolding(d: number, t: number): boolean {
    const part = this.#partOf.get(`dev[${d}].section@task${t}`)!;
    const lts = this.#product.ltss[part]!;
    return this.#monitor
      .locals(part)
      .every((local) =>
        lts.states[local]!.nodes.some((node) => /\.(held|enabled|disabled|born)/.test(node)),
      );
  }

  #holds(t: number): string {
    const task = this.#slots[t]!.task!;
    return `held by ${task} since it called, its last line is ${this.#lastOf.get(task)?.line}`;
  }
}

function forDevice(label: string, d: number): string {
  return label.replace('dev[d]', `dev[${d}]`);
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

/** All sets of devices, where the trace does not tell which were reset. */
function subsets(devices: number): number[][] {
  if (devices > MOST_UNKNOWN_SETS) {
    throw new InputError(
      `the trace has hot resets of ${devices} devices and does not show which it locks: record a ` +
        'probe of down_write_trylock with its argument',
    );
  }
  return range(2 ** devices - 1).map((n) => range(devices).filter((d) => ((n + 1) >> d) & 1));
}
