import type { CloseVariation } from '../../machines/device/close.procedure.ts';
import type { DeviceResetVariation } from '../../machines/device/device-reset.procedure.ts';
import type { FunctionResetVariation } from '../../machines/device/function-reset.procedure.ts';
import type { ResetHandlers } from '../../machines/device/reset-handlers.ts';
import type { SriovVariation } from '../../machines/device/sriov-configure.procedure.ts';
import type { VdevVariation } from '../../machines/device/vdev.resource.ts';
import type { CleanupVariation } from '../../machines/dma-buf/cleanup.procedure.ts';
import type { ExportVariation } from '../../machines/dma-buf/export.procedure.ts';
import type { EntryVariation } from '../../machines/dma-buf/fill-sg-entry.procedure.ts';
import type { AddressVariation } from '../../machines/dma-buf/map-attachment.procedure.ts';
import type { MoveVariation } from '../../machines/dma-buf/move.procedure.ts';
import type { HotResetVariation } from '../../machines/hot-reset/hot-reset.procedure.ts';
import type { AttachVariation } from '../../machines/importer/attach.procedure.ts';
import type { PinVariation } from '../../machines/importer/pin.resource.ts';
import type { AccessPinVariation } from '../../machines/iommufd/access-pin.procedure.ts';
import type { MapFileVariation } from '../../machines/iommufd/map-file.procedure.ts';
import type { ReleasePagesVariation } from '../../machines/iommufd/release-pages.procedure.ts';
import type { MmapVariation } from '../../machines/mmap/bar-mmap.procedure.ts';
import type { NvgraceReadVariation } from '../../machines/mmap/nvgrace-read.procedure.ts';
import type { RegisterVariation } from '../../machines/rdma/register.procedure.ts';

/** What an importer that unmaps from a work item needs for it. */
export interface UnmapWorkVariation {
  /**
   * `dma_resv`, or first `memory_lock` of the exporting device. No importer in the tree needs that;
   * nothing in the kernel forbids it.
   */
  readonly needs: 'dma_resv' | 'memory_lock';
}

/** Every point at which versions of the kernel and of the posted series differ, by machine. */
export interface Design {
  readonly move: MoveVariation;
  readonly cleanup: CleanupVariation;
  readonly close: CloseVariation;
  readonly export: ExportVariation;
  readonly hotReset: HotResetVariation;
  readonly functionReset: FunctionResetVariation;
  readonly deviceReset: DeviceResetVariation;
  /** What vfio-pci does when its device is reset, by whomever. */
  readonly handlers: ResetHandlers;
  readonly sriov: SriovVariation;
  /** __vfio_pci_memory_enabled(). */
  readonly memoryEnabled: Pick<VdevVariation, 'lowPower'>;
  readonly attach: AttachVariation;
  readonly pin: PinVariation;
  readonly addresses: AddressVariation;
  readonly sgEntries: EntryVariation;
  readonly unmapWork: UnmapWorkVariation;
  readonly mapFile: MapFileVariation;
  readonly releasePages: ReleasePagesVariation;
  readonly accessPin: AccessPinVariation;
  readonly register: RegisterVariation;
  readonly nvgraceRead: Pick<NvgraceReadVariation, 'copies'>;
  /** mmap() of a dma-buf, which no release has: as of v8 of its series. */
  readonly mmap: MmapVariation;
}

/** A machine, or what several share, of which versions differ. */
export type Point = keyof Design;

/** v7.3, of which every other version is a list of differences. */
export const base: Design = {
  move: {
    drain: 'unmap',
    fences: 'BOOKKEEP',
    rearm: 'after_drain',
    restore: 'notify_then_flag',
  },
  cleanup: { drain: 'by_move' },
  close: { first: 'buffers' },
  export: {
    pciOps: 'tested',
    bar: 'claimed_at_open',
    memoryTest: 'in_section',
    kref: 'initialised',
    fdError: 'put',
    traces: 'before',
    annul: 'no',
    missingInit: 'warns',
    nonMappable: 'tested',
    initTest: 'errors',
  },
  hotReset: { revoke: 'with_zap', unrevoke: 'with_unlock', openCount: 'tested' },
  functionReset: { afterwards: 'unrevoke' },
  deviceReset: { revoke: 'after_power_up' },
  handlers: { hears: 'no' },
  sriov: { enable: 'unlocked' },
  memoryEnabled: { lowPower: 'ignored' },
  attach: { admits: 'revocable' },
  pin: { pin: 'succeeds' },
  addresses: { iova: 'in_map', offset: 'zero', origNents: 'stays_zero' },
  sgEntries: { cut: 'aligned' },
  unmapWork: { needs: 'dma_resv' },
  mapFile: { pin: 'pins' },
  releasePages: { destroy: 'after_detach', unpin: 'under_resv' },
  accessPin: { dmabuf: 'refused' },
  register: { failure: 'releases', lock: 'until_callback_is_set' },
  nvgraceRead: { copies: 'under_lock' },
  mmap: { listLock: 'dmabuf_lock', bornFrom: 'bars_revoked', proof: 'registration' },
};

/** What one version, or several, do instead of v7.3, and where that is stated. */
export interface Difference {
  readonly instead: { readonly [P in Point]?: Partial<Design[P]> };
  /** The known defects that it is, by the ids of their faults. */
  readonly defects: readonly string[];
  readonly source: string;
}

/** A design with some of its points changed. */
export function withDifference(design: Design, instead: Difference['instead']): Design {
  const points = Object.keys(design) as Point[];
  return Object.fromEntries(
    points.map((point) => [point, { ...design[point], ...instead[point] }]),
  ) as unknown as Design;
}
