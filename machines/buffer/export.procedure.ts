import { assign, setup } from 'xstate';
import { exportInC } from './export-in-c.ts';

export const labels = [
  'buf.export:begin',
  'dev.pci_ops:true',
  'dev.pci_ops:false',
  'dev.get_dmabuf_phys:true',
  'dev.get_dmabuf_phys:false',
  'buf.vfio_check_feature:1',
  'buf.vfio_check_feature:-EINVAL',
  'buf.vfio_check_feature:-EFAULT',
  'dev.bar_claimed:true',
  'dev.bar_claimed:false',
  'buf.validate_dmabuf_input:0',
  'buf.validate_dmabuf_input:-EINVAL',
  'buf.validate_dmabuf_input:-EFAULT',
  'buf.validate_dmabuf_input:-ENOMEM',
  'buf.kzalloc:ok',
  'buf.kzalloc:-ENOMEM',
  'buf.kzalloc(phys_vec):ok',
  'buf.kzalloc(phys_vec):-ENOMEM',
  'dev.pcim_p2pdma_provider:ok',
  'dev.pcim_p2pdma_provider:NULL',
  'buf.fill_phys_vec:ok',
  'buf.fill_phys_vec:-EINVAL',
  'buf.fill_phys_vec:-EOVERFLOW',
  'buf.try_get_registration:ok',
  'buf.try_get_registration:-ENODEV',
  'buf.dma_buf_getfile:ok',
  'buf.dma_buf_getfile:-ENOMEM',
  'buf.dma_buf_export:ok',
  'buf.dma_buf_export:-ENOMEM',
  'buf.fput',
  'buf.kref.init',
  'buf.comp.init',
  'buf.init_list_head',
  'dev.memory_lock.down_write',
  'buf.resv.lock',
  'dev.memory_enabled:true',
  'dev.memory_enabled:false',
  'buf.revoked.set',
  'buf.revoked.clear',
  'buf.list_add',
  'buf.resv.unlock',
  'dev.memory_lock.up_write',
  'buf.dma_buf_fd:ok',
  'buf.dma_buf_fd:-EMFILE',
  'buf.dma_buf_fd.tracepoint',
  'buf.fd_install',
  'buf.dma_buf_put.tracepoint',
  'buf.dma_buf_put',
  'buf.put_registration',
  'buf.kfree(priv)',
  'buf.export:ok',
  'buf.export:-EOPNOTSUPP',
  'buf.export:-EINVAL',
  'buf.export:-ENODEV',
  'buf.export:-ENOMEM',
  'buf.export:-EMFILE',
  'buf.export:-EFAULT',
  'buf.export:-EOVERFLOW',
] as const;

const SOURCE = 'vfio_pci_core_feature_dma_buf, v7.3';

/**
 * VFIO_DEVICE_FEATURE | GET | DMA_BUF: `vfio_pci_core_feature_dma_buf()` from its first test to the
 * file descriptor, and the way back from each step that may fail. What the caller passes is one
 * choice for the header and one for the ranges; their errnos are those of the argument table.
 */
