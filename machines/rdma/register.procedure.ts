import { assign, setup } from 'xstate';
import { notStatic } from '../importers/not-static.ts';

export const labels = [
  'att.reg_mr:begin',
  'att.umem.alloc',
  'att.umem.alloc:-ENOMEM',
  'att.attach:begin',
  'att.attach:ok',
  'att.attach:-ENODEV',
  'att.attach:-EOPNOTSUPP',
  'att.attach:-ENOMEM',
  'buf.resv.lock',
  'att.pin:ok',
  'att.pin:-EOPNOTSUPP',
  'att.umem.pinned.set',
  'att.umem.revoked:true',
  'att.umem.revoked:false',
  'buf.revoked:true',
  'buf.revoked:false',
  'att.phys_vec_to_sgt:ok',
  'att.phys_vec_to_sgt:-EINVAL',
  'att.phys_vec_to_sgt:-EADDRINUSE',
  'att.phys_vec_to_sgt:-ENOMEM',
  'buf.kref.get',
  'att.wrap_sg_table:ok',
  'att.wrap_sg_table:-ENOMEM',
  'att.free_sgt',
  'buf.kref.put:more',
  'buf.kref.put:last',
  'buf.resv.wait(KERNEL)',
  'att.mr.alloc:ok',
  'att.mr.alloc:-ENOMEM',
  'att.mr.register',
  'att.mr.register:-ENOMEM',
  'att.mr.kfree',
  'att.umem.pinned_revoke.set',
  'buf.resv.unlock',
  'att.umem_release:begin',
  'att.umem_release:end',
  'att.reg_mr:ok',
  'att.reg_mr:-ENODEV',
  'att.reg_mr:-EINVAL',
  'att.reg_mr:-EADDRINUSE',
  'att.reg_mr:-ENOMEM',
  'att.reg_mr:-EOPNOTSUPP',
] as const;

/**
 * Registration of a memory region on a dma-buf: attach, then pin and map in one dma_resv section,
 * which is left only after the driver has registered the region and set the callback that revokes it,
 * so that no revoke finds it half made. One may come before, as soon as the attachment is on the list.
 * A driver that cannot register it leaves the section the same way and releases what was imported: the
 * release revokes, and the driver has no callback yet.
 */
