import { setup } from 'xstate';

export const labels = [
  'vma.mmap:begin',
  'mm.mmap_lock.down_write',
  'dev.dmabuf_lock.down_write',
  'buf.resv.lock',
  'dev.bars_revoked:true',
  'dev.bars_revoked:false',
  'buf.status.set(OK)',
  'buf.status.set(TEMP_REVOKED)',
  'buf.list_add',
  'buf.resv.unlock',
  'dev.dmabuf_lock.up_write',
  'mm.mmap_lock.up_write',
  'vma.mmap:ok',
] as const;

/**
 * mmap() of a BAR through the device file in the series that adds mmap() to dma-bufs: it exports a
 * buffer of its own, with mmap_lock held, and puts it on the list of the device. The list has a lock of
 * its own, inside memory_lock, so that an mmap() need not take memory_lock; a new buffer is born as the
 * last revoke or un-revoke left the others.
 */
export function barMmap() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'bar_mmap',
    description: 'vfio_pci_core_mmap(), vfio_pci_core_mmap_prep_dmabuf(), vfio_pci_dmabuf_export()',
    meta: {
      labels,
      source:
        'Matt Evans, "vfio/pci: Add mmap() for DMABUFs": vfio_pci_dmabuf_export() takes dmabuf_lock ' +
        'for writing; the file is exported and registered before, which is not drawn',
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'vma.mmap:begin': 'lock_mm' } },
      lock_mm: {
        meta: { source: 'vm_mmap_pgoff, mm/util.c: mmap_write_lock_killable()' },
        on: { 'mm.mmap_lock.down_write': 'lock_list' },
      },
      lock_list: { on: { 'dev.dmabuf_lock.down_write': 'lock_resv' } },
      lock_resv: { on: { 'buf.resv.lock': 'test' } },
      test: {
        on: { 'dev.bars_revoked:false': 'born_ok', 'dev.bars_revoked:true': 'born_revoked' },
      },
      born_ok: { on: { 'buf.status.set(OK)': 'add' } },
      born_revoked: { on: { 'buf.status.set(TEMP_REVOKED)': 'add' } },
      add: { on: { 'buf.list_add': 'unlock_resv' } },
      unlock_resv: { on: { 'buf.resv.unlock': 'unlock_list' } },
      unlock_list: { on: { 'dev.dmabuf_lock.up_write': 'unlock_mm' } },
      unlock_mm: { on: { 'mm.mmap_lock.up_write': 'return' } },
      return: { on: { 'vma.mmap:ok': 'mapped' } },
      mapped: { tags: ['quiescent'] },
    },
  });
}
