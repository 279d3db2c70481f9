import { ltsOf } from 'xstate-check';
import { type Attachment, only, type RuntimeMonitor, type Site } from 'xstate-check/kernel';
import type { Point } from './points.ts';

export interface Alarm {
  readonly line: number;
  readonly event: string;
  readonly state: string;
}

export interface Replay {
  /** How often each event happened to a monitor that ran. */
  readonly events: Readonly<Record<string, number>>;
  readonly alarms: readonly Alarm[];
  /** How long monitors were in a state that has a bound, in seconds. */
  readonly stays: readonly number[];
}

/** What has happened up to a point: what a monitor of the kernel reads, or keeps for each task. */
class Kernel {
  private readonly held = new Map<string, Set<string>>();
  private readonly moves = new Map<string, { revoked: boolean; invalidated: Set<string> }>();
  private readonly buffers = new Map<string, string>();
  private readonly lockOffset: bigint;

  constructor(points: readonly Point[]) {
    for (const { fields } of points) {
      if (fields.dmabuf === undefined) continue;
      for (const other of [fields.file, fields.resv]) {
        if (other !== undefined) this.buffers.set(other, fields.dmabuf);
      }
    }
    this.lockOffset = offsetOf(points);
  }

  see({ function: name, on, task, fields }: Point): void {
    const held = this.held.get(task) ?? new Set<string>();
    this.held.set(task, held);
    if (name === 'down_write' && on === 'entry') held.add(fields.sem ?? '');
    if (name === 'down_write_trylock' && fields.ret === '1') held.add(fields.sem ?? '');
    if (name === 'vfio_pci_dma_buf_move' && on === 'entry') {
      this.moves.set(task, { revoked: fields.revoked === '1', invalidated: new Set() });
    }
    if (name === 'dma_buf_invalidate_mappings' && fields.dmabuf !== undefined) {
      this.moves.get(task)?.invalidated.add(fields.dmabuf);
    }
  }

  /** An `up_write` is seen before the lock is gone. */
  seen({ function: name, task, fields }: Point): void {
    if (name === 'up_write') this.held.get(task)?.delete(fields.sem ?? '');
  }

  move(task: string) {
    return this.moves.get(task);
  }

  buffer(address: string | undefined): string | undefined {
    return this.buffers.get(address ?? '');
  }

  device(sem: string | undefined): string | undefined {
    return sem === undefined ? undefined : `0x${(BigInt(sem) - this.lockOffset).toString(16)}`;
  }

  owns(task: string, vdev: string | undefined): boolean {
    return [...(this.held.get(task) ?? [])].some((sem) => sem && this.device(sem) === vdev);
  }

  /** The device whose memory_lock a task has taken last. */
  deviceOf(task: string): string | undefined {
    return this.device([...(this.held.get(task) ?? [])].at(-1));
  }
}

/** Where memory_lock lies in struct vfio_pci_core_device: a move comes after its lock. */
function offsetOf(points: readonly Point[]): bigint {
  const distances = points.flatMap(({ function: name, task, fields }, at) => {
    if (name !== 'vfio_pci_dma_buf_move' || fields.vdev === undefined) return [];
    const before = points.slice(0, at).findLast((one) => one.task === task && one.fields.sem);
    return before ? [BigInt(before.fields.sem!) - BigInt(fields.vdev)] : [];
  });
  return distances.find((one) => one > 0n && one < 4096n) ?? 0n;
}

type Where = (point: Point, kernel: Kernel) => boolean;
const field = (name: string, value: string): Where => {
  return ({ fields }) => fields[name] === value;
};
const ofRevoke: Where = ({ task }, kernel) => kernel.move(task)?.revoked === true;
const owned: Where = ({ task, fields }, kernel) => kernel.owns(task, fields.vdev);
const errno = (ret: string | undefined) => BigInt.asIntN(64, BigInt(ret ?? 0));

