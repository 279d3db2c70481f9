import { dma_buf_put } from './buffer/dma-buf.ts';
import {
  VFIO_DEVICE_FEATURE_GET,
  VFIO_DEVICE_FEATURE_PROBE,
  VFIO_DEVICE_FEATURE_SET,
  vfio_pci_core_feature_dma_buf,
} from './buffer/vfio-pci-dmabuf-export.ts';
import { awake, exitToUserMode } from './calls.ts';
import {
  memory_enabled_now,
  vfio_basic_config_write,
  vfio_exp_config_write,
  vfio_lock_and_set_power_state,
} from './device/vfio-pci-config.ts';
import {
  vfio_device_fops_release,
  vfio_pci_ioctl_reset,
  vfio_pci_open_device,
} from './device/vfio-pci-core.ts';
import {
  runPmWorkqueue,
  vfio_pci_runtime_pm_entry,
  vfio_pci_runtime_pm_exit,
} from './device/vfio-pci-pm.ts';
import type { FaultId } from './faults.ts';
import type { HotResetArgument } from './hot-reset/vfio-pci-hot-reset.ts';
import { vfio_pci_ioctl_pci_hot_reset } from './hot-reset/vfio-pci-hot-reset.ts';
import { attach, iommufd_ioas_map_file, iommufd_ioas_unmap, map } from './importers/importers.ts';
import type { FdOrErrno, Ret } from './kernel/errno.ts';
import { Kernel, type Route } from './kernel/kernel.ts';
import type {
  Attachment,
  DeviceConfig,
  FeatureDmaBuf,
  ImporterKind,
  PowerState,
  VfioPciCoreDevice,
  VfioPciDmaBuf,
} from './kernel/objects.ts';
import { isErrno } from './kernel/objects.ts';
import type { Thread } from './kernel/scheduler.ts';
import type { Kthread } from './kernel/step.ts';
import { down_read, up_read } from './locks/rwsem.ts';

/** A device of the surface, and how it stands towards the bus and its user. */
export interface SurfaceDevice extends Partial<DeviceConfig> {
  /** Bound to vfio-pci, or to nothing. */
  readonly driver?: 'vfio-pci' | 'none';
  /** The IOMMU group. */
  readonly group?: number;
}

/** How the machine of a syscall test is made. */
export interface SurfaceOptions {
  readonly devices: readonly SurfaceDevice[];
  /** The way the devices are opened. */
  readonly interface?: 'group' | 'cdev';
  /** A slot or bus reset exists; false on a root bus. */
  readonly bus_reset?: boolean;
  readonly faults?: Iterable<FaultId>;
  /** The way from the devices of importers to the BARs. */
  readonly route?: Route;
}

/** `struct vfio_device_feature` in front of the dma-buf's part. */
export interface FeatureCall extends Partial<FeatureDmaBuf> {
  /** Total size the caller states; by default what it really passes. */
  readonly argsz?: number;
  /** Flags besides the feature's number; by default GET. */
  readonly operation?: number;
}

const FEATURE_MINSZ = 8;
const HEADER = 16;
const RANGE = 16;

/** Operations of VFIO_DEVICE_FEATURE. */
export const GET = VFIO_DEVICE_FEATURE_GET;
export const SET = VFIO_DEVICE_FEATURE_SET;
export const PROBE = VFIO_DEVICE_FEATURE_PROBE;

/**
 * The system calls of one process, with the arguments that a real kernel checks: each runs to its
 * end and answers at once. A call that would sleep is an error of the test.
 */
export class SyscallSurface {
  readonly kernel: Kernel;
  private readonly options: SurfaceOptions;
  private buffers = 0;
  /** Which iommufd a group is bound to. */
  private readonly groupOwner = new Map<number, number>();

  constructor(options: SurfaceOptions) {
    this.options = options;
    const devices = options.devices.map(({ driver: _driver, group: _group, ...config }) => config);
    const faults = new Set(options.faults);
    const { route } = options;
    this.kernel = new Kernel({ devices, buffers: [], attachments: [], faults, route });
  }

  /** Runs a kernel function on behalf of the process until it returns. */
  private run<T>(call: string, make: () => Kthread<T>): T {
    let answer: { readonly value: T } | undefined;
    const { kernel } = this;
    function* body(thread: Thread): Kthread<string> {
      answer = { value: yield* make() };
      yield* exitToUserMode(thread);
      return 'returned';
    }
    const thread = kernel.scheduler.spawn('process', call, body);
    while (thread.pending && thread.ready) {
      kernel.scheduler.resume(thread, thread.pending.options()[0]!);
    }
    runPmWorkqueue(kernel);
    if (thread.pending) throw new Error(`${call} sleeps: ${thread.pending.waitsFor?.()}`);
    if (!answer) throw new Error(`${call}: ${kernel.warnings.at(-1)}`);
    return answer.value;
  }

