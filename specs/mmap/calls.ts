import { type Call, call, WAIT } from 'xstate-check';
import { transitionCalls } from '../device/calls.ts';

const SERIES =
  'Matt Evans, "vfio/pci: Add mmap() for DMABUFs" v8, 2026-10-06, <20261006193643.76330-1-matt@ozlabs.org>';
const V2 =
  'Matt Evans, "vfio/pci: Add mmap() for DMABUFs" v2, 2026-05-27, <20260527102319.100128-1-mattev@meta.com>';
const NVGRACE =
  'Ankit Agrawal, "vfio/nvgrace-gpu: wait for the GPU mem to be ready" v6 6/6, 2025-11-25, <20251125173013.39511-7-ankita@nvidia.com>';
const REGISTRATION = 'vfio_device_try_get_registration, drivers/vfio/vfio_main.c';

/** An operation of a lock or a flag that a thread performs and that has no outcomes. */
function step(name: string, callee: string, written: string, source: string, lock = false): Call {
  const outcomes = name.endsWith('.down_write') ? ['', WAIT] : [''];
  return call(name, callee, { outcomes, ...(lock && { blocks: 'lock' }), written, source });
}

function setStatus(status: string): Call[] {
  return [
    call(`buf.set_status(${status})`, 'set_status', {
      outcomes: ['end'],
      spans: true,
      written: `vfio_pci_dma_buf_set_status(priv{buf}, ${status})`,
      source: SERIES,
    }),
    step(`status.set(${status})`, 'status', `priv{buf}->status = ${status}`, V2),
  ];
}

/** What the series that adds mmap() to dma-bufs adds, and the locks of user memory. */
const own: readonly Call[] = [
  call('vma.mmap', 'mmap', {
    caller: 'user',
    spans: true,
    written: 'mmap() of a BAR of vdev0, vma{vma}',
    source: SERIES,
  }),
  call('vma.touch', 'fault', {
    caller: 'user',
    outcomes: ['ok', 'SIGBUS'],
    spans: true,
    written: 'page fault in vma{vma}',
    source: SERIES,
  }),
  call('dev.read', 'read', {
    caller: 'user',
    outcomes: ['ok', '-EFAULT'],
    spans: true,
    written: 'nvgrace_gpu_read_mem(vdev{dev})',
    source: NVGRACE,
  }),
  call('buf.revoke_dma_buf', 'revoke', {
    caller: 'user',
    outcomes: ['ok', '-EBADFD'],
    spans: true,
    written: 'VFIO_DEVICE_FEATURE_DMA_BUF_REVOKE of dmabuf{buf}',
    source: V2,
  }),
  call('dev.unregister', 'unregister', {
    caller: 'user',
    spans: true,
    written: 'vfio_unregister_group_dev(vdev{dev})',
    source: 'vfio_unregister_group_dev, drivers/vfio/vfio_main.c',
  }),
  step('mmap_lock.down_write', 'rwsem', 'mmap_write_lock(mm)', 'include/linux/mmap_lock.h', true),
  step('mmap_lock.up_write', 'rwsem', 'mmap_write_unlock(mm)', 'include/linux/mmap_lock.h'),
  step('mmap_lock.down_read', 'rwsem', 'mmap_read_lock(mm)', 'include/linux/mmap_lock.h', true),
  step('mmap_lock.up_read', 'rwsem', 'mmap_read_unlock(mm)', 'include/linux/mmap_lock.h'),
  step('memory_lock.down_read', 'rwsem', 'down_read(&vdev{dev}->memory_lock)', SERIES, true),
  step('memory_lock.up_read', 'rwsem', 'up_read(&vdev{dev}->memory_lock)', SERIES),
  step('dmabuf_lock.down_write', 'rwsem', 'down_write(&vdev{dev}->dmabuf_lock)', SERIES, true),
  step('dmabuf_lock.up_write', 'rwsem', 'up_write(&vdev{dev}->dmabuf_lock)', SERIES),
  step('dmabuf_lock.down_read', 'rwsem', 'down_read(&vdev{dev}->dmabuf_lock)', SERIES, true),
  step('dmabuf_lock.up_read', 'rwsem', 'up_read(&vdev{dev}->dmabuf_lock)', SERIES),
  ...['OK', 'TEMP_REVOKED', 'PERM_REVOKED'].flatMap(setStatus),
  call('buf.status', 'status', {
    outcomes: ['OK', 'TEMP_REVOKED', 'PERM_REVOKED'],
    written: {
      OK: 'priv{buf}->status is OK',
      TEMP_REVOKED: 'priv{buf}->status is TEMP_REVOKED',
      PERM_REVOKED: 'priv{buf}->status is PERM_REVOKED',
    },
    source: V2,
  }),
  call('buf.vdev', 'buffer_vdev', {
    outcomes: ['set', 'NULL'],
    written: { set: 'priv{buf}->vdev is vdev0', NULL: 'priv{buf}->vdev is NULL' },
    source: V2,
  }),
  step('vdev.clear', 'buffer_vdev', 'priv{buf}->vdev = NULL', 'vfio_pci_dma_buf_cleanup, v7.3'),
  call('dev.bars_revoked', 'bars_revoked', {
    outcomes: ['true', 'false'],
    written: {
      true: 'vdev{dev}->bars_revoked is true',
      false: 'vdev{dev}->bars_revoked is false',
    },
    source: SERIES,
  }),
  step('bars_revoked.set', 'bars_revoked', 'vdev{dev}->bars_revoked = true', SERIES),
  step('bars_revoked.clear', 'bars_revoked', 'vdev{dev}->bars_revoked = false', SERIES),
  step('buf.insert_pfn', 'mapping', 'vmf_insert_pfn(vma of dmabuf{buf})', SERIES),
  step('buf.unmap_mapping_range', 'mapping', 'unmap_mapping_range(dmabuf{buf})', V2),
  call('dev.try_get_registration', 'vfio_device', {
    outcomes: ['ok'],
    written: 'vfio_device_try_get_registration(vdev{dev})',
    source: REGISTRATION,
  }),
  step(
    'dev.put_registration',
    'vfio_device',
    'vfio_device_put_registration(vdev{dev})',
    REGISTRATION,
  ),
  step('buf.list_add', 'list', 'list_add_tail(&priv{buf}->dmabufs_elm, &vdev0->dmabufs)', SERIES),
  call('mm.user_page', 'process', {
    outcomes: ['present', 'absent', 'of_bar'],
    environment: ['absent', 'of_bar'],
    written: {
      present: 'copy_to_user()',
      absent: 'copy_to_user() faults',
      of_bar: 'copy_to_user() faults in a mapping of a BAR',
    },
    source: NVGRACE,
  }),
];

const ownNames = own.map(({ name }) => name);

/** The steps of `nvgrace-read`. */
export const nvgraceCalls: readonly Call[] = [
  call('vma.munmap', 'munmap', {
    caller: 'user',
    spans: true,
    written: 'munmap()',
    source: '__vm_munmap, mm/vma.c, v7.3',
  }),
  ...own.filter(({ name }) => /^(dev\.read|mm\.user_page|mmap_lock\..*)$/.test(name)),
  ...transitionCalls,
];

/** All steps of the system. */
export const mmapCalls: readonly Call[] = [
  ...own,
  ...transitionCalls.filter(({ name }) => !ownNames.includes(name)),
];
