import type { WhatIf } from '../design.ts';

const RFC =
  'Matt Evans, "vfio/pci: Support mmap() of a DMABUF" RFC 3/7, 2026-02-26, <20260226202211.929005-4-mattev@meta.com>';

const leaves = (answer: 'ok' | 'sigbus') => ({
  on: { 'dev.memory_lock.up_read': `#dma_buf_fault.${answer}` },
});

/**
 * A page fault of a dma-buf trusts `priv->vdev` to stay. In v7.3 a VMA of a BAR holds the device file
 * open; from v1 of the series on the fault takes a registration under dma_resv.
 */
export const vdevTrusted: WhatIf = {
  at: ['mmap'],
  states: {
    'dma_buf_fault.find_device': {
      description: 'READ_ONCE(priv->vdev), and no more',
      meta: { source: RFC },
      initial: 'read',
      states: {
        read: {
          on: { 'buf.vdev:set': '#dma_buf_fault.insert', 'buf.vdev:NULL': '#dma_buf_fault.sigbus' },
        },
      },
    },
    'dma_buf_fault.insert.leave.unlock': leaves('ok'),
    'dma_buf_fault.insert.leave.put': 'gone',
    'dma_buf_fault.insert.leave_sigbus.unlock': leaves('sigbus'),
    'dma_buf_fault.insert.leave_sigbus.put': 'gone',
  },
  source: RFC,
};
