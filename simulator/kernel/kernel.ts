import type { FaultId } from '../faults.ts';
import type { Usage } from '../locks/dma-resv.ts';
import { Mutex } from '../locks/mutex.ts';
import { RwSemaphore } from '../locks/rwsem.ts';
import type {
  Attachment,
  DeviceConfig,
  ImporterKind,
  VfioDma,
  VfioPciCoreDevice,
} from './objects.ts';
import { DEFAULT_DEVICE, type VfioPciDmaBuf } from './objects.ts';
import type { Thread } from './scheduler.ts';
import { Oops, Scheduler } from './scheduler.ts';

/** One entry of the function trace. */
export interface TraceEntry {
  readonly function: string;
  readonly thread: string;
}

/**
 * The way from an importer's device to a BAR: through the host bridge, behind an IOMMU that translates
 * or that passes addresses on; through a switch; or none that is allowed.
 */
export type Route = 'translated' | 'identity' | 'switch' | 'none';

/** What there is at boot. */
export interface KernelConfig {
  readonly devices: readonly Partial<DeviceConfig>[];
  /** For each buffer, the device that exports it when a test says so. */
  readonly buffers: readonly number[];
  readonly attachments: readonly { readonly buffer: number; readonly importer: ImporterKind }[];
  /** For each buffer, how many ranges user space asks for; 1 where it does not say. */
  readonly ranges?: readonly number[] | undefined;
  /** The way from the devices of importers to the BARs; `translated` where nobody says. */
  readonly route?: Route | undefined;
  readonly faults: ReadonlySet<FaultId>;
  /**
   * `on`: importers run their own work and keep what they know of their mappings to themselves;
   * `off`: a test says when an importer maps and unmaps.
   */
  readonly workqueue?: 'on' | 'off';
}

/** The state of the simulated kernel: devices, buffers, importers, locks, log. */
export class Kernel {
  readonly scheduler = new Scheduler((thread, oops) => this.oopsed(thread, oops));
  readonly faults: ReadonlySet<FaultId>;
  readonly workqueue: 'on' | 'off';
  readonly devices: VfioPciCoreDevice[];
  readonly attachments: Attachment[] = [];
  /** For each device, what a container of type1 has of its BARs. */
  readonly dmas: readonly VfioDma[];
  /** The buffer that is or was last exported under an index. */
  readonly buffers = new Map<number, VfioPciDmaBuf>();
  readonly exporterOf: readonly number[];
  readonly dev_set: { readonly lock: Mutex };
  /** How many ranges user space asks for when it exports a buffer; 1 where it does not say. */
  readonly ranges: Map<number, number>;
  readonly route: Route;
  /** File descriptors of dma-bufs. */
  readonly fds = new Map<number, VfioPciDmaBuf>();
  /** WARN()s, lockdep and KASAN reports, oopses. */
  readonly warnings: string[] = [];
  /** Moments at which an importer could still reach memory that no longer answers. */
  readonly hazards: string[] = [];
  /** What a function tracer would have written. */
  readonly trace: TraceEntry[] = [];

  constructor(config: KernelConfig) {
    this.faults = config.faults;
    this.workqueue = config.workqueue ?? 'off';
    this.ranges = new Map(config.ranges?.entries() ?? []);
    this.route = config.route ?? 'translated';
    this.devices = config.devices.map((device, index) => this.makeDevice(device, index));
    this.dmas = this.devices.map(({ index }) => ({ label: `dma[${index}]`, mapped: false }));
    for (const { buffer, importer } of config.attachments) this.addAttachment(buffer, importer);
    this.exporterOf = config.buffers;
    this.dev_set = { lock: new Mutex(this, 'dev_set.lock') };
  }