/** Every condition of the table. */
const conditions: Readonly<Record<string, Where>> = {
  'revoked is true': field('revoked', '1'),
  'revoked is false': field('revoked', '0'),
  'priv->revoked is true': field('revoked', '1'),
  'priv->revoked is false': field('revoked', '0'),
  'this call of vfio_pci_dma_buf_move() has revoked = true': ofRevoke,
  'this call of vfio_pci_dma_buf_move() has revoked = true and has invalidated it': (
    point,
    kernel,
  ) =>
    ofRevoke(point, kernel) &&
    kernel.move(point.task)!.invalidated.has(kernel.buffer(point.fields.file)!),
  'it returns a table': ({ fields }) => errno(fields.ret) < -4095n || errno(fields.ret) > 0n,
  'it returns -ENODEV': ({ fields }) => errno(fields.ret) === -19n,
  'it returns 0': ({ fields }) => errno(fields.ret) === 0n,
  'it returns an errno': ({ fields }) => errno(fields.ret) < 0n,
  'priv->vdev is set': ({ fields }) => fields.vdev !== '0x0',
  'priv->vdev is NULL': field('vdev', '0x0'),
  // Where it is not probed, the program has given no eventfd to LOW_POWER_ENTRY.
  'vdev->pm_runtime_engaged is false': field('engaged', '0'),
  'current owns vdev->memory_lock for writing': owned,
  'current does not own vdev->memory_lock for writing': (point, kernel) => !owned(point, kernel),
  'one of the two above has been told': () => true,
};

/** Every way in which the table finds an object. */
const objects: Readonly<Record<string, (point: Point, kernel: Kernel) => string | undefined>> = {
  dmabuf: ({ fields }) => fields.dmabuf,
  'attachment->dmabuf of its entry': ({ fields }) => fields.dmabuf,
  'file->private_data': ({ fields }, kernel) => kernel.buffer(fields.file),
  '(struct dma_buf *)container_of(lock, struct dma_resv, lock) - 1': ({ fields }, kernel) =>
    kernel.buffer(fields.resv),
  vdev: ({ task, fields }, kernel) => fields.vdev ?? kernel.deviceOf(task),
  'container_of(sem, struct vfio_pci_core_device, memory_lock)': ({ fields }, kernel) =>
    kernel.device(fields.sem),
};

function entryOf<T>(table: Readonly<Record<string, T>>, text: string): T {
  const found = table[text];
  if (found === undefined) throw new Error(`the replay does not know: ${text}`);
  return found;
}

function happens(site: Site, point: Point, kernel: Kernel): boolean {
  return (
    site.function === point.function &&
    (site.on ?? 'entry') === point.on &&
    (site.calledBy?.includes(point.caller ?? '') ?? true) &&
    (site.where === undefined || entryOf(conditions, site.where)(point, kernel))
  );
}

/**
 * Goes through a trace as the generated monitor would (include/rv/da_monitor.h, v7.3): an event
 * without an edge is an alarm, after which the monitor rests until an event starts it again.
 */
export function replay({ machine, watch }: RuntimeMonitor, points: readonly Point[]): Replay {
  const labels = watch.attachments.map(({ label }) => label);
  const lts = only(ltsOf(machine), labels);
  const kernel = new Kernel(points);
  const states = new Map<string, number>();
  const events: Record<string, number> = {};
  const alarms: Alarm[] = [];
  const stays: number[] = [];
  const entered = new Map<string, number>();
  const isBounded = (state: number) => watch.within?.[lts.states[state]!.name] !== undefined;
  const handle = (
    { event, label, starts, ends }: Attachment,
    id: string,
    { line, time }: Point,
  ) => {
    const from = states.get(id) ?? (starts ? 0 : undefined);
    if (from === undefined) return;
    events[event] = (events[event] ?? 0) + 1;
    const to = lts.next[from * lts.labels.length + lts.labels.indexOf(label)]!;
    const isAlarm = to < 0 || lts.states[to]!.tags.includes('violation');
    if (isAlarm) alarms.push({ line, event, state: lts.states[from]!.name });
    if (isBounded(from) && from !== to) stays.push(time - entered.get(id)!);
    if (!isAlarm && isBounded(to) && from !== to) entered.set(id, time);
    if (isAlarm || ends) states.delete(id);
    else states.set(id, to);
  };
  for (const point of points) {
    kernel.see(point);
    for (const attachment of watch.attachments) {
      for (const site of attachment.at.filter((one) => happens(one, point, kernel))) {
        const id = site.object ? entryOf(objects, site.object)(point, kernel) : point.task;
        if (id === undefined)
          throw new Error(`line ${point.line}: no object for ${attachment.event}`);
        handle(attachment, id, point);
      }
    }
    kernel.seen(point);
  }
  return { events, alarms, stays };
}
