import type { Completion } from '../locks/completion.ts';
import type { DmaResv } from '../locks/dma-resv.ts';
import type { Kref } from '../locks/kref.ts';
import type { RwSemaphore } from '../locks/rwsem.ts';
import type { Errno } from './errno.ts';
import type { Thread } from './scheduler.ts';
import type { Kthread } from './step.ts';

/** Memory pages are 4 KiB, as on the machines the errno table was measured on. */
export const PAGE_SIZE = 4096n;

/** A base address register of a simulated device. */
export interface Bar {
  readonly index: number;
  readonly kind: 'mem' | 'io';
  readonly start: bigint;
  readonly size: bigint;
  /** False if request_region() fails, because somebody else has the resource. */
  readonly claimable: boolean;
}

/** How one device is made; everything has a default, see `DEFAULT_DEVICE`. */
export interface DeviceConfig {
  readonly bars: readonly Bar[];
  /** A virtual function: COMMAND.MEM reads as 0 and does not matter. */
  readonly no_command_memory: boolean;
  /** `pci_ops->get_dmabuf_phys`: there, missing, or no `pci_ops` at all. */
  readonly pci_ops: 'get_dmabuf_phys' | 'without_get_dmabuf_phys' | 'none';
  /** pci_try_reset_function() has a method. */
  readonly reset_works: boolean;
  /** What pcim_p2pdma_init() answered at probe. */
  readonly p2pdma: 'ok' | '-EOPNOTSUPP';
  /** `pdev->non_mappable_bars`. */
  readonly non_mappable_bars: boolean;
  /** The kernel was built with CONFIG_VFIO_PCI_DMABUF. */
  readonly config_dmabuf: boolean;
}

/** A device with one 4 MiB memory BAR 0 and one 64 KiB memory BAR 2 that can do everything. */
export const DEFAULT_DEVICE: DeviceConfig = {
  bars: [
    { index: 0, kind: 'mem', start: 0xfb000000n, size: 0x400000n, claimable: true },
    { index: 2, kind: 'mem', start: 0xfc000000n, size: 0x10000n, claimable: true },
  ],
  no_command_memory: false,
  pci_ops: 'get_dmabuf_phys',
  reset_works: true,
  p2pdma: 'ok',
  non_mappable_bars: false,
  config_dmabuf: true,
};

/** PCI power states in the order of `pci_power_t`. */
export const POWER_STATES = ['D0', 'D1', 'D2', 'D3hot'] as const;
export type PowerState = (typeof POWER_STATES)[number];

/** A mapping of a BAR in a process, and whether a fault has put its PTE there. */
export interface BarVma {
  mapped: boolean;
  pte: boolean;
}

/** `struct vfio_dma` of a BAR in a container of type1: whether the IOMMU has its entry. */
export interface VfioDma {
  readonly label: string;
  mapped: boolean;
}

/** `struct vfio_pci_core_device` with what of `struct pci_dev` and `struct vfio_device` is used. */
export interface VfioPciCoreDevice {
  readonly label: string;
  readonly index: number;
  readonly config: DeviceConfig;
  readonly memory_lock: RwSemaphore;
  /** `vdev->dmabufs`. */
  readonly dmabufs: VfioPciDmaBuf[];
  /** What a process has of its BARs, in one mapping. */
  readonly vma: BarVma;
  open_count: number;
  /** User space has an fd for the device. */
  has_fd: boolean;
  /** Calls in progress through that fd; the last close comes after them. */
  calls: number;
  /** `vdev->vconfig`: there only between open and close. */
  vconfig: { memory: boolean } | undefined;
  current_state: PowerState;
  pm_runtime_engaged: boolean;
  /** The eventfd of LOW_POWER_ENTRY_WITH_WAKEUP. */
  pm_wake_eventfd: boolean;
  wake_signals: number;
  /** Runtime PM usage count: 1 while open, 0 in low power and nobody working on the device. */
  usage: number;
  runtime_status: 'active' | 'suspending' | 'suspended';
  /** VFs are on, or are being switched on: no power state but D0. */
  sriov_active: boolean;
  /** Closed, and not reset since. */
  needs_reset: boolean;
  /** vfio_device registration references of the dma-bufs; unbind waits for them. */
  registrations: number;
  /** False once vfio_unregister_group_dev() has begun. */
  registered: boolean;
}

