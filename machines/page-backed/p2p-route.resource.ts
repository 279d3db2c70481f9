import { setup } from 'xstate';

export const labels = [
  'topology:host_bridge',
  'topology:bus_addr',
  'topology:none',
  'map_type:THRU_HOST_BRIDGE',
  'map_type:BUS_ADDR',
  'map_type:NOT_SUPPORTED',
  'dma_map_phys:ok',
  'use_bus_address',
  'dma_map_resource:ok',
] as const;

const MAP_TYPE = 'pci_p2pdma_map_type, calc_map_type_and_dist, v7.3';

/** Wherever it was, it is there now. */
const PLACED = {
  'topology:host_bridge': 'host_bridge',
  'topology:bus_addr': 'bus_addr',
  'topology:none': 'none',
} as const;

/** By which way an importer reaches the BAR, and whether the address that it gets is one for that way. */
export function p2pRoute() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'p2p_route',
    description: 'the P2P route between two devices: enum pci_p2pdma_map_type',
    meta: { labels, source: MAP_TYPE },
    initial: 'unknown',
    states: {
      unknown: {
        on: {
          ...PLACED,
          'map_type:NOT_SUPPORTED': 'unknown',
          'dma_map_phys:ok': 'wrong_address',
          use_bus_address: 'wrong_address',
          'dma_map_resource:ok': 'wrong_address',
        },
      },
      host_bridge: {
        on: {
          ...PLACED,
          'map_type:THRU_HOST_BRIDGE': 'host_bridge',
          'dma_map_phys:ok': 'host_bridge',
          'dma_map_resource:ok': 'host_bridge',
          use_bus_address: 'wrong_address',
        },
      },
      bus_addr: {
        on: {
          ...PLACED,
          'map_type:BUS_ADDR': 'bus_addr',
          use_bus_address: 'bus_addr',
          'dma_map_phys:ok': 'wrong_address',
          'dma_map_resource:ok': {
            target: 'wrong_address',
            meta: { source: `${MAP_TYPE}: a switch routes bus addresses, and none of the IOMMU` },
          },
        },
      },
      none: {
        on: {
          ...PLACED,
          'map_type:NOT_SUPPORTED': 'none',
          'dma_map_phys:ok': 'wrong_address',
          use_bus_address: 'wrong_address',
          'dma_map_resource:ok': 'wrong_address',
        },
      },
      wrong_address: {
        tags: ['violation'],
        meta: { finding: 'an importer gets an address by which it does not reach the BAR' },
        on: {
          ...PLACED,
          'map_type:NOT_SUPPORTED': 'wrong_address',
          'dma_map_phys:ok': 'wrong_address',
          use_bus_address: 'wrong_address',
          'dma_map_resource:ok': 'wrong_address',
        },
      },
    },
  });
}