  /** One more importer, not attached yet. */
  addAttachment(buffer: number, kind: ImporterKind): Attachment {
    const index = this.attachments.length;
    const attachment: Attachment = {
      label: `att[${index}]`,
      index,
      kind,
      buffer,
      dmabuf: undefined,
      importer_ops: undefined,
      peer2peer: false,
      attached: false,
      sgt: false,
      must_unmap: false,
      work: undefined,
      pins: 0,
      iova: 'none',
      pages: undefined,
    };
    this.attachments.push(attachment);
    return attachment;
  }

  private makeDevice(config: Partial<DeviceConfig>, index: number): VfioPciCoreDevice {
    const label = `dev[${index}]`;
    return {
      label,
      index,
      config: { ...DEFAULT_DEVICE, ...config },
      memory_lock: new RwSemaphore(this, `${label}.memory_lock`),
      dmabufs: [],
      vma: { mapped: false, pte: false },
      open_count: 0,
      has_fd: false,
      calls: 0,
      vconfig: undefined,
      current_state: 'D0',
      pm_runtime_engaged: false,
      pm_wake_eventfd: false,
      wake_signals: 0,
      usage: 1,
      runtime_status: 'active',
      sriov_active: false,
      needs_reset: false,
      registrations: 0,
      registered: true,
    };
  }

  /** The thread whose step is being done. */
  get current(): Thread {
    const { current } = this.scheduler;
    if (!current) throw new Error('no thread is running');
    return current;
  }

  has(fault: FaultId): boolean {
    return this.faults.has(fault);
  }

  traced(name: string): void {
    this.trace.push({ function: name, thread: this.current.name });
  }

  warn(message: string): void {
    this.warnings.push(message);
  }

  /** Ends the current thread with its locks held. */
  oops(where: string): never {
    throw new Oops(where);
  }

  private oopsed(thread: Thread, oops: Oops): void {
    const held = thread.held.length > 0 ? `, holding ${thread.held.join(', ')}` : '';
    this.warn(`BUG: ${oops.message} in ${thread.call} (${thread.name})${held}`);
  }

  /** Bookkeeping of an unlock; unlocking what one does not hold is a lockdep report. */
  unheld(label: string, owner: Thread | undefined): void {
    const { current } = this;
    if (owner !== current) {
      this.warn(`lockdep: bad unlock balance: ${label} is not held by ${current.name}`);
    }
    const holder = owner ?? current;
    const at = holder.held.lastIndexOf(label);
    if (at >= 0) holder.held.splice(at, 1);
  }

  /** A call that goes back to user space with locks held. */
  checkReturn(thread: Thread): void {
    if (thread.held.length === 0) return;
    this.warn(
      `lockdep: lock held when returning to user space: ${thread.held.join(', ')} (${thread.call})`,
    );
  }

  /** Notes every importer that could touch the memory of `vdev` while `what` takes it away. */
  checkAccess(vdev: VfioPciCoreDevice, what: string): void {
    for (const buffer of this.buffers.values()) {
      if (buffer.exporter !== vdev || buffer.freed) continue;
      for (const attach of buffer.dmabuf.attachments) {
        const reach = this.reach(attach, buffer);
        if (reach) this.hazards.push(`${what}: ${attach.label} ${reach} ${buffer.label}`);
      }
    }
  }

  private reach(attach: Attachment, buffer: VfioPciDmaBuf): string | undefined {
    if (attach.sgt) return 'still maps';
    if (attach.pages?.mapped) return 'still has an IOVA for';
    const usage: Usage = 'BOOKKEEP';
    const busy = buffer.dmabuf.resv
      .unsignalled(usage)
      .some((fence) => fence.importer === attach.label);
    return busy ? 'still has work in flight on' : undefined;
  }

  /** The buffers that were ever exported from a device, in the order of their labels. */
  buffersOf(vdev: VfioPciCoreDevice): VfioPciDmaBuf[] {
    return [...this.buffers.values()].filter((buffer) => buffer.exporter === vdev);
  }

  /** The buffers that exist now, in the order of their labels. */
  get live(): VfioPciDmaBuf[] {
    return [...this.buffers.values()].filter((buffer) => !buffer.freed);
  }
}
