import { setup } from 'xstate';

export const labels = [
  'map:begin',
  'map_type:BUS_ADDR',
  'map_type:THRU_HOST_BRIDGE',
  'map_type:NOT_SUPPORTED',
] as const;

/** Whether a map has asked which way leads to the BAR of the buffer's provider, and what it was told. */
export function routeAsked() {
  const asked = {
    'map_type:BUS_ADDR': 'bus',
    'map_type:THRU_HOST_BRIDGE': 'host_bridge',
    'map_type:NOT_SUPPORTED': 'no_route',
  } as const;
  const state = { tags: ['quiescent'], on: { 'map:begin': 'unasked', ...asked } } as const;
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'route_asked',
    description: 'pci_p2pdma_map_type(), as a map has it',
    meta: { labels, source: 'pci_p2pdma_map_type, dma_buf_phys_vec_to_sgt, v7.3' },
    initial: 'unasked',
    states: { unasked: state, bus: state, host_bridge: state, no_route: state },
  });
}
