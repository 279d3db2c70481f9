import type { Difference } from '../design.ts';

const fails = (errno: string) => ({
  target: '#register_mr.err_unpin',
  actions: `ret = ${errno}`,
  meta: { commits: `att.map:${errno}` },
});

/** A pinned memory region whose map fails is unpinned twice: at once, and by the release. */
export const unpinsTwice: Difference = {
  at: ['register'],
  labels: { register_mr: ['buf.resv.wait(KERNEL)', 'att.unpin'] },
  steps: {
    'register_mr.revoked_umem': { initial: 'unpin' },
    'register_mr.test': { on: { 'buf.revoked:true': fails('-ENODEV') } },
    'register_mr.make': {
      on: {
        'att.phys_vec_to_sgt:-EINVAL': fails('-EINVAL'),
        'att.phys_vec_to_sgt:-EADDRINUSE': fails('-EADDRINUSE'),
        'att.phys_vec_to_sgt:-ENOMEM': fails('-ENOMEM'),
      },
    },
    'register_mr.unmap_again.put': {
      on: { 'buf.kref.put:more': fails('-ENOMEM'), 'buf.kref.put:last': fails('-ENOMEM') },
    },
  },
  states: {
    'register_mr.revoked_umem.unpin': { on: { 'att.unpin': 'unlock' } },
    'register_mr.err_unpin': {
      description: 'pinned stays set',
      meta: { source: 'ib_umem_dmabuf_get_pinned_with_dma_device before 104016eb671e: err_unpin' },
      on: { 'att.unpin': 'err_release' },
    },
  },
  defects: ['M13'],
  source: 'ib_umem_dmabuf_get_pinned_with_dma_device before 104016eb671e',
};
