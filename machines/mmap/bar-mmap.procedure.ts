import { setup } from 'xstate';

export const labels = [
  'vma.mmap:begin',
  'mm.mmap_lock.down_write',
  'dev.memory_lock.down_write',
  'dev.dmabuf_lock.down_write',
  'buf.resv.lock',
  'dev.memory_enabled:true',
  'dev.memory_enabled:false',
  'dev.bars_revoked:true',
  'dev.bars_revoked:false',
  'buf.status.set(OK)',
  'buf.status.set(TEMP_REVOKED)',
  'buf.list_add',
  'buf.resv.unlock',
  'dev.dmabuf_lock.up_write',
  'dev.memory_lock.up_write',
  'mm.mmap_lock.up_write',
  'vma.mmap:ok',
] as const;

/** Where the series that adds mmap() to dma-bufs differs from itself, and from v7.3. */
export interface MmapVariation {
  /**
   * What protects `vdev->dmabufs` and the status of the buffers on it: `memory_lock` (v7.3, and the
   * series up to v5), or `dmabuf_lock`, inside memory_lock, so that an mmap() need not take
   * memory_lock (v6 and later).
   */
  readonly listLock: 'memory_lock' | 'dmabuf_lock';
  /**
   * What a new buffer takes its status from: `memory_enabled`, the device (v7.3, and the series up
   * to v5), or `bars_revoked`, what the last revoke or un-revoke left behind (v6 and later).
   */
  readonly bornFrom: 'memory_enabled' | 'bars_revoked';
  /**
   * How a page fault of a dma-buf makes sure that `priv->vdev` stays: `registration`, taken under
   * dma_resv (v1 and later), or `nothing` (RFC). In v7.3 a VMA of a BAR holds the device file open.
   */
  readonly proof: 'registration' | 'nothing';
}

/**
 * mmap() of a BAR through the device file in the series that adds mmap() to dma-bufs: it exports a
 * buffer of its own, with mmap_lock held, and puts it on the list of the device.
 */
export function barMmap({ listLock, bornFrom }: Pick<MmapVariation, 'listLock' | 'bornFrom'>) {
  const enabled = bornFrom === 'memory_enabled';
  const lockList = listLock === 'memory_lock' ? 'lock_device' : 'lock_list';
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'bar_mmap',
    description: 'vfio_pci_core_mmap(), vfio_pci_core_mmap_prep_dmabuf(), vfio_pci_dmabuf_export()',
    meta: {
      labels,
      source:
        'Matt Evans, "vfio/pci: Add mmap() for DMABUFs": vfio_pci_dmabuf_export() takes ' +
        `${listLock} for writing; the file is exported and registered before, which is not drawn`,
      unused: [
        ...(listLock === 'memory_lock'
          ? ['dev.dmabuf_lock.down_write', 'dev.dmabuf_lock.up_write']
          : ['dev.memory_lock.down_write', 'dev.memory_lock.up_write']),
        ...(enabled
          ? ['dev.bars_revoked:true', 'dev.bars_revoked:false']
          : ['dev.memory_enabled:true', 'dev.memory_enabled:false']),
      ],
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'vma.mmap:begin': 'lock_mm' } },
      lock_mm: {
        meta: { source: 'vm_mmap_pgoff, mm/util.c: mmap_write_lock_killable()' },
        on: { 'mm.mmap_lock.down_write': lockList },
      },
      [lockList]: { on: { [`dev.${listLock}.down_write`]: 'lock_resv' } },
      lock_resv: { on: { 'buf.resv.lock': 'test' } },
      test: {
        on: {
          [enabled ? 'dev.memory_enabled:true' : 'dev.bars_revoked:false']: 'born_ok',
          [enabled ? 'dev.memory_enabled:false' : 'dev.bars_revoked:true']: 'born_revoked',
        },
      },
      born_ok: { on: { 'buf.status.set(OK)': 'add' } },
      born_revoked: { on: { 'buf.status.set(TEMP_REVOKED)': 'add' } },
      add: { on: { 'buf.list_add': 'unlock_resv' } },
      unlock_resv: { on: { 'buf.resv.unlock': 'unlock_list' } },
      unlock_list: { on: { [`dev.${listLock}.up_write`]: 'unlock_mm' } },
      unlock_mm: { on: { 'mm.mmap_lock.up_write': 'return' } },
      return: { on: { 'vma.mmap:ok': 'mapped' } },
      mapped: { tags: ['quiescent'] },
    },
  });
}
