import { setup } from 'xstate';

export const labels = [
  'att.mapping_attach:begin',
  'imp.importer_ops:move_notify',
  'imp.importer_ops:NULL',
  'att.kzalloc:ok',
  'att.kzalloc:-ENOMEM',
  'att.match:begin',
  'att.match:ok',
  'att.match:-EINVAL',
  'att.match:-ENOMEM',
  'exp.pdev.use',
  'exp.vdev.use',
  'buf.revoked:true',
  'buf.revoked:false',
  'buf.resv.lock',
  'att.list_add',
  'buf.resv.unlock',
  'att.kfree',
  'att.mapping_attach:ok',
  'att.mapping_attach:-EINVAL',
  'att.mapping_attach:-ENOMEM',
  'att.mapping_attach:-ENODEV',
  'att.mapping_attach:-EOPNOTSUPP',
] as const;

/**
 * `dma_buf_mapping_attach()`: the type is chosen before the exporter is asked and before anybody can
 * see the attachment. The exporter is vfio-pci, whose attach looks at `revoked` without a lock.
 * `dma_buf_attach()` and `dma_buf_dynamic_attach()` are the same with a list of one SGT.
 */
export function mappingAttach() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'mapping_attach',
    description: 'dma_buf_mapping_attach(), drivers/dma-buf/dma-buf.c of the series',
    meta: {
      labels,
      unused: ['att.mapping_attach:-EOPNOTSUPP', 'exp.vdev.use'],
      source:
        'Jason Gunthorpe, "[PATCH RFC 00/26] Add DMA-buf mapping types", 2026-02-17: 3, 16; vfio_pci_dma_buf_attach, v7.3',
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'att.mapping_attach:begin': 'ops' } },
      ops: {
        description: 'importer_ops without move_notify are refused; importer_ops = NULL is not',
        on: { 'imp.importer_ops:move_notify': 'alloc', 'imp.importer_ops:NULL': 'alloc' },
      },
      alloc: {
        on: { 'att.kzalloc:ok': 'device', 'att.kzalloc:-ENOMEM': 'return_ENOMEM' },
      },
      device: {
        description:
          'the list of vfio-pci is made with the device that the buffer has a reference to',
        meta: {
          source: 'the review of 16: priv->pdev = pci_dev_get() at export, put at release',
        },
        on: { 'exp.pdev.use': 'match' },
      },
      match: { on: { 'att.match:begin': 'matching' } },
      matching: {
        on: {
          'att.match:ok': 'ask',
          'att.match:-EINVAL': 'free_EINVAL',
          'att.match:-ENOMEM': 'free_ENOMEM',
        },
      },
      ask: {
        description: 'ops->attach of the exporter',
        on: { 'buf.revoked:false': 'lock', 'buf.revoked:true': 'free_ENODEV' },
      },
      lock: { on: { 'buf.resv.lock': 'list' } },
      list: { on: { 'att.list_add': { target: 'unlock', meta: { commits: 'att.listed' } } } },
      unlock: { on: { 'buf.resv.unlock': 'return' } },
      return: { on: { 'att.mapping_attach:ok': 'idle' } },
      free_EINVAL: {
        on: { 'att.kfree': { target: 'return_EINVAL', meta: { commits: 'att.gone' } } },
      },
      return_EINVAL: { on: { 'att.mapping_attach:-EINVAL': 'idle' } },
      free_ENOMEM: {
        on: { 'att.kfree': { target: 'return_ENOMEM', meta: { commits: 'att.gone' } } },
      },
      return_ENOMEM: { on: { 'att.mapping_attach:-ENOMEM': 'idle' } },
      free_ENODEV: {
        on: { 'att.kfree': { target: 'return_ENODEV', meta: { commits: 'att.gone' } } },
      },
      return_ENODEV: { on: { 'att.mapping_attach:-ENODEV': 'idle' } },
    },
  });
}
