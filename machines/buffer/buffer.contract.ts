import { setup } from 'xstate';

export const labels = [
  'export:ok#live',
  'export:ok#revoked',
  'revoke',
  'drained',
  'unrevoke',
  'cut',
  'end#live',
  'end#revoked',
  'end#low_power',
  'end#cleaned',
  'cleanup',
  'release#listed',
  'release#cleaned',
  'attach:ok',
  'attach:-ENODEV',
  'attach:-EOPNOTSUPP#not_p2p',
  'attach:-EOPNOTSUPP#not_revocable',
  'map:ok',
  'map:-ENODEV',
  'map:-EINVAL',
  'map:-EADDRINUSE',
  'map:-ENOMEM',
  'map_file:ok',
  'map_file:-ENODEV',
  'map_file:-EOPNOTSUPP',
] as const;

/**
 * The life of one exported buffer (`struct vfio_pci_dma_buf`). `cut` is everything that makes the
 * device stop answering: memory off, D3hot, low power, a reset, the last close. No buffer that
 * somebody may still reach lets it happen.
 *
 * @param initially - `unborn`, or `live` where the system starts with the buffer exported
 */
export function buffer(initially: 'unborn' | 'live' = 'unborn') {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'buffer',
    description: 'struct vfio_pci_dma_buf: from export to release',
    meta: { labels, source: 'struct vfio_pci_dma_buf, drivers/vfio/pci/vfio_pci_dmabuf.c, v7.3' },
    initial: initially,
    states: {
      unborn: {
        tags: ['quiescent', 'absent'],
        on: {
          'export:ok#live': 'live',
          'export:ok#revoked': {
            target: 'revoked',
            meta: { source: 'vfio_pci_core_feature_dma_buf, v7.3: born revoked, no error' },
          },
          'end#live': 'unborn',
          'end#revoked': 'unborn',
          'end#low_power': 'unborn',
          'end#cleaned': 'unborn',
          cut: 'unborn',
        },
      },
      live: {
        tags: ['quiescent'],
        meta: {
          shows: { revoked: 'false', listed: 'true' },
          source: 'vfio_pci_dma_buf_map, v7.3: revoked is false',
        },
        on: {
          revoke: { target: 'draining', meta: { source: 'vfio_pci_dma_buf_move(true), v7.3' } },
          'attach:ok': 'live',
          'attach:-EOPNOTSUPP#not_p2p': 'live',
          'attach:-EOPNOTSUPP#not_revocable': 'live',
          'map:ok': 'live',
          'map:-EINVAL': 'live',
          'map:-EADDRINUSE': 'live',
          'map:-ENOMEM': 'live',
          'map_file:ok': 'live',
          'map_file:-EOPNOTSUPP': 'live',
          'end#live': 'live',
          'release#listed': 'released',
        },
      },
      draining: {
        description: 'no new mapping; those that exist are being given up',
        meta: {
          shows: { revoked: 'true', listed: 'true' },
          source: 'vfio_pci_dma_buf_move(true), v7.3: until wait_for_completion returns',
        },
        on: {
          drained: 'revoked',
          'attach:-ENODEV': 'draining',
          'attach:-EOPNOTSUPP#not_p2p': 'draining',
          'map:-ENODEV': 'draining',
          'map_file:-ENODEV': 'draining',
        },
      },
      revoked: {
        tags: ['quiescent'],
        meta: {
          shows: { revoked: 'true', listed: 'true' },
          source: 'vfio_pci_dma_buf_attach, vfio_pci_dma_buf_map, v7.3: -ENODEV',
        },
        on: {
          unrevoke: { target: 'live', meta: { source: 'vfio_pci_dma_buf_move(false), v7.3' } },
          cut: 'revoked',
          cleanup: { target: 'cleaned', meta: { source: 'vfio_pci_dma_buf_cleanup, v7.3' } },
          'attach:-ENODEV': 'revoked',
          'attach:-EOPNOTSUPP#not_p2p': 'revoked',
          'map:-ENODEV': 'revoked',
          'map_file:-ENODEV': 'revoked',
          'end#revoked': 'revoked',
          'end#low_power': 'revoked',
          'release#listed': 'released',
        },
      },
      cleaned: {
        description: 'the device was closed: dead for ever, also when it is opened again',
        tags: ['quiescent'],
        meta: {
          shows: { revoked: 'true', listed: 'false' },
          source: 'vfio_pci_dma_buf_cleanup, v7.3: off the list, vdev is NULL',
        },
        on: {
          cut: 'cleaned',
          'attach:-ENODEV': 'cleaned',
          'attach:-EOPNOTSUPP#not_p2p': 'cleaned',
          'map:-ENODEV': 'cleaned',
          'map_file:-ENODEV': 'cleaned',
          'end#live': 'cleaned',
          'end#revoked': 'cleaned',
          'end#low_power': 'cleaned',
          'end#cleaned': 'cleaned',
          'release#cleaned': 'released',
        },
      },
      released: {
        tags: ['quiescent', 'absent'],
        meta: { source: 'vfio_pci_dma_buf_release, v7.3' },
        on: {
          cut: 'released',
          'end#live': 'released',
          'end#revoked': 'released',
          'end#low_power': 'released',
          'end#cleaned': 'released',
        },
      },
    },
  });
}
