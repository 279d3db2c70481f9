import type { Difference } from './design.ts';
import { V9_COVER } from './sources.ts';

const fails = (ret: string, target = '#feature_dma_buf.fail') => ({
  target,
  actions: `ret = ${ret}`,
});

const putDmaBuf = {
  description: 'dma_buf_put(): the only way back once there is a dma-buf',
  meta: { source: 'vfio_pci_core_feature_dma_buf, e98137f0a874; dma_buf_put, v7.3' },
};

/** A dma_buf_fd() that fails leaves the dma-buf behind; one that does not goes on with a step. */
const dropsFrom = (step: 'trace' | 'install') =>
  ({
    'feature_dma_buf.install.get_fd': {
      on: {
        'buf.dma_buf_fd:ok': { target: step, actions: 'ret = fd' },
        'buf.dma_buf_fd:-EMFILE': fails('-EMFILE'),
      },
    },
    'feature_dma_buf.put_dma_buf': 'gone',
  }) satisfies Difference['states'];

/** A buffer counts no mappings; the waits for them came with 7.1. */
export const noKref: Difference = {
  at: ['export'],
  states: {
    'feature_dma_buf.make.export': {
      meta: { source: 'dma_buf_export, v7.3: struct dma_buf, to which the file then points' },
      on: {
        'buf.dma_buf_export:ok': '#feature_dma_buf.publish',
        'buf.dma_buf_export:-ENOMEM': { target: 'put_file', actions: 'ret = -ENOMEM' },
      },
    },
    'feature_dma_buf.make.count': 'gone',
    'feature_dma_buf.make.complete': 'gone',
  },
  defects: ['M4'],
  source: 'vfio_pci_core_feature_dma_buf, v6.19 and v7.0; 1a8a5227f229',
};

/** The BAR of an export need not be the driver's own. */
export const barNotTested: Difference = {
  at: ['export'],
  states: {
    'feature_dma_buf.tests.header': {
      description: 'vfio_check_feature(), copy_from_user(), nr_ranges, flags, region_index',
      on: {
        'buf.vfio_check_feature:1': 'ranges',
        'buf.vfio_check_feature:-EINVAL': fails('-EINVAL'),
        'buf.vfio_check_feature:-EFAULT': fails('-EFAULT'),
      },
    },
    'feature_dma_buf.tests.bar': 'gone',
  },
  defects: ['M7'],
  source: 'vfio_pci_core_feature_dma_buf, v6.19 and v7.0; 702809dabdec (CVE-2026-64042) mends it',
};

/** A BAR that no CPU can map has a provider, and from 7.1 on is mapped at open, like any other. */
export const anyProvider: Difference = {
  instead: { export: { nonMappable: 'not_tested' } },
  defects: ['M11'],
  source:
    '951ebc18d181, v7.2, which mends it (changelog); pcim_p2pdma_provider, vfio_pci_core_map_bars, v7.1',
};

export const noTraces: Difference = {
  at: ['export'],
  states: {
    'feature_dma_buf.install.get_fd': {
      on: {
        'buf.dma_buf_fd:ok': { target: 'install', actions: 'ret = fd' },
        'buf.dma_buf_fd:-EMFILE': fails('-EMFILE', '#feature_dma_buf.put_dma_buf'),
      },
    },
    'feature_dma_buf.install.trace': 'gone',
    'feature_dma_buf.put_dma_buf': {
      ...putDmaBuf,
      initial: 'put',
      states: { put: { on: { 'buf.dma_buf_put': '#feature_dma_buf.fail' } } },
    },
  },
  defects: [],
  source: 'before 281a22631423 ("dma-buf: add some tracepoints to debug."), v7.0',
};

export const tracesLate: Difference = {
  at: ['export'],
  states: {
    'feature_dma_buf.install': {
      description: 'dma_buf_fd(): from fd_install() on, whoever guesses the number can close it',
      meta: { source: 'dma_buf_fd, v7.3' },
      initial: 'get_fd',
      states: {
        get_fd: {
          on: {
            'buf.dma_buf_fd:ok': { target: 'install', actions: 'ret = fd' },
            'buf.dma_buf_fd:-EMFILE': fails('-EMFILE', '#feature_dma_buf.put_dma_buf'),
          },
        },
        install: { on: { 'buf.fd_install': 'trace' } },
        trace: { on: { 'buf.dma_buf_fd.tracepoint': '#feature_dma_buf.return' } },
      },
    },
    'feature_dma_buf.put_dma_buf': {
      ...putDmaBuf,
      initial: 'put',
      states: {
        put: { on: { 'buf.dma_buf_put': 'trace' } },
        trace: { on: { 'buf.dma_buf_put.tracepoint': '#feature_dma_buf.fail' } },
      },
    },
  },
  defects: ['M12'],
  source:
    '281a22631423, v7.0, before ead6680f354f (CVE-2026-63910); David Carlier, 2026-05-23, on dma_buf_fd(); 2d76319c4cbb on dma_buf_put()',
};

