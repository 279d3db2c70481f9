import { setup } from 'xstate';
import { madeOnce } from '../made-once.ts';

/** Who looks first whether a BAR is behind a region: the core, or the driver when it is asked. */
export type Looks = 'core_first' | 'driver';

const LABELS = [
  'region.export:begin',
  'region.iomap:claimed',
  'region.iomap:absent',
  'region.phys:begin',
  'region.phys:ok',
  'region.phys:-EINVAL',
  'region.phys:-ENODEV',
  'region.export:ok',
  'region.export:-ENODEV',
  'region.export:-EINVAL',
  'region.map:begin',
  'region.map_type:BUS_ADDR',
  'region.map_type:THRU_HOST_BRIDGE',
  'region.map_type:NOT_SUPPORTED',
  'region.bus_addr_map',
  'region.dma_map',
  'region.map:ok',
  'region.map:-EINVAL',
  'region.release:begin',
  'region.release:ok',
] as const;

/**
 * A region that is exported and mapped: vfio_pci_core_feature_dma_buf() as far as it asks what is behind
 * the region, and dma_buf_phys_vec_to_sgt() as far as it chooses between two kinds of addresses.
 *
 * @param looks - who looks whether there is a BAR
 * @param answers - whether the driver can answer -ENODEV
 */
export const regionUser = madeOnce(function regionUser(looks: Looks, answers: boolean) {
  const coreFirst = looks === 'core_first';
  const labels = LABELS.filter(
    (label) =>
      (coreFirst || !label.startsWith('region.iomap')) &&
      (answers || label !== 'region.phys:-ENODEV') &&
      (coreFirst || answers || label !== 'region.export:-ENODEV'),
  );
  return setup({ types: { events: {} as { type: string } } }).createMachine({
    id: 'region_user',
    description: 'a region, exported and mapped: which provider and which addresses it gets',
    meta: {
      labels,
      unreachable: coreFirst ? [] : ['iomap', ...(answers ? [] : ['no_device'])],
      source: 'vfio_pci_core_feature_dma_buf, dma_buf_phys_vec_to_sgt, v7.3',
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'region.export:begin': coreFirst ? 'iomap' : 'phys' } },
      iomap: {
        description: 'vfio_pci_core_get_iomap(): a BAR that was claimed when the device was opened',
        on: coreFirst ? { 'region.iomap:claimed': 'phys', 'region.iomap:absent': 'no_device' } : {},
      },
      phys: { on: { 'region.phys:begin': 'asked' } },
      asked: {
        description: 'pci_ops->get_dmabuf_phys()',
        on: {
          'region.phys:ok': 'return',
          'region.phys:-EINVAL': 'invalid',
          ...(answers && { 'region.phys:-ENODEV': 'no_device' }),
        },
      },
      no_device: {
        on: coreFirst || answers ? { 'region.export:-ENODEV': 'idle' } : {},
      },
      invalid: { on: { 'region.export:-EINVAL': 'idle' } },
      return: { on: { 'region.export:ok': 'exported' } },
      exported: {
        tags: ['quiescent'],
        on: { 'region.map:begin': 'route', 'region.release:begin': 'releasing' },
      },
      route: {
        on: {
          'region.map_type:BUS_ADDR': 'bus',
          'region.map_type:THRU_HOST_BRIDGE': 'host_bridge',
          'region.map_type:NOT_SUPPORTED': 'no_route',
        },
      },
      bus: { on: { 'region.bus_addr_map': 'mapped' } },
      host_bridge: { on: { 'region.dma_map': 'mapped' } },
      mapped: { on: { 'region.map:ok': 'exported' } },
      no_route: { on: { 'region.map:-EINVAL': 'exported' } },
      releasing: { on: { 'region.release:ok': 'idle' } },
    },
  });
});