export function register() {
  return setup({
    types: {
      context: {} as { ret: string },
      events: {} as { type: (typeof labels)[number] },
    },
    guards: {
      'ret == -ENODEV': ({ context }) => context.ret === '-ENODEV',
      'ret == -EINVAL': ({ context }) => context.ret === '-EINVAL',
      'ret == -EADDRINUSE': ({ context }) => context.ret === '-EADDRINUSE',
      'ret == -ENOMEM': ({ context }) => context.ret === '-ENOMEM',
      'ret == -EOPNOTSUPP': ({ context }) => context.ret === '-EOPNOTSUPP',
    },
    actions: {
      'ret = -ENODEV': assign({ ret: '-ENODEV' }),
      'ret = -EINVAL': assign({ ret: '-EINVAL' }),
      'ret = -EADDRINUSE': assign({ ret: '-EADDRINUSE' }),
      'ret = -ENOMEM': assign({ ret: '-ENOMEM' }),
      'ret = -EOPNOTSUPP': assign({ ret: '-EOPNOTSUPP' }),
      forget: assign({ ret: '' }),
    },
  }).createMachine({
    id: 'register_mr',
    description: 'registration of a memory region on a dma-buf, revocable',
    meta: {
      labels,
      c: registerInC,
      source:
        'ib_umem_dmabuf_get_pinned_and_lock, ib_umem_dmabuf_map_pages, irdma_reg_user_mr_dmabuf, v7.3; Jacob Moroni, March 2026',
    },
    context: { ret: '' },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'att.reg_mr:begin': 'alloc' } },
      alloc: { on: { 'att.umem.alloc': 'attach', 'att.umem.alloc:-ENOMEM': 'return_no_memory' } },
      attach: { on: { 'att.attach:begin': 'attaching' } },
      attaching: {
        on: {
          'att.attach:ok': 'lock',
          'att.attach:-ENODEV': 'return_revoked',
          'att.attach:-EOPNOTSUPP': 'return_refused',
          'att.attach:-ENOMEM': 'return_no_memory',
        },
      },
      return_no_memory: { on: { 'att.reg_mr:-ENOMEM': 'idle' } },
      return_revoked: { on: { 'att.reg_mr:-ENODEV': 'idle' } },
      return_refused: { on: { 'att.reg_mr:-EOPNOTSUPP': 'idle' } },
      lock: { on: { 'buf.resv.lock': 'pin' } },
      pin: {
        on: {
          'att.pin:ok': 'pinned',
          'att.pin:-EOPNOTSUPP': { target: 'err_release', actions: 'ret = -EOPNOTSUPP' },
        },
      },
      pinned: { on: { 'att.umem.pinned.set': 'test_umem' } },
      test_umem: {
        description: 'a callback may have come since the attachment is on the list',
        meta: { source: 'ib_umem_dmabuf_map_pages, v7.3: revoked is -EINVAL' },
        on: { 'att.umem.revoked:false': 'test', 'att.umem.revoked:true': 'revoked_umem' },
      },
      revoked_umem: {
        meta: { source: 'ib_umem_dmabuf_get_pinned_and_lock, v7.3: err_release' },
        initial: 'unlock',
        states: {
          unlock: { on: { 'buf.resv.unlock': 'release' } },
          release: { on: { 'att.umem_release:begin': 'releasing' } },
          releasing: { on: { 'att.umem_release:end': 'return' } },
          return: { on: { 'att.reg_mr:-EINVAL': '#register_mr.idle' } },
        },
      },
      test: {
        on: {
          'buf.revoked:false': 'make',
          'buf.revoked:true': {
            target: 'err_release',
            actions: 'ret = -ENODEV',
            meta: { commits: 'att.map:-ENODEV' },
          },
        },
      },
      make: {
        on: {
          'att.phys_vec_to_sgt:ok': 'get',
          'att.phys_vec_to_sgt:-EINVAL': {
            target: 'err_release',
            actions: 'ret = -EINVAL',
            meta: { commits: 'att.map:-EINVAL' },
          },
          'att.phys_vec_to_sgt:-EADDRINUSE': {
            target: 'err_release',
            actions: 'ret = -EADDRINUSE',
            meta: { commits: 'att.map:-EADDRINUSE' },
          },
          'att.phys_vec_to_sgt:-ENOMEM': {
            target: 'err_release',
            actions: 'ret = -ENOMEM',
            meta: { commits: 'att.map:-ENOMEM' },
          },
        },
      },
      get: { tags: ['maps'], on: { 'buf.kref.get': 'wrap' } },
      wrap: {
        on: {
          'att.wrap_sg_table:ok': { target: 'wait', meta: { commits: 'att.map:ok' } },
          'att.wrap_sg_table:-ENOMEM': 'unmap_again',
        },
      },
      unmap_again: {
        meta: { source: 'dma_buf_map_attachment, v7.3: error_unmap' },
        initial: 'free',
        states: {
          free: { on: { 'att.free_sgt': 'put' } },
          put: {
            on: {
              'buf.kref.put:more': {
                target: '#register_mr.err_release',
                actions: 'ret = -ENOMEM',
                meta: { commits: 'att.map:-ENOMEM' },
              },
              'buf.kref.put:last': {
                target: '#register_mr.err_release',
                actions: 'ret = -ENOMEM',
                meta: { commits: 'att.map:-ENOMEM' },
              },
            },
          },
        },
      },
      wait: {
        description: 'until the exporter has moved what it moves; vfio-pci moves nothing',
        on: { 'buf.resv.wait(KERNEL)': 'driver' },
      },
      err_release: {
        meta: { source: 'ib_umem_dmabuf_get_pinned_and_lock, v7.3: err_release' },
        initial: 'unlock',
        states: {
          unlock: { on: { 'buf.resv.unlock': 'release' } },
          release: { on: { 'att.umem_release:begin': 'releasing' } },
          releasing: { on: { 'att.umem_release:end': 'return' } },
          return: {
            on: {
              'att.reg_mr:-ENODEV': {
                guard: 'ret == -ENODEV',
                target: '#register_mr.idle',
                actions: 'forget',
              },
              'att.reg_mr:-EINVAL': {
                guard: 'ret == -EINVAL',
                target: '#register_mr.idle',
                actions: 'forget',
              },
              'att.reg_mr:-EADDRINUSE': {
                guard: 'ret == -EADDRINUSE',
                target: '#register_mr.idle',
                actions: 'forget',
              },
              'att.reg_mr:-ENOMEM': {
                guard: 'ret == -ENOMEM',
                target: '#register_mr.idle',
                actions: 'forget',
              },
              'att.reg_mr:-EOPNOTSUPP': {
                guard: 'ret == -EOPNOTSUPP',
                target: '#register_mr.idle',
                actions: 'forget',
              },
            },
          },
        },
      },
      driver: {
        meta: { source: 'irdma_reg_user_mr_dmabuf, v7.3' },
        initial: 'alloc',
        states: {
          alloc: {
            meta: { source: 'irdma_alloc_iwmr, v7.3' },
            on: { 'att.mr.alloc:ok': 'register', 'att.mr.alloc:-ENOMEM': 'not_registered' },
          },
          register: {
            meta: { source: 'irdma_reg_user_mr_type_mem, v7.3' },
            on: { 'att.mr.register': 'set', 'att.mr.register:-ENOMEM': 'free' },
          },
          set: { on: { 'att.umem.pinned_revoke.set': 'unlock_set' } },
          unlock_set: {
            description: 'ib_umem_dmabuf_revoke_unlock()',
            on: { 'buf.resv.unlock': 'return' },
          },
          return: { on: { 'att.reg_mr:ok': '#register_mr.idle' } },
          free: {
            meta: { source: 'irdma_reg_user_mr_dmabuf, v7.3: err_iwmr' },
            on: { 'att.mr.kfree': 'not_registered' },
          },
          not_registered: {
            meta: { source: 'irdma_reg_user_mr_dmabuf, v7.3: err_release' },
            initial: 'unlock',
            states: {
              unlock: { on: { 'buf.resv.unlock': 'release' } },
              release: { on: { 'att.umem_release:begin': 'releasing' } },
              releasing: { on: { 'att.umem_release:end': 'return' } },
              return: { on: { 'att.reg_mr:-ENOMEM': '#register_mr.idle' } },
            },
          },
        },
      },
    },
  });
}

