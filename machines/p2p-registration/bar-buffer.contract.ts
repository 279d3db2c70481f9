// Truth: the C of v7.3.
import { setup } from 'xstate';

export const labels = [
  'buf.export:ok#live',
  'buf.export:ok#revoked',
  'buf.export:refused',
  'buf.revoke',
  'buf.unrevoke',
  'buf.cleanup',
  'buf.release#listed',
  'buf.release#orphan',
] as const;

const EXPORT =
  'vfio_pci_core_feature_dma_buf, v7.3: revoked = !__vfio_pci_memory_enabled(), list_add';
const REVOKE = 'vfio_pci_dma_buf_move(revoked = true), v7.3';
const UNREVOKE = 'vfio_pci_dma_buf_move(revoked = false), v7.3: every buffer on the list';
const CLEANUP = 'vfio_pci_dma_buf_cleanup, v7.3: list_del_init, vdev = NULL, drained';
const RELEASE = 'vfio_pci_dma_buf_release, v7.3';

/**
 * A DMABUF on a BAR, as far as registration has to know it: on the device's list, live or revoked
 * for now, or an orphan of a session that was closed, which stays revoked for ever.
 */
export const barBuffer = setup({
  types: { events: {} as { type: (typeof labels)[number] } },
}).createMachine({
  id: 'bar_buffer',
  description: 'VFIO_DEVICE_FEATURE_DMA_BUF of a range of one BAR',
  meta: { labels, source: EXPORT },
  initial: 'none',
  states: {
    none: {
      tags: ['quiescent'],
      meta: { source: EXPORT, shows: { listed: 'false' } },
      on: {
        'buf.export:ok#live': to('live', EXPORT),
        'buf.export:ok#revoked': to('revoked', EXPORT),
        'buf.export:refused': { target: 'none', meta: { source: EXPORT, answer: 'refused' } },
        'buf.revoke': to('none', REVOKE),
        'buf.unrevoke': to('none', UNREVOKE),
        'buf.cleanup': to('none', CLEANUP),
      },
    },
    live: {
      description: 'importers map it',
      meta: { source: UNREVOKE, shows: { listed: 'true', revoked: 'false' } },
      on: { 'buf.revoke': to('revoked', REVOKE), 'buf.release#listed': to('none', RELEASE) },
    },
    revoked: {
      description: 'map answers -ENODEV, until access comes back',
      meta: { source: REVOKE, shows: { listed: 'true', revoked: 'true' } },
      on: {
        'buf.revoke': to('revoked', REVOKE),
        'buf.unrevoke': to('live', UNREVOKE),
        'buf.cleanup': to('orphan', CLEANUP),
        'buf.release#listed': to('none', RELEASE),
      },
    },
    orphan: {
      description: 'off the list: no one gives access back, map answers -ENODEV for ever',
      meta: { source: CLEANUP, shows: { listed: 'false', revoked: 'true' } },
      on: {
        'buf.revoke': to('orphan', REVOKE),
        'buf.unrevoke': to('orphan', UNREVOKE),
        'buf.cleanup': to('orphan', CLEANUP),
        'buf.release#orphan': to('none', RELEASE),
      },
    },
  },
});

function to(target: string, source: string) {
  return { target, meta: { source } };
}
