import { setup } from 'xstate';

export const labels = [
  'att.map:begin',
  'buf.resv.mutex_lock',
  'att.mapped:true',
  'att.mapped:false',
  'buf.revoked:true',
  'buf.revoked:false',
  'map_type:begin',
  'map_type:BUS_ADDR',
  'map_type:THRU_HOST_BRIDGE',
  'map_type:NOT_SUPPORTED',
  'att.bus_addr_map',
  'att.dma_map:ok',
  'att.dma_map:-ENOMEM',
  'buf.resv.mutex_unlock',
  'att.map:ok',
  'att.map:-ENODEV',
  'att.map:-EINVAL',
  'att.map:-ENOMEM',
] as const;

/**
 * An importer that maps: dma_buf_map_attachment() of a buffer of one range, down to the question which
 * way there is. Of what the answer leads to, `dma-addresses` has every step.
 */
export function routeImporter() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'route_importer',
    description:
      'vfio_pci_dma_buf_map(), dma_buf_phys_vec_to_sgt(): which way, and by which address',
    meta: { labels, source: 'vfio_pci_dma_buf_map, dma_buf_phys_vec_to_sgt, v7.3' },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'att.map:begin': 'lock' } },
      refused: {
        description: 'the last map was told that there is no way',
        tags: ['quiescent', 'refused'],
        on: { 'att.map:begin': 'lock' },
      },
      lock: { on: { 'buf.resv.mutex_lock': 'has_mapping' } },
      has_mapping: { on: { 'att.mapped:true': 'unlock', 'att.mapped:false': 'is_revoked' } },
      is_revoked: {
        on: { 'buf.revoked:true': 'unlock_ENODEV', 'buf.revoked:false': 'ask' },
      },
      ask: { on: { 'map_type:begin': 'asked' } },
      asked: {
        on: {
          'map_type:BUS_ADDR': 'by_bus',
          'map_type:THRU_HOST_BRIDGE': 'by_host_bridge',
          'map_type:NOT_SUPPORTED': 'unlock_EINVAL',
        },
      },
      by_bus: { on: { 'att.bus_addr_map': 'unlock' } },
      by_host_bridge: {
        description: 'dma_iova_link() behind an IOMMU that translates, dma_map_phys() else',
        on: { 'att.dma_map:ok': 'unlock', 'att.dma_map:-ENOMEM': 'unlock_ENOMEM' },
      },
      unlock: { on: { 'buf.resv.mutex_unlock': 'return' } },
      unlock_ENODEV: { on: { 'buf.resv.mutex_unlock': 'return_ENODEV' } },
      unlock_EINVAL: { on: { 'buf.resv.mutex_unlock': 'return_EINVAL' } },
      unlock_ENOMEM: { on: { 'buf.resv.mutex_unlock': 'return_ENOMEM' } },
      return: { on: { 'att.map:ok': 'idle' } },
      return_ENODEV: { on: { 'att.map:-ENODEV': 'idle' } },
      return_EINVAL: { on: { 'att.map:-EINVAL': 'refused' } },
      return_ENOMEM: { on: { 'att.map:-ENOMEM': 'idle' } },
    },
  });
}