export const exportBuffer = setup({
  types: {
    context: {} as { ret: string },
    events: {} as { type: (typeof labels)[number] },
  },
  guards: {
    'ret == -EOPNOTSUPP': ({ context }) => context.ret === '-EOPNOTSUPP',
    'ret == -EINVAL': ({ context }) => context.ret === '-EINVAL',
    'ret == -ENODEV': ({ context }) => context.ret === '-ENODEV',
    'ret == -ENOMEM': ({ context }) => context.ret === '-ENOMEM',
    'ret == -EMFILE': ({ context }) => context.ret === '-EMFILE',
    'ret == -EFAULT': ({ context }) => context.ret === '-EFAULT',
    'ret == -EOVERFLOW': ({ context }) => context.ret === '-EOVERFLOW',
  },
  actions: {
    'ret = -EOPNOTSUPP': assign({ ret: '-EOPNOTSUPP' }),
    'ret = -EINVAL': assign({ ret: '-EINVAL' }),
    'ret = -ENODEV': assign({ ret: '-ENODEV' }),
    'ret = -ENOMEM': assign({ ret: '-ENOMEM' }),
    'ret = -EMFILE': assign({ ret: '-EMFILE' }),
    'ret = -EFAULT': assign({ ret: '-EFAULT' }),
    'ret = -EOVERFLOW': assign({ ret: '-EOVERFLOW' }),
    'ret = fd': assign({ ret: 'fd' }),
  },
}).createMachine({
  id: 'feature_dma_buf',
  description: 'vfio_pci_core_feature_dma_buf(), drivers/vfio/pci/vfio_pci_dmabuf.c',
  meta: { labels, c: exportInC, source: SOURCE },
  context: { ret: '' },
  initial: 'idle',
  states: {
    idle: { tags: ['quiescent'], on: { 'buf.export:begin': 'tests' } },
    tests: {
      description: 'what the driver offers, what the caller passes, what the BAR is',
      meta: { source: SOURCE },
      initial: 'pci_ops',
      states: {
        pci_ops: {
          on: {
            'dev.pci_ops:true': 'get_dmabuf_phys',
            'dev.pci_ops:false': { target: '#feature_dma_buf.fail', actions: 'ret = -EOPNOTSUPP' },
          },
        },
        get_dmabuf_phys: {
          on: {
            'dev.get_dmabuf_phys:true': 'header',
            'dev.get_dmabuf_phys:false': {
              target: '#feature_dma_buf.fail',
              actions: 'ret = -EOPNOTSUPP',
            },
          },
        },
        header: {
          description: 'vfio_check_feature(), copy_from_user(), nr_ranges, flags, region_index',
          on: {
            'buf.vfio_check_feature:1': 'bar',
            'buf.vfio_check_feature:-EINVAL': {
              target: '#feature_dma_buf.fail',
              actions: 'ret = -EINVAL',
            },
            'buf.vfio_check_feature:-EFAULT': {
              target: '#feature_dma_buf.fail',
              actions: 'ret = -EFAULT',
            },
          },
        },
        bar: {
          description:
            'vfio_pci_core_get_iomap() of the BAR is no error; vfio_pci_core_setup_barmap(), 7.1',
          on: {
            'dev.bar_claimed:true': 'ranges',
            'dev.bar_claimed:false': { target: '#feature_dma_buf.fail', actions: 'ret = -ENODEV' },
          },
        },
        ranges: {
          description: 'memdup_array_user(), validate_dmabuf_input()',
          on: {
            'buf.validate_dmabuf_input:0': '#feature_dma_buf.make',
            'buf.validate_dmabuf_input:-EINVAL': {
              target: '#feature_dma_buf.fail',
              actions: 'ret = -EINVAL',
            },
            'buf.validate_dmabuf_input:-EFAULT': {
              target: '#feature_dma_buf.fail',
              actions: 'ret = -EFAULT',
            },
            'buf.validate_dmabuf_input:-ENOMEM': {
              target: '#feature_dma_buf.fail',
              actions: 'ret = -ENOMEM',
            },
          },
        },
      },
    },
    make: {
      description: 'priv, the provider, the registration, the dma-buf and its file',
      meta: { source: SOURCE },
      initial: 'allocate',
      states: {
        allocate: {
          on: {
            'buf.kzalloc:ok': 'allocate_phys_vec',
            'buf.kzalloc:-ENOMEM': { target: '#feature_dma_buf.fail', actions: 'ret = -ENOMEM' },
          },
        },
        allocate_phys_vec: {
          on: {
            'buf.kzalloc(phys_vec):ok': 'provider',
            'buf.kzalloc(phys_vec):-ENOMEM': {
              target: '#feature_dma_buf.unwind.free',
              actions: 'ret = -ENOMEM',
            },
          },
        },
        provider: {
          description: 'pci_ops->get_dmabuf_phys(), here vfio_pci_core_get_dmabuf_phys()',
          on: {
            'dev.pcim_p2pdma_provider:ok': 'fill',
            'dev.pcim_p2pdma_provider:NULL': {
              target: '#feature_dma_buf.unwind.free',
              actions: 'ret = -EINVAL',
            },
          },
        },
        fill: {
          description: 'the ranges lie in the BAR: what validate_dmabuf_input() cannot know',
          meta: { source: 'vfio_pci_core_fill_phys_vec, v7.3' },
          on: {
            'buf.fill_phys_vec:ok': 'register',
            'buf.fill_phys_vec:-EINVAL': {
              target: '#feature_dma_buf.unwind.free',
              actions: 'ret = -EINVAL',
            },
            'buf.fill_phys_vec:-EOVERFLOW': {
              target: '#feature_dma_buf.unwind.free',
              actions: 'ret = -EOVERFLOW',
            },
          },
        },
        register: {
          on: {
            'buf.try_get_registration:ok': 'get_file',
            'buf.try_get_registration:-ENODEV': {
              target: '#feature_dma_buf.unwind.free',
              actions: 'ret = -ENODEV',
            },
          },
        },
        get_file: {
          meta: { source: 'dma_buf_export, v7.3: the file first' },
          on: {
            'buf.dma_buf_getfile:ok': 'export',
            'buf.dma_buf_getfile:-ENOMEM': {
              target: '#feature_dma_buf.unwind',
              actions: 'ret = -ENOMEM',
            },
          },
        },
        export: {
          meta: { source: 'dma_buf_export, v7.3: struct dma_buf, to which the file then points' },
          on: {
            'buf.dma_buf_export:ok': 'count',
            'buf.dma_buf_export:-ENOMEM': { target: 'put_file', actions: 'ret = -ENOMEM' },
          },
        },
        put_file: {
          meta: { source: 'dma_buf_export, v7.3: err_file' },
          on: { 'buf.fput': '#feature_dma_buf.unwind' },
        },
        count: { on: { 'buf.kref.init': 'complete' } },
        complete: {
          description: 'from here dma_buf_put() frees priv',
          on: { 'buf.comp.init': '#feature_dma_buf.publish' },
        },
      },
    },
    publish: {
      description: 'its state and its place on vdev->dmabufs are decided together',
      meta: { source: SOURCE },
      initial: 'init_list',
      states: {
        init_list: { on: { 'buf.init_list_head': 'lock' } },
        lock: { on: { 'dev.memory_lock.down_write': 'lock_resv' } },
        lock_resv: { on: { 'buf.resv.lock': 'test' } },
        test: {
          on: { 'dev.memory_enabled:true': 'live', 'dev.memory_enabled:false': 'born_revoked' },
        },
        live: {
          initial: 'flag',
          states: {
            flag: { on: { 'buf.revoked.clear': 'add' } },
            add: {
              on: {
                'buf.list_add': {
                  target: '#feature_dma_buf.publish.unlock_resv',
                  meta: { commits: 'buf.export:ok#live' },
                },
              },
            },
          },
        },
        born_revoked: {
          initial: 'flag',
          states: {
            flag: { on: { 'buf.revoked.set': 'add' } },
            add: {
              on: {
                'buf.list_add': {
                  target: '#feature_dma_buf.publish.unlock_resv',
                  meta: { commits: 'buf.export:ok#revoked' },
                },
              },
            },
          },
        },
        unlock_resv: { on: { 'buf.resv.unlock': 'unlock' } },
        unlock: { on: { 'dev.memory_lock.up_write': '#feature_dma_buf.install' } },
      },
    },
    install: {
      description: 'dma_buf_fd(): from fd_install() on, whoever guesses the number can close it',
      meta: { source: 'dma_buf_fd, v7.3' },
      initial: 'get_fd',
      states: {
        get_fd: {
          on: {
            'buf.dma_buf_fd:ok': { target: 'trace', actions: 'ret = fd' },
            'buf.dma_buf_fd:-EMFILE': {
              target: '#feature_dma_buf.put_dma_buf',
              actions: 'ret = -EMFILE',
            },
          },
        },
        trace: { on: { 'buf.dma_buf_fd.tracepoint': 'install' } },
        install: { on: { 'buf.fd_install': '#feature_dma_buf.return' } },
      },
    },
    return: { on: { 'buf.export:ok': 'exported' } },
    put_dma_buf: {
      description: 'dma_buf_put(): the only way back once there is a dma-buf',
      meta: { source: 'vfio_pci_core_feature_dma_buf, e98137f0a874; dma_buf_put, v7.3' },
      initial: 'trace',
      states: {
        trace: { on: { 'buf.dma_buf_put.tracepoint': 'put' } },
        put: { on: { 'buf.dma_buf_put': '#feature_dma_buf.fail' } },
      },
    },
    unwind: {
      description: 'err_dev_put, err_free_phys, err_free_priv',
      tags: ['unwinds'],
      meta: { source: SOURCE },
      initial: 'put',
      states: {
        put: { on: { 'buf.put_registration': 'free' } },
        free: {
          description: 'priv->phys_vec, where it was allocated, and priv',
          on: { 'buf.kfree(priv)': '#feature_dma_buf.fail' },
        },
      },
    },
    fail: {
      on: {
        'buf.export:-EOPNOTSUPP': { guard: 'ret == -EOPNOTSUPP', target: 'failed' },
        'buf.export:-EINVAL': { guard: 'ret == -EINVAL', target: 'failed' },
        'buf.export:-ENODEV': { guard: 'ret == -ENODEV', target: 'failed' },
        'buf.export:-ENOMEM': { guard: 'ret == -ENOMEM', target: 'failed' },
        'buf.export:-EMFILE': { guard: 'ret == -EMFILE', target: 'failed' },
        'buf.export:-EFAULT': { guard: 'ret == -EFAULT', target: 'failed' },
        'buf.export:-EOVERFLOW': { guard: 'ret == -EOVERFLOW', target: 'failed' },
      },
    },
    exported: { tags: ['quiescent', 'exported'] },
    failed: { tags: ['quiescent', 'failed'] },
  },
});
