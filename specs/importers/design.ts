import type { AddressVariation } from '../../machines/dma-buf/map-attachment.procedure.ts';
import type { MoveVariation } from '../../machines/dma-buf/move.procedure.ts';
import type { AttachVariation } from '../../machines/importer/attach.procedure.ts';
import type { PinVariation } from '../../machines/importer/pin.resource.ts';
import type { AccessPinVariation } from '../../machines/iommufd/access-pin.procedure.ts';
import type { MapFileVariation } from '../../machines/iommufd/map-file.procedure.ts';
import type { ReleasePagesVariation } from '../../machines/iommufd/release-pages.procedure.ts';
import type { RegisterVariation } from '../../machines/rdma/register.procedure.ts';

/** The points at which the importers of two versions differ. */
export interface ImporterDesign {
  readonly attach: AttachVariation;
  readonly pin: PinVariation;
  readonly mapFile: MapFileVariation;
  readonly releasePages: ReleasePagesVariation;
  readonly accessPin: AccessPinVariation;
  readonly register: RegisterVariation;
  readonly addresses: AddressVariation;
  readonly unmapWork: UnmapWorkVariation;
}

/** What an importer that unmaps from a work item needs for it. */
export interface UnmapWorkVariation {
  /**
   * `dma_resv`, or first `memory_lock` of the exporting device. No importer in the tree needs that;
   * nothing in the kernel forbids it.
   */
  readonly needs: 'dma_resv' | 'memory_lock';
}

/** v7.3. */
export const importerBase: ImporterDesign = {
  attach: { admits: 'revocable' },
  pin: { pin: 'succeeds' },
  mapFile: { pin: 'pins' },
  releasePages: { destroy: 'after_detach', unpin: 'under_resv' },
  accessPin: { dmabuf: 'refused' },
  register: { failure: 'releases', lock: 'until_callback_is_set' },
  addresses: { iova: 'in_map' },
  unmapWork: { needs: 'dma_resv' },
};

type Differences = { readonly [P in keyof ImporterDesign]?: Partial<ImporterDesign[P]> };

/** Before the revoke series: any P2P importer attaches, iommufd does not pin. */
const beforeRevoke: Differences = {
  attach: { admits: 'any_p2p' },
  mapFile: { pin: 'does_not_pin' },
  releasePages: { destroy: 'before_detach', unpin: 'never' },
  accessPin: { dmabuf: 'pinned' },
};

/** The posted series, and 6.19 before 61ceaf236115: no pin op, and RDMA unpins twice (M13). */
const beforePinFix: Differences = {
  ...beforeRevoke,
  register: { failure: 'unpins_and_releases' },
};

/** 7.1 without the stable fixes f2d70dbd3dce, e745cd2c749e and 5f3fc0ad9a41. */
const before72: Differences = {
  releasePages: { destroy: 'before_detach', unpin: 'unlocked' },
  accessPin: { dmabuf: 'pinned' },
};

/** What a version does instead of v7.3, by the name that the table of revisions has for it. */
export const importerDifferences: Readonly<Record<string, Differences>> = {
  v5: { ...beforePinFix, addresses: { iova: 'in_attach' } },
  v6: beforePinFix,
  v7: beforePinFix,
  v9: beforePinFix,
  '6.19': {
    ...beforeRevoke,
    pin: { pin: 'refused' },
    register: { failure: 'unpins_and_releases' },
  },
  '7.0': { ...beforeRevoke, pin: { pin: 'refused' } },
  'revoke-v5': before72,
  '7.1-rc': before72,
  '7.1': before72,
};

/** v7.3 with one known defect in it, beside those of the table of revisions. */
export interface Defect {
  readonly importers?: Differences;
  readonly move?: Partial<MoveVariation>;
  readonly source: string;
}

/** By the name under which a system is built with the defect. */
export const defects: Readonly<Record<string, Defect>> = {
  '7.3+P18': {
    move: { fences: 'KERNEL' },
    source: 'revoke series v3: dma_resv_wait_timeout(DMA_RESV_USAGE_KERNEL)',
  },
  '7.3+P19': {
    move: { drain: 'fences' },
    source: 'revoke series v3, v4: waits for fences, and not for unmap',
  },
  '7.3+P20': {
    move: { drain: 'unmap_one_second' },
    source: 'revoke series v5: wait_for_completion_timeout() of one second, WARN, and on',
  },
  '7.3+O9': {
    importers: { unmapWork: { needs: 'memory_lock' } },
    source:
      'derived: an importer that nobody wrote; dma_buf_invalidate_mappings, v7.3, asks for bounded time only',
  },
  '7.3+P17': {
    importers: { releasePages: { unpin: 'never' } },
    source: 'revoke series v2: iommufd pins and does not unpin',
  },
  '7.3+M2': {
    importers: { attach: { admits: 'any_p2p' } },
    source: 'before 61ceaf236115: vfio_pci_dma_buf_attach() asks for peer2peer only',
  },
  '7.3+M2+M13': {
    importers: { attach: { admits: 'any_p2p' }, register: { failure: 'unpins_and_releases' } },
    source: 'before 104016eb671e, with an exporter that admits importers without a callback',
  },
  '7.3+early-unlock': {
    importers: { register: { lock: 'until_mapped' } },
    source: 'Jacob Moroni, March 2026: why ib_umem_dmabuf_get_pinned_revocable_and_lock() locks',
  },
};

/** The importers as of one version. */
export function importerDesignOf(revision: string): ImporterDesign {
  const differs = importerDifferences[revision] ?? defects[revision]?.importers ?? {};
  return Object.fromEntries(
    Object.entries(importerBase).map(([point, value]) => [
      point,
      { ...value, ...differs[point as keyof ImporterDesign] },
    ]),
  ) as unknown as ImporterDesign;
}
