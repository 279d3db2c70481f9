import { setup } from 'xstate';
import { notStatic } from '../importers/not-static.ts';

export const labels = [
  'att.umem_revoke:begin',
  'att.umem.revoked:true',
  'att.umem.revoked:false',
  'att.umem.pinned_revoke:true',
  'att.umem.pinned_revoke:false',
  'att.mr.deregister',
  'att.sgt:true',
  'att.sgt:false',
  'att.free_sgt',
  'buf.kref.put:more',
  'buf.kref.put:last',
  'att.umem.pinned:true',
  'att.umem.pinned:false',
  'att.unpin',
  'att.umem.pinned.clear',
  'att.umem.revoked.set',
  'att.umem_revoke:end',
] as const;

/**
 * `ib_umem_dmabuf_revoke_locked()`: the hardware stops, then the mapping and the pin go, all of it
 * once. It is the importer's invalidate_mappings callback, and the first half of its release; both
 * call it with dma_resv held.
 */
export function umemRevoke() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'umem_revoke',
    description: 'ib_umem_dmabuf_revoke_locked(), drivers/infiniband/core/umem_dmabuf.c',
    meta: {
      labels,
      c: {
        function: 'ib_umem_dmabuf_revoke_locked',
        file: 'drivers/infiniband/core/umem_dmabuf.c',
        also: ['drivers/dma-buf/dma-buf.c', 'drivers/vfio/pci/vfio_pci_dmabuf.c'],
        entries: [{ begins: 'att.umem_revoke:begin', parameters: { attach: '@att' } }],
        leads: {
          'att.importer_priv': '@att.umem',
          'umem.attach': '@att',
          'umem.sgt': '@att.sg_table',
        },
        rows: [
          ...notStatic,
          {
            c: '$umem->pinned_revoke',
            label: '{umem}.pinned_revoke',
            returns: { true: '1', false: '0' },
            tested: true,
          },
          { c: '$umem->pinned_revoke($_)', label: '{att}.mr.deregister' },
          {
            c: '$umem->sgt',
            label: '{att}.sgt',
            returns: { true: '1', false: '0' },
            tested: true,
          },
        ],
      },
      source:
        'Jacob Moroni, "RDMA/umem: Add pinned revocable dmabuf import interface", March 2026, 932f1eef09ec',
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'att.umem_revoke:begin': 'test' } },
      test: {
        on: { 'att.umem.revoked:true': 'return', 'att.umem.revoked:false': 'test_driver' },
      },
      test_driver: {
        on: {
          'att.umem.pinned_revoke:true': 'stop',
          'att.umem.pinned_revoke:false': 'test_mapping',
        },
      },
      stop: {
        description: 'pinned_revoke(): the hardware must not access the region when it returns',
        on: { 'att.mr.deregister': 'test_mapping' },
      },
      test_mapping: { on: { 'att.sgt:true': 'free', 'att.sgt:false': 'test_pin' } },
      free: { on: { 'att.free_sgt': 'put' } },
      put: {
        on: {
          'buf.kref.put:more': { target: 'test_pin', meta: { commits: 'att.unmap' } },
          'buf.kref.put:last': { target: 'test_pin', meta: { commits: 'att.unmap' } },
        },
      },
      test_pin: { on: { 'att.umem.pinned:true': 'unpin', 'att.umem.pinned:false': 'mark' } },
      unpin: { on: { 'att.unpin': 'unpinned' } },
      unpinned: { on: { 'att.umem.pinned.clear': 'mark' } },
      mark: { on: { 'att.umem.revoked.set': 'return' } },
      return: { on: { 'att.umem_revoke:end': 'idle' } },
    },
  });
}
