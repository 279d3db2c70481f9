import { heldWhereRequired, type RuntimeMonitor, type Site } from 'xstate-check/kernel';
import { buffer } from '../../machines/buffer/buffer.contract.ts';
import { failedCall } from '../../machines/device/failed-call.monitor.ts';
import { givenBack } from '../../machines/device/given-back.monitor.ts';
import { staysRevoked } from '../../machines/device/stays-revoked.monitor.ts';
import { cutTogether } from '../../machines/hot-reset/cut-together.monitor.ts';

const MOVE = 'vfio_pci_dma_buf_move';
const EXPORT = 'vfio_pci_core_feature_dma_buf';
const HOT_RESET = ['vfio_pci_dev_set_hot_reset'];
/** Inlined in the ioctl by some compilers, which calls none of these functions otherwise. */
const RESET = ['vfio_pci_ioctl_reset', 'vfio_pci_core_ioctl'];
const ENTRY = 'vfio_pci_runtime_pm_entry';

const move = (revoked: boolean, calledBy?: readonly string[]): Site => ({
  function: MOVE,
  where: `revoked is ${revoked}`,
  ...(calledBy && { calledBy }),
});

/** A dma-buf has its reservation behind itself: dma_buf_export(), v7.3, without exp_info.resv. */
const unlocked = (by: string, revoked: boolean): Site => ({
  function: 'ww_mutex_unlock',
  calledBy: [by],
  where: `priv->revoked is ${revoked}`,
  object: '(struct dma_buf *)container_of(lock, struct dma_resv, lock) - 1',
});

const put = (by: string): Site => ({
  function: 'fput',
  calledBy: [by],
  object: 'file->private_data',
});

/** Before it is let go: what another task does with memory_lock held comes after. */
const memoryUnlocked = (by: string): Site => ({
  function: 'up_write',
  calledBy: [by],
  object: 'container_of(sem, struct vfio_pci_core_device, memory_lock)',
});

/**
 * What can be watched in a running kernel, v7.3, and where. Each event is at a place where the lock
 * that orders it is still held. What happens at no line of this table is not watched: an attach
 * reads `revoked` without a lock, so that its return says nothing of the order.
 */