  private device(d: number): VfioPciCoreDevice {
    return this.kernel.devices[d]!;
  }

  private group(d: number): number {
    return this.options.devices[d]?.group ?? 0;
  }

  // --- the device fd -------------------------------------------------------------------------

  /** VFIO_GROUP_GET_DEVICE_FD, or open of the cdev. */
  open(d: number): Ret {
    if (this.options.devices[d]?.driver === 'none') return '-ENODEV';
    return this.run('open', () => vfio_pci_open_device(this.kernel, this.device(d)));
  }

  /** VFIO_DEVICE_BIND_IOMMUFD: a group belongs to one iommufd. */
  bindIommufd(d: number, iommufd: number): Ret {
    const owner = this.groupOwner.get(this.group(d));
    if (owner !== undefined && owner !== iommufd) return '-EPERM';
    this.groupOwner.set(this.group(d), iommufd);
    return this.open(d);
  }

  /** The last close of the device. */
  close(d: number): Ret {
    return this.run('close', () => vfio_device_fops_release(this.kernel, this.device(d)));
  }

  private ioctl<T>(d: number, name: string, make: () => Kthread<T>): T {
    return this.run(name, () => awake(this.kernel, this.device(d), make()));
  }

  /** VFIO_DEVICE_FEATURE with the feature DMA_BUF. */
  feature(d: number, call: FeatureCall = {}): FdOrErrno {
    const dma_ranges = call.dma_ranges ?? [{ offset: 0n, length: 0x1000n }];
    const arg: FeatureDmaBuf = {
      region_index: call.region_index ?? 0,
      open_flags: call.open_flags ?? 0,
      flags: call.flags ?? 0,
      nr_ranges: call.nr_ranges ?? dma_ranges.length,
      dma_ranges,
    };
    const argsz = call.argsz ?? FEATURE_MINSZ + HEADER + RANGE * dma_ranges.length;
    const operation = call.operation ?? GET;
    if (argsz < FEATURE_MINSZ || (operation & ~(GET | SET | PROBE)) !== 0) return '-EINVAL';
    const both = (operation & GET) !== 0 && (operation & SET) !== 0;
    if (both && !(operation & PROBE)) return '-EINVAL';
    if (!this.device(d).config.config_dmabuf) return '-ENOTTY';
    const { kernel, buffers } = this;
    const left = argsz - FEATURE_MINSZ;
    const fd = this.ioctl(d, 'VFIO_DEVICE_FEATURE', () =>
      vfio_pci_core_feature_dma_buf(kernel, this.device(d), buffers, operation, left, arg),
    );
    this.buffers += 1;
    return fd;
  }

  /** A write of COMMAND with the MEM bit. */
  writeCommand(d: number, mem: boolean): Ret | 'failed' {
    const { kernel } = this;
    return this.ioctl(d, 'COMMAND', () => vfio_basic_config_write(kernel, this.device(d), mem));
  }

  /** A write of PM_CTRL. */
  writePmcsr(d: number, state: PowerState): Ret {
    const vdev = this.device(d);
    return this.ioctl(d, 'PM_CTRL', () => vfio_lock_and_set_power_state(this.kernel, vdev, state));
  }

  /** VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY. */
  lowPowerEntry(d: number): Ret {
    const { kernel } = this;
    const vdev = this.device(d);
    return this.ioctl(d, 'LOW_POWER_ENTRY', () => vfio_pci_runtime_pm_entry(kernel, vdev, false));
  }

  /** VFIO_DEVICE_FEATURE_LOW_POWER_EXIT. */
  lowPowerExit(d: number): Ret {
    const { kernel } = this;
    return this.ioctl(d, 'LOW_POWER_EXIT', () => vfio_pci_runtime_pm_exit(kernel, this.device(d)));
  }

  /** VFIO_DEVICE_RESET. */
  deviceReset(d: number): Ret | 'failed' {
    const { kernel } = this;
    return this.ioctl(d, 'VFIO_DEVICE_RESET', () => vfio_pci_ioctl_reset(kernel, this.device(d)));
  }

  /** The FLR bit of DEVCTL. */
  flr(d: number): Ret {
    return this.ioctl(d, 'FLR', () => vfio_exp_config_write(this.kernel, this.device(d)));
  }

