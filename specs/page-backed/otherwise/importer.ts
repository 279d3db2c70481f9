import type { MachineChanges } from '../../written-anew.ts';

const ASKED =
  'derived: dma_buf_phys_vec_to_sgt, v7.3, as of buffers without pages: the route decides which address';

/** The route of an importer is asked, and the address is one for that route. */
export const asksRoute: MachineChanges = {
  labels: {
    page_importer: [
      'buf.resv.lock',
      'att.map_type:THRU_HOST_BRIDGE',
      'att.map_type:BUS_ADDR',
      'att.map_type:NOT_SUPPORTED',
      'att.dma_map_phys:ok',
      'att.dma_map_phys:-EIO',
      'att.use_bus_address',
      'att.map:-ENODEV',
      'att.map:-EINVAL',
    ],
  },
  steps: {
    'page_importer.map.address': {
      meta: { source: ASKED },
      on: {
        'att.dma_map_resource:ok': null,
        'att.dma_map_resource:-EIO': null,
        'att.map_type:THRU_HOST_BRIDGE': 'iova',
        'att.map_type:BUS_ADDR': 'bus_address',
        'att.map_type:NOT_SUPPORTED': 'no_route',
      },
    },
  },
  states: {
    'page_importer.map.iova': {
      meta: { source: ASKED },
      on: { 'att.dma_map_phys:ok': 'get', 'att.dma_map_phys:-EIO': 'fail' },
    },
    'page_importer.map.bus_address': {
      meta: { source: ASKED },
      on: { 'att.use_bus_address': 'get' },
    },
    'page_importer.map.no_route': {
      meta: { source: ASKED },
      on: { 'buf.resv.unlock': '#page_importer.return_no_route' },
    },
    'page_importer.return_no_route': {
      meta: { source: ASKED },
      on: { 'att.map:-EINVAL': 'attached' },
    },
  },
};