export const runtimeMonitors: readonly RuntimeMonitor[] = [
  {
    name: 'vdbuf_life',
    machine: buffer(),
    watch: {
      type: 'per_obj',
      // "kernel-only bounded time", cover letter of the revoke series v6; nobody gave a number.
      within: { draining: 'DRAIN_NS()' },
      attachments: [
        {
          label: 'export:ok#live',
          event: 'export_live',
          starts: true,
          at: [unlocked(EXPORT, false)],
        },
        {
          label: 'export:ok#revoked',
          event: 'export_dead',
          starts: true,
          at: [unlocked(EXPORT, true)],
        },
        {
          label: 'revoke',
          event: 'revoke',
          at: [
            {
              function: 'dma_buf_invalidate_mappings',
              calledBy: [MOVE],
              where: 'this call of vfio_pci_dma_buf_move() has revoked = true',
              object: 'dmabuf',
            },
          ],
        },
        {
          // One for each dma-buf; the whole move returns when the last of them is drained.
          label: 'drained',
          event: 'drained',
          at: [
            {
              ...put(MOVE),
              where:
                'this call of vfio_pci_dma_buf_move() has revoked = true and has invalidated it',
            },
          ],
        },
        // 7.1 and later unlock twice: the first time `revoked` is still set.
        { label: 'unrevoke', event: 'unrevoke', at: [unlocked(MOVE, false)] },
        {
          label: 'map:ok',
          event: 'map',
          at: [
            {
              function: 'vfio_pci_dma_buf_map',
              on: 'return',
              where: 'it returns a table',
              object: 'attachment->dmabuf of its entry',
            },
          ],
        },
        {
          label: 'map:-ENODEV',
          event: 'map_refused',
          at: [
            {
              function: 'vfio_pci_dma_buf_map',
              on: 'return',
              where: 'it returns -ENODEV',
              object: 'attachment->dmabuf of its entry',
            },
          ],
        },
        { label: 'cleanup', event: 'cleanup', at: [put('vfio_pci_dma_buf_cleanup')] },
        {
          label: 'release#listed',
          event: 'release',
          ends: true,
          at: [
            {
              function: 'vfio_pci_dma_buf_release',
              where: 'priv->vdev is set',
              object: 'dmabuf',
            },
          ],
        },
        {
          label: 'release#cleaned',
          event: 'release_cleaned',
          ends: true,
          at: [
            {
              function: 'vfio_pci_dma_buf_release',
              where: 'priv->vdev is NULL',
              object: 'dmabuf',
            },
          ],
        },
      ],
    },
  },
  {
    // LOW_POWER_ENTRY and the last close keep what they revoke: only VFIO_DEVICE_RESET owes it back.
    name: 'vdbuf_back',
    machine: givenBack,
    watch: {
      type: 'per_task',
      attachments: [
        { label: 'revoke', event: 'revoke', starts: true, at: [move(true, RESET)] },
        {
          label: 'disabled',
          event: 'disabled',
          at: [
            {
              function: '__vfio_pci_memory_enabled',
              on: 'return',
              calledBy: RESET,
              where: 'it returns 0',
            },
          ],
        },
        { label: 'unrevoke', event: 'unrevoke', at: [move(false, RESET)] },
        { label: 'unlock', event: 'unlock', at: [{ function: 'up_write', calledBy: RESET }] },
      ],
    },
  },
  {
    name: 'vdbuf_low',
    machine: staysRevoked,
    watch: {
      type: 'per_obj',
      attachments: [
        // Also where it returns -EINVAL: pm_runtime_engaged was set before.
        { label: 'enter', event: 'enter', starts: true, at: [memoryUnlocked(ENTRY)] },
        {
          label: 'exit',
          event: 'exit',
          at: [
            // After pm_runtime_engaged is cleared, before access is given back.
            {
              function: '__vfio_pci_memory_enabled',
              calledBy: ['vfio_pci_runtime_pm_exit'],
              object: 'vdev',
            },
            // A wake-up with an eventfd leaves low power by itself.
            {
              ...memoryUnlocked('vfio_pci_core_runtime_resume'),
              where: 'vdev->pm_runtime_engaged is false',
            },
          ],
        },
        { label: 'unrevoke', event: 'unrevoke', at: [{ ...move(false), object: 'vdev' }] },
      ],
    },
  },
  {
    name: 'vdbuf_cut',
    machine: cutTogether,
    watch: {
      type: 'per_task',
      attachments: [
        {
          // The next device is tried, or there is none left and the bus is reset.
          label: 'trylock',
          event: 'next',
          starts: true,
          at: [
            { function: 'down_write_trylock', calledBy: HOT_RESET },
            { function: 'pci_reset_bus', calledBy: HOT_RESET },
          ],
        },
        { label: 'revoked', event: 'revoked', at: [move(true, HOT_RESET)] },
        {
          label: 'zapped',
          event: 'zapped',
          // vfio_pci_zap_bars() is inlined, or jumps there last: it returns to the hot reset.
          at: [{ function: 'unmap_mapping_range', calledBy: HOT_RESET }],
        },
      ],
    },
  },
  {
    name: 'vdbuf_fail',
    machine: failedCall,
    watch: {
      type: 'per_task',
      attachments: [
        { label: 'begin', event: 'begin', starts: true, at: [{ function: ENTRY }] },
        {
          label: 'change',
          event: 'change',
          at: [{ function: 'dma_buf_invalidate_mappings', calledBy: [MOVE] }],
        },
        {
          label: 'ok',
          event: 'ok',
          at: [{ function: ENTRY, on: 'return', where: 'it returns 0' }],
        },
        {
          label: 'error',
          event: 'error',
          at: [{ function: ENTRY, on: 'return', where: 'it returns an errno' }],
        },
      ],
    },
  },
  {
    // What lockdep_assert_held_write() in the function says, for a kernel without lockdep.
    name: 'memlock_move',
    machine: heldWhereRequired,
    watch: {
      type: 'per_task',
      attachments: [
        {
          label: 'acquire',
          event: 'own',
          starts: true,
          at: [{ function: MOVE, where: 'current owns vdev->memory_lock for writing' }],
        },
        {
          label: 'release',
          event: 'own_not',
          starts: true,
          at: [{ function: MOVE, where: 'current does not own vdev->memory_lock for writing' }],
        },
        {
          label: 'guarded',
          event: 'move',
          at: [{ function: MOVE, where: 'one of the two above has been told' }],
        },
      ],
    },
  },
];
