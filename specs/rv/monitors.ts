import { failedCall } from '../../machines/device/failed-call.monitor.ts';
import { givenBack } from '../../machines/device/given-back.monitor.ts';
import { staysRevoked } from '../../machines/device/stays-revoked.monitor.ts';
import { buffer } from '../../machines/dma-buf/buffer.contract.ts';
import { cutTogether } from '../../machines/hot-reset/cut-together.monitor.ts';
import type { RuntimeMonitor } from '../../src/export/formats.ts';
import { heldWhereRequired } from '../../src/monitors/held-where-required.monitor.ts';

const MOVE = 'vfio_pci_dma_buf_move';
const TAKEN = ['return of down_write(&vdev->memory_lock)', 'return of down_write_trylock with 1'];
const RELEASED = ['up_write(&vdev->memory_lock)'];
const REVOKED = [`return of ${MOVE} with revoked = true`];
const RESTORED = [`return of ${MOVE} with revoked = false`];

/** LOW_POWER_ENTRY and the last close keep what they revoke: only VFIO_DEVICE_RESET owes it back. */
const inReset = (at: string) => `${at}, called by vfio_pci_ioctl_reset`;

/**
 * What can be watched in a running kernel, v7.3, and where. The functions are those of
 * trace/functions.ts. What happens at no line of this table is not watched: an attach reads
 * `revoked` without a lock, so that its return says nothing of the order. `per_obj` is one dma-buf
 * for vdbuf_life and one device (struct vfio_pci_core_device) for the others; a hot reset holds
 * several memory_locks, so that none of these counts the locks of a task.
 */
export const runtimeMonitors: readonly RuntimeMonitor[] = [
  {
    name: 'vdbuf_life',
    machine: buffer('live'),
    watch: {
      type: 'per_obj',
      // "kernel-only bounded time", cover letter of the revoke series v6; nobody gave a number.
      within: { draining: 'DRAIN_NS()' },
      attachments: [
        {
          label: 'revoke',
          at: [`dma_buf_invalidate_mappings called by ${MOVE} with revoked = true`],
        },
        {
          label: 'drained',
          at: [`return of ${MOVE} with revoked = true, for each dma-buf that it has invalidated`],
        },
        {
          label: 'unrevoke',
          // The first is that of the section in which importers are told, 7.1 and later.
          at: [`the second ww_mutex_unlock called by ${MOVE} with revoked = false`],
        },
        { label: 'map:ok', at: ['return of vfio_pci_dma_buf_map with a table'] },
        { label: 'map:-ENODEV', at: ['return of vfio_pci_dma_buf_map with -ENODEV'] },
        {
          label: 'cleanup',
          at: ['vfio_device_put_registration called by vfio_pci_dma_buf_cleanup'],
        },
        { label: 'release#listed', at: ['vfio_pci_dma_buf_release where priv->vdev is set'] },
        { label: 'release#cleaned', at: ['vfio_pci_dma_buf_release where priv->vdev is NULL'] },
      ],
    },
  },
  {
    name: 'vdbuf_back',
    machine: givenBack,
    watch: {
      type: 'per_task',
      attachments: [
        { label: 'revoke', at: REVOKED.map(inReset) },
        { label: 'enabled', at: [inReset('return of __vfio_pci_memory_enabled with 1')] },
        { label: 'disabled', at: [inReset('return of __vfio_pci_memory_enabled with 0')] },
        { label: 'unrevoke', at: RESTORED.map(inReset) },
        { label: 'unlock', at: RELEASED.map(inReset) },
      ],
    },
  },
  {
    name: 'vdbuf_low',
    machine: staysRevoked,
    watch: {
      type: 'per_obj',
      attachments: [
        { label: 'enter', at: ['return of vfio_pci_runtime_pm_entry with 0'] },
        { label: 'exit', at: ['vfio_pci_runtime_pm_exit'] },
        { label: 'unrevoke', at: [`${MOVE} with revoked = false`] },
        { label: 'unrevoked', at: RESTORED },
      ],
    },
  },
  {
    name: 'vdbuf_cut',
    machine: cutTogether,
    watch: {
      type: 'per_task',
      attachments: [
        { label: 'trylock', at: ['down_write_trylock called by vfio_pci_dev_set_hot_reset'] },
        { label: 'revoked', at: REVOKED },
        {
          label: 'zapped',
          at: ['return of vfio_pci_zap_bars (static: a compiler may have it inline)'],
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
        { label: 'begin', at: ['vfio_pci_runtime_pm_entry'] },
        { label: 'change', at: [`dma_buf_invalidate_mappings called by ${MOVE}`] },
        { label: 'ok', at: ['return of vfio_pci_runtime_pm_entry with 0'] },
        { label: 'error', at: ['return of vfio_pci_runtime_pm_entry with an errno'] },
      ],
    },
  },
  {
    name: 'memlock_move',
    machine: heldWhereRequired,
    watch: {
      type: 'per_obj',
      attachments: [
        { label: 'acquire', at: TAKEN },
        { label: 'release', at: RELEASED },
        { label: 'guarded', at: [MOVE] },
      ],
    },
  },
];
