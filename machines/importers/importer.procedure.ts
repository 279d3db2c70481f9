import { setup } from 'xstate';
import { notStatic } from './not-static.ts';

export const labels = [
  'att.map:begin',
  'att.map:ok',
  'att.map:-ENODEV',
  'att.map:-EINVAL',
  'att.map:-EADDRINUSE',
  'att.map:-ENOMEM',
  'att.unmap:begin',
  'att.unmap:ok',
  'buf.resv.lock',
  'buf.resv.unlock',
  'buf.revoked:true',
  'buf.revoked:false',
  'att.sgt:true',
  'att.sgt:false',
  'att.phys_vec_to_sgt:ok',
  'att.phys_vec_to_sgt:-EINVAL',
  'att.phys_vec_to_sgt:-EADDRINUSE',
  'att.phys_vec_to_sgt:-ENOMEM',
  'att.free_sgt',
  'buf.kref.get',
  'att.wrap_sg_table:ok',
  'att.wrap_sg_table:-ENOMEM',
  'buf.kref.put:more',
  'buf.kref.put:last',
] as const;

/**
 * An attached importer's own thread: dma_buf_map_attachment() and dma_buf_unmap_attachment(), each
 * under dma_resv. It looks under the lock whether it has a mapping, because its callback may have
 * taken it away.
 */
export function importer() {
  const machine = setup({ types: { events: {} as { type: (typeof labels)[number] } } });

  const map = machine.createStateConfig({
    meta: { source: 'vfio_pci_dma_buf_map, dma_buf_map_attachment, v7.3' },
    initial: 'lock',
    states: {
      lock: { on: { 'buf.resv.lock': 'mapped' } },
      mapped: {
        description: 'an importer that has a mapping keeps it',
        on: { 'att.sgt:false': 'test', 'att.sgt:true': 'unlock' },
      },
      test: {
        on: {
          'buf.revoked:false': 'make',
          'buf.revoked:true': {
            target: 'unlock_revoked',
            meta: { commits: 'att.map:-ENODEV' },
          },
        },
      },
      make: {
        on: {
          'att.phys_vec_to_sgt:ok': 'get',
          'att.phys_vec_to_sgt:-EINVAL': {
            target: 'unlock_no_route',
            meta: { commits: 'att.map:-EINVAL' },
          },
          'att.phys_vec_to_sgt:-EADDRINUSE': {
            target: 'unlock_in_use',
            meta: { commits: 'att.map:-EADDRINUSE' },
          },
          'att.phys_vec_to_sgt:-ENOMEM': {
            target: 'unlock_no_memory',
            meta: { commits: 'att.map:-ENOMEM' },
          },
        },
      },
      get: { tags: ['maps'], on: { 'buf.kref.get': 'wrap' } },
      wrap: {
        description: 'the copy that the importer gets in place of the table: CONFIG_DMABUF_DEBUG',
        meta: { source: 'dma_buf_wrap_sg_table, v7.3' },
        on: {
          'att.wrap_sg_table:ok': { target: 'unlock', meta: { commits: 'att.map:ok' } },
          'att.wrap_sg_table:-ENOMEM': 'undo',
        },
      },
      undo: {
        meta: { source: 'dma_buf_map_attachment, v7.3: error_unmap' },
        initial: 'free',
        states: {
          free: { on: { 'att.free_sgt': 'put' } },
          put: {
            on: {
              'buf.kref.put:more': {
                target: '#importer.map.unlock_no_memory',
                meta: { commits: 'att.map:-ENOMEM' },
              },
              'buf.kref.put:last': {
                target: '#importer.map.unlock_no_memory',
                meta: { commits: 'att.map:-ENOMEM' },
              },
            },
          },
        },
      },
      unlock: { on: { 'buf.resv.unlock': 'return' } },
      return: { on: { 'att.map:ok': '#importer.idle' } },
      unlock_revoked: { on: { 'buf.resv.unlock': 'return_revoked' } },
      return_revoked: { on: { 'att.map:-ENODEV': '#importer.idle' } },
      unlock_no_route: { on: { 'buf.resv.unlock': 'return_no_route' } },
      return_no_route: { on: { 'att.map:-EINVAL': '#importer.idle' } },
      unlock_in_use: { on: { 'buf.resv.unlock': 'return_in_use' } },
      return_in_use: { on: { 'att.map:-EADDRINUSE': '#importer.idle' } },
      unlock_no_memory: { on: { 'buf.resv.unlock': 'return_no_memory' } },
      return_no_memory: { on: { 'att.map:-ENOMEM': '#importer.idle' } },
    },
  });

  const unmap = machine.createStateConfig({
    meta: { source: 'vfio_pci_dma_buf_unmap, dma_buf_unmap_attachment, v7.3' },
    initial: 'lock',
    states: {
      lock: { on: { 'buf.resv.lock': 'mapped' } },
      mapped: { on: { 'att.sgt:true': 'free', 'att.sgt:false': 'unlock' } },
      free: { on: { 'att.free_sgt': 'put' } },
      put: {
        on: {
          'buf.kref.put:more': { target: 'unlock', meta: { commits: 'att.unmap' } },
          'buf.kref.put:last': { target: 'unlock', meta: { commits: 'att.unmap' } },
        },
      },
      unlock: { on: { 'buf.resv.unlock': 'return' } },
      return: { on: { 'att.unmap:ok': '#importer.idle' } },
    },
  });

  return machine.createMachine({
    id: 'importer',
    description: 'an importer maps and unmaps through its attachment',
    meta: {
      labels,
      c: {
        function: 'dma_buf_map_attachment_unlocked',
        file: 'drivers/dma-buf/dma-buf.c',
        also: ['drivers/vfio/pci/vfio_pci_dmabuf.c'],
        entries: [
          {
            begins: 'att.map:begin',
            parameters: { attach: '@att' },
            returns: {
              'att.map:ok': '@att.sg_table',
              'att.map:-ENODEV': 'ERR_PTR(-ENODEV)',
              'att.map:-EINVAL': 'ERR_PTR(-EINVAL)',
              'att.map:-EADDRINUSE': 'ERR_PTR(-EADDRINUSE)',
              'att.map:-ENOMEM': 'ERR_PTR(-ENOMEM)',
            },
          },
          {
            function: 'dma_buf_unmap_attachment_unlocked',
            begins: 'att.unmap:begin',
            parameters: { attach: '@att', sg_table: '@att.sg_table' },
            returns: { 'att.unmap:ok': 'void' },
          },
        ],
        // What the debugging of the DMA API looks at.
        lists: [{ head: '$sg_table', of: 'att.entry', size: 1, link: 'dma' }],
        inside: {
          labels: ['att.sgt'],
          because: "the test is the importer's own, between its lock and its call",
        },
        rows: notStatic,
      },
      source: 'dma_buf_map_attachment, dma_buf_unmap_attachment, drivers/dma-buf/dma-buf.c, v7.3',
    },
    initial: 'idle',
    states: {
      idle: {
        tags: ['quiescent'],
        on: { 'att.map:begin': 'map', 'att.unmap:begin': 'unmap' },
      },
      map,
      unmap,
    },
  });
}
