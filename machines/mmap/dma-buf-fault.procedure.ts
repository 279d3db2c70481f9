import { setup } from 'xstate';

export const labels = [
  'vma.touch:begin',
  'mm.mmap_lock.down_read',
  'buf.resv.lock',
  'buf.vdev:set',
  'buf.vdev:NULL',
  'buf.status:OK',
  'buf.status:TEMP_REVOKED',
  'buf.status:PERM_REVOKED',
  'dev.try_get_registration:ok',
  'buf.resv.unlock',
  'dev.memory_lock.down_read',
  'dev.dmabuf_lock.down_read',
  'dev.memory_enabled:true',
  'dev.memory_enabled:false',
  'buf.insert_pfn',
  'dev.dmabuf_lock.up_read',
  'dev.memory_lock.up_read',
  'dev.put_registration',
  'mm.mmap_lock.up_read',
  'vma.touch:ok',
  'vma.touch:SIGBUS',
] as const;

const V2 =
  'Matt Evans, "vfio/pci: Support mmap() of a VFIO DMABUF" v2 7/9, 2026-05-27, <20260527102319.100128-8-mattev@meta.com>';

const LIST_LOCK =
  '; dmabuf_lock inside memory_lock as of v6, where vfio_pci_dma_buf_find_pfn() asserts it; that both are so in one version is derived';

/**
 * A page fault in a mapping of a dma-buf. The mapping does not hold the device open, so that the
 * fault runs against the cleanup of the device, and `priv->vdev` may be on its way out.
 */
export function dmaBufFault() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'dma_buf_fault',
    description: 'vfio_pci_mmap_huge_fault() of the series that adds mmap() to dma-bufs',
    meta: { labels, source: `${V2}${LIST_LOCK}` },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'vma.touch:begin': 'lock_mm' } },
      lock_mm: {
        description: 'mmap_lock or the lock of the VMA, which holds off the same writers',
        on: { 'mm.mmap_lock.down_read': 'find_device' },
      },
      find_device: {
        description:
          'under dma_resv a live buffer has not been cleaned up, so that its device is there',
        meta: { source: V2 },
        initial: 'lock_resv',
        states: {
          lock_resv: { on: { 'buf.resv.lock': 'read' } },
          read: { on: { 'buf.vdev:set': 'test', 'buf.vdev:NULL': 'unlock_resv_gone' } },
          test: {
            on: {
              'buf.status:OK': 'get',
              'buf.status:TEMP_REVOKED': 'unlock_resv_gone',
              'buf.status:PERM_REVOKED': 'unlock_resv_gone',
            },
          },
          get: { on: { 'dev.try_get_registration:ok': 'unlock_resv' } },
          unlock_resv: { on: { 'buf.resv.unlock': '#dma_buf_fault.insert' } },
          unlock_resv_gone: { on: { 'buf.resv.unlock': '#dma_buf_fault.sigbus' } },
        },
      },
      insert: {
        description: 'the status may have changed since: it is read again',
        meta: { source: `${V2}; vfio_pci_vmf_insert_pfn, v7.3, without low power` },
        initial: 'lock',
        states: {
          lock: { on: { 'dev.memory_lock.down_read': 'lock_list' } },
          lock_list: { on: { 'dev.dmabuf_lock.down_read': 'test' } },
          test: {
            on: {
              'buf.status:OK': 'enabled',
              'buf.status:TEMP_REVOKED': 'leave_sigbus',
              'buf.status:PERM_REVOKED': 'leave_sigbus',
            },
          },
          enabled: {
            on: { 'dev.memory_enabled:true': 'insert', 'dev.memory_enabled:false': 'leave_sigbus' },
          },
          insert: { on: { 'buf.insert_pfn': 'leave' } },
          leave: {
            initial: 'unlock_list',
            states: {
              unlock_list: { on: { 'dev.dmabuf_lock.up_read': 'unlock' } },
              unlock: { on: { 'dev.memory_lock.up_read': 'put' } },
              put: { on: { 'dev.put_registration': '#dma_buf_fault.ok' } },
            },
          },
          leave_sigbus: {
            initial: 'unlock_list',
            states: {
              unlock_list: { on: { 'dev.dmabuf_lock.up_read': 'unlock' } },
              unlock: { on: { 'dev.memory_lock.up_read': 'put' } },
              put: { on: { 'dev.put_registration': '#dma_buf_fault.sigbus' } },
            },
          },
        },
      },
      ok: { on: { 'mm.mmap_lock.up_read': 'return' } },
      return: { on: { 'vma.touch:ok': 'idle' } },
      sigbus: { on: { 'mm.mmap_lock.up_read': 'return_sigbus' } },
      return_sigbus: { on: { 'vma.touch:SIGBUS': 'idle' } },
    },
  });
}