/** `struct p2pdma_provider`: one for each memory BAR. */
export interface P2pdmaProvider {
  readonly owner: string;
  readonly bar: number;
}

/** `struct phys_vec`. */
export interface PhysVec {
  readonly paddr: bigint;
  readonly len: bigint;
}

/** `struct vfio_pci_dma_buf`. */
export interface VfioPciDmaBuf {
  readonly label: string;
  readonly index: number;
  readonly dmabuf: DmaBuf;
  vdev: VfioPciCoreDevice | undefined;
  /** The device that exported it, kept for reports after `vdev` is gone. */
  readonly exporter: VfioPciCoreDevice;
  listed: boolean;
  readonly size: bigint;
  readonly phys_vec: readonly PhysVec[];
  readonly provider: P2pdmaProvider;
  revoked: boolean;
  readonly kref: Kref;
  readonly comp: Completion;
  freed: boolean;
}

/** `struct dma_buf` with its file and dentry. */
export class DmaBuf {
  priv!: VfioPciDmaBuf;
  readonly attachments: Attachment[] = [];
  /** References of the struct file: the fd, and one for each importer. */
  file_refs = 1;
  /** The struct file is freed, `dmabuf->file` still points at it. */
  file_freed = false;
  /** References of the dentry: the struct file, and O_PATH fds. */
  dentry_refs = 1;

  constructor(readonly resv: DmaResv) {}
}

/** What an importer passes to dma_buf_dynamic_attach(). */
export interface ImporterOps {
  readonly allow_peer2peer: boolean;
  readonly invalidate_mappings?: (attach: Attachment) => Kthread;
}

/** The kinds of importers that a test can put behind an attachment. */
export const IMPORTER_KINDS = [
  'unmaps_in_callback',
  'unmaps_later',
  'iommufd',
  'no_callback',
  'not_p2p',
] as const;
export type ImporterKind = (typeof IMPORTER_KINDS)[number];

/** `struct dma_buf_attachment` with the importer behind it. */
export interface Attachment {
  readonly label: string;
  readonly index: number;
  readonly kind: ImporterKind;
  readonly buffer: number;
  dmabuf: DmaBuf | undefined;
  /** NULL for a static importer. */
  importer_ops: ImporterOps | undefined;
  peer2peer: boolean;
  /** ops->attach() has answered 0. */
  attached: boolean;
  /** The mapping, while there is one. */
  sgt: boolean;
  /** The importer was told to let go and has not unmapped yet. */
  must_unmap: boolean;
  /** Its work item, from being queued until it has run. */
  work: Thread | undefined;
  pins: number;
  /** IOVA state of a design that allocates it at attach (before v6). */
  iova: 'none' | 'allocated' | 'destroyed';
  /** iommufd's `struct iopt_pages`, where the importer is iommufd. */
  pages: IoptPages | undefined;
}

/** `struct iopt_pages` of a dma-buf. */
export interface IoptPages {
  /** A range of some IOMMU domain points at the buffer. */
  mapped: boolean;
  /** Sticky: `phys.len == 0`, nothing brings the mapping back. */
  revoked: boolean;
  mutex_destroyed: boolean;
}

/** `struct vfio_region_dma_range`. */
export interface DmaRange {
  readonly offset: bigint;
  readonly length: bigint;
}

/** `struct vfio_device_feature_dma_buf`; a missing part stands for memory that is not mapped. */
export interface FeatureDmaBuf {
  readonly region_index: number;
  readonly open_flags: number;
  readonly flags: number;
  readonly nr_ranges: number;
  readonly dma_ranges: readonly DmaRange[];
}

/** True if a function answered an errno. */
export function isErrno(value: unknown): value is Errno {
  return typeof value === 'string' && value.startsWith('-E');
}