  /** VFIO_DEVICE_PCI_HOT_RESET. */
  hotReset(d: number, arg: Partial<HotResetArgument> = {}): Ret | 'failed' {
    const groups = arg.group_fds ?? [];
    const full = { argsz: 12, flags: 0, count: groups.length, ...arg, group_fds: groups };
    const { devices } = this.options;
    const bound = this.groupOwner.get(this.group(d));
    const owned = devices
      .map((_, i) => i)
      .filter((i) => {
        return bound !== undefined && this.groupOwner.get(this.group(i)) === bound;
      });
    return this.ioctl(d, 'VFIO_DEVICE_PCI_HOT_RESET', () =>
      vfio_pci_ioctl_pci_hot_reset(this.kernel, full, {
        cdev_opened: this.options.interface === 'cdev',
        bus_reset: this.options.bus_reset ?? true,
        resettable: devices.every(({ driver }) => driver !== 'none'),
        iommufd_owns: owned,
        functions: devices.length,
      }),
    );
  }

  /** A touch of a mapped BAR by the CPU: a fault looks at memory and at low power. */
  touchBar(d: number): 'ok' | 'SIGBUS' {
    const vdev = this.device(d);
    const { memory_lock } = vdev;
    function* fault(): Kthread<'ok' | 'SIGBUS'> {
      yield* down_read(memory_lock);
      const usable = memory_enabled_now(vdev) && !vdev.pm_runtime_engaged;
      yield* up_read(memory_lock);
      return usable ? 'ok' : 'SIGBUS';
    }
    return this.run('page fault', fault);
  }

  /** Somebody else reads a BAR and is preempted with memory_lock held for reading. */
  holdMemoryLock(d: number): void {
    const { memory_lock } = this.device(d);
    function* read(): Kthread<string> {
      yield* down_read(memory_lock);
      yield* up_read(memory_lock);
      return 'ok';
    }
    const thread = this.kernel.scheduler.spawn('another thread', 'read', read);
    this.kernel.scheduler.resume(thread, thread.pending!.options()[0]!);
  }

  // --- the dma-buf fd ------------------------------------------------------------------------

  private buffer(fd: number): VfioPciDmaBuf {
    const buffer = this.kernel.fds.get(fd);
    if (!buffer) throw new Error(`${fd} is not the fd of a dma-buf`);
    return buffer;
  }

  /** close() of the fd. */
  closeFd(fd: number): Ret {
    const { dmabuf } = this.buffer(fd);
    this.kernel.fds.delete(fd);
    this.run('close', () => dma_buf_put(this.kernel, dmabuf));
    return 'ok';
  }

  /** mmap() of the fd: vfio-pci has no mmap op. Source: dma_buf_mmap_internal, v7.3. */
  mmap(fd: number): Ret {
    this.buffer(fd);
    return '-EINVAL';
  }

  /** read() of the fd: dma-bufs have no read op. */
  read(fd: number): Ret {
    return this.mmap(fd);
  }

  /** lseek(): only to the ends, to find the size. Source: dma_buf_llseek, v7.3. */
  lseek(fd: number, offset: bigint, whence: 'SET' | 'CUR' | 'END'): bigint | '-EINVAL' {
    if (offset !== 0n || whence === 'CUR') return '-EINVAL';
    return whence === 'END' ? this.buffer(fd).size : 0n;
  }

  // --- importers -----------------------------------------------------------------------------

  /** Attaches an importer of a kind; the attachment, or why not. */
  attach(fd: number, kind: ImporterKind): Attachment | Ret {
    const buffer = this.buffer(fd);
    const attachment = this.kernel.addAttachment(buffer.index, kind);
    const ret = this.run('attach', () => attach(this.kernel, attachment, buffer));
    return isErrno(ret) ? ret : attachment;
  }

  /** Maps an attachment. */
  map(attachment: Attachment): Ret {
    return this.run('map', () => map(this.kernel, attachment));
  }

  /** IOMMU_IOAS_MAP_FILE; what can be unmapped again, or why not. */
  mapFile(fd: number, start = 0n, length = this.buffer(fd).size): Attachment | Ret {
    const buffer = this.buffer(fd);
    const attachment = this.kernel.addAttachment(buffer.index, 'iommufd');
    const range = { start, length };
    const ret = this.run('IOMMU_IOAS_MAP_FILE', () =>
      iommufd_ioas_map_file(this.kernel, attachment, buffer, range),
    );
    return isErrno(ret) ? ret : attachment;
  }

  /** IOMMU_IOAS_UNMAP. */
  ioasUnmap(attachment: Attachment): Ret {
    return this.run('IOMMU_IOAS_UNMAP', () => iommufd_ioas_unmap(this.kernel, attachment));
  }
}
