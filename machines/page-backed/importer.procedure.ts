import { setup } from 'xstate';
import { POC } from './export.procedure.ts';

export const labels = [
  'att.attach:begin',
  'att.topology:host_bridge',
  'att.topology:bus_addr',
  'att.topology:none',
  'buf.status:OK',
  'buf.status:TEMP_REVOKED',
  'buf.status:PERM_REVOKED',
  'att.attach:ok',
  'att.attach:-ENODEV',
  'att.map:begin',
  'buf.resv.lock',
  'att.dma_map_resource:ok',
  'att.dma_map_resource:-EIO',
  'buf.mapping.get',
  'buf.resv.unlock',
  'att.map:ok',
  'att.map:-ENODEV',
  'att.map:-EIO',
  'buf.mapping.put',
] as const;

/**
 * An importer that attaches to a page-backed buffer, wherever the two devices are, and maps it; told
 * that the buffer is revoked, or done with it, it unmaps. As the proof of concept has it the address
 * is that of dma_map_resource(), whatever the route. That an importer is P2P and revocable is drawn
 * in the systems of importers (-EOPNOTSUPP).
 */
export function pageImporter() {
  return setup({
    types: { events: {} as { type: (typeof labels)[number] } },
  }).createMachine({
    id: 'page_importer',
    description: 'dma_buf_attach(), vfio_pci_dma_buf_map() of pages, vfio_pci_dma_buf_unmap()',
    meta: { labels, source: `${POC}, vfio_pci_dma_buf_attach, vfio_pci_dma_buf_map` },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'att.attach:begin': 'place' } },
      place: {
        on: {
          'att.topology:host_bridge': 'test',
          'att.topology:bus_addr': 'test',
          'att.topology:none': 'test',
        },
      },
      test: {
        on: {
          'buf.status:OK': 'return_attached',
          'buf.status:TEMP_REVOKED': 'return_refused',
          'buf.status:PERM_REVOKED': 'return_refused',
        },
      },
      return_attached: { on: { 'att.attach:ok': 'attached' } },
      return_refused: { on: { 'att.attach:-ENODEV': 'refused' } },
      refused: { tags: ['quiescent'] },
      attached: { tags: ['quiescent'], on: { 'att.map:begin': 'map' } },
      map: {
        initial: 'lock',
        states: {
          lock: { on: { 'buf.resv.lock': 'test' } },
          test: {
            on: {
              'buf.status:OK': 'address',
              'buf.status:TEMP_REVOKED': refused,
              'buf.status:PERM_REVOKED': refused,
            },
          },
          address: {
            on: { 'att.dma_map_resource:ok': 'get', 'att.dma_map_resource:-EIO': 'fail' },
          },
          get: {
            on: { 'buf.mapping.get': { target: 'unlock', meta: { commits: 'buf.map:ok' } } },
          },
          unlock: { on: { 'buf.resv.unlock': '#page_importer.return_mapped' } },
          revoked: { on: { 'buf.resv.unlock': '#page_importer.return_revoked' } },
          fail: { on: { 'buf.resv.unlock': '#page_importer.return_failed' } },
        },
      },
      return_mapped: { on: { 'att.map:ok': 'mapped' } },
      return_revoked: { on: { 'att.map:-ENODEV': 'attached' } },
      return_failed: { on: { 'att.map:-EIO': 'attached' } },
      mapped: {
        description: 'until it is told to unmap, or is done: in bounded time',
        on: { 'buf.resv.lock': 'unmap' },
      },
      unmap: {
        on: { 'buf.mapping.put': { target: 'unmapped', meta: { commits: 'buf.unmap' } } },
      },
      unmapped: { on: { 'buf.resv.unlock': 'attached' } },
    },
  });
}

const refused = { target: 'revoked', meta: { commits: 'buf.map:-ENODEV' } };