export const fallsThrough: Difference = {
  at: ['export'],
  states: {
    'feature_dma_buf.put_dma_buf.put': { on: { 'buf.dma_buf_put': '#feature_dma_buf.unwind' } },
  },
  defects: ['M3'],
  source: 'e98137f0a874 (CVE-2026-31468), 7.0-rc6 and 6.19.11, which mends it',
};

export const dropsTheBuffer: Difference = {
  at: ['export'],
  states: dropsFrom('trace'),
  defects: ['P7'],
  source: 'Alex Mastro on v5 9/9, 2025-10-29; v6 added dma_buf_put()',
};

/** The same where dma_buf_fd() has no tracepoint. */
export const dropsTheBufferUntraced: Difference = {
  ...dropsTheBuffer,
  states: dropsFrom('install'),
};

export const pciOpsNotTested: Difference = {
  at: ['export'],
  states: {
    'feature_dma_buf.tests': {
      description: 'what the driver offers, what the caller passes, what the BAR is',
      meta: { source: 'vfio_pci_core_feature_dma_buf, v7.3' },
      initial: 'get_dmabuf_phys',
      states: {
        get_dmabuf_phys: {
          on: {
            'dev.get_dmabuf_phys:true': 'header',
            'dev.get_dmabuf_phys:false': fails('-EOPNOTSUPP'),
          },
        },
        header: {
          description: 'vfio_check_feature(), copy_from_user(), nr_ranges, flags, region_index',
          on: {
            'buf.vfio_check_feature:1': 'bar',
            'buf.vfio_check_feature:-EINVAL': fails('-EINVAL'),
            'buf.vfio_check_feature:-EFAULT': fails('-EFAULT'),
          },
        },
        bar: {
          description:
            'vfio_pci_core_get_iomap() of the BAR is no error; vfio_pci_core_setup_barmap(), 7.1',
          on: { 'dev.bar_claimed:true': 'ranges', 'dev.bar_claimed:false': fails('-ENODEV') },
        },
        ranges: {
          description: 'memdup_array_user(), validate_dmabuf_input()',
          on: {
            'buf.validate_dmabuf_input:0': '#feature_dma_buf.make',
            'buf.validate_dmabuf_input:-EINVAL': fails('-EINVAL'),
            'buf.validate_dmabuf_input:-EFAULT': fails('-EFAULT'),
            'buf.validate_dmabuf_input:-ENOMEM': fails('-ENOMEM'),
          },
        },
      },
    },
  },
  defects: ['P10'],
  source:
    'Alex Williamson on v7 10/11, 2025-11-10, <20251110130525.6712552b.alex@shazbot.org>; of v6, which brought pci_ops, derived',
};

export const missingInitNotTested: Difference = {
  instead: { export: { missingInit: 'not_tested' } },
  defects: ['P16'],
  source: `${V9_COVER}: v8 "pcim_p2pdma_provider" catches a missing init`,
};

export const leavesOnSuccess: Difference = {
  instead: { export: { initTest: 'all_but_-EOPNOTSUPP' } },
  defects: ['P11'],
  source:
    'Nicolin Chen on v5 8/9, 2025-10-15, <aPBwEVJSzezdii1V@Asurada-Nvidia>; agreed in <20251016061025.GA6199@unreal>',
};

const add = (flag: 'set' | 'clear', born: 'revoked' | 'live') => ({
  initial: 'lock',
  states: {
    lock: { on: { 'dev.memory_lock.down_write': 'lock_resv' } },
    lock_resv: { on: { 'buf.resv.lock': 'flag' } },
    flag: { on: { [`buf.revoked.${flag}`]: 'add' } },
    add: {
      on: {
        'buf.list_add': {
          target: '#feature_dma_buf.publish.unlock_resv',
          meta: { commits: `buf.export:ok#${born}` },
        },
      },
    },
  },
});

/** __vfio_pci_memory_enabled() is read ahead of the section of list_add_tail (P14). */
export const memoryTestedAhead = {
  'feature_dma_buf.publish': {
    description: 'its state and its place on vdev->dmabufs are decided together',
    meta: { source: 'derived: the same steps, the test ahead of the section' },
    initial: 'init_list',
    states: {
      init_list: { on: { 'buf.init_list_head': 'test' } },
      test: {
        on: { 'dev.memory_enabled:true': 'live', 'dev.memory_enabled:false': 'born_revoked' },
      },
      live: add('clear', 'live'),
      born_revoked: add('set', 'revoked'),
      unlock_resv: { on: { 'buf.resv.unlock': 'unlock' } },
      unlock: { on: { 'dev.memory_lock.up_write': '#feature_dma_buf.install' } },
    },
  },
} satisfies Difference['states'];