/** irdma's, whose memory regions are revocable. */
const registerInC = {
  function: 'irdma_reg_user_mr_dmabuf',
  file: 'drivers/infiniband/hw/irdma/verbs.c',
  also: [
    'drivers/infiniband/core/umem_dmabuf.c',
    'drivers/dma-buf/dma-buf.c',
    'drivers/vfio/pci/vfio_pci_dmabuf.c',
  ],
  entries: [
    {
      begins: 'att.reg_mr:begin',
      parameters: { dmah: 'NULL' },
      returns: {
        'att.reg_mr:ok': '@att.mr',
        'att.reg_mr:-ENODEV': 'ERR_PTR(-ENODEV)',
        'att.reg_mr:-EINVAL': 'ERR_PTR(-EINVAL)',
        'att.reg_mr:-EADDRINUSE': 'ERR_PTR(-EADDRINUSE)',
        'att.reg_mr:-ENOMEM': 'ERR_PTR(-ENOMEM)',
        'att.reg_mr:-EOPNOTSUPP': 'ERR_PTR(-EOPNOTSUPP)',
      },
    },
  ],
  // The entries of the table are cut to what the region has: no step.
  lists: [{ head: '$sg_table', of: 'att.entry', size: 1, link: 'dma' }],
  leads: { 'mr.ibmr': 'mr', 'umem.umem': 'umem' },
  rows: [
    ...notStatic,
    { c: 'dma_buf_get($_)', is: '@buf', because: 'the fd is that of the buffer' },
    {
      c: 'dma_buf_put($_)',
      is: 'any',
      because: 'the reference that the fd gave, which importers have and no machine of them counts',
    },
    { c: 'ib_umem_num_pages($_)', is: '1', because: 'a length that is not 0' },
    {
      c: 'kzalloc_obj($_)',
      label: '{att}.umem.alloc',
      returns: { '': '@att.umem', '-ENOMEM': 'NULL' },
    },
    { c: '$umem->sgt', is: '0', because: 'it was allocated as zeroes, and is mapped once' },
    {
      c: 'dma_resv_wait_timeout($buf->resv, DMA_RESV_USAGE_KERNEL, false, MAX_SCHEDULE_TIMEOUT)',
      label: '{buf}.resv.wait(KERNEL)',
      returns: { '': '1' },
    },
    {
      c: 'irdma_alloc_iwmr($_, $rest)',
      label: '{att}.mr.alloc',
      returns: { ok: '@att.mr', '-ENOMEM': 'ERR_PTR(-ENOMEM)' },
    },
    {
      c: 'irdma_reg_user_mr_type_mem($mr, $rest)',
      label: '{att}.mr.register',
      returns: { '': '0', '-ENOMEM': '-ENOMEM' },
    },
    { c: 'irdma_free_iwmr($mr)', label: '{att}.mr.kfree' },
  ],
} as const;
