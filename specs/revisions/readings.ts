import { everyFunction, type KernelFunction, of, ofMmapSeries } from './functions.ts';
import { VIVEK } from './sources.ts';

/** Where functions of a version were read, and which. */
export interface Reading {
  /** A repository and a commit, a package, or a posting. */
  readonly source: string;
  /** What says that it is this version. */
  readonly identified: string;
  readonly functions: readonly KernelFunction[];
}

const CORE = 'drivers/vfio/pci/vfio_pci_core.c';
const CONFIG = 'drivers/vfio/pci/vfio_pci_config.c';
const DMABUF = 'drivers/vfio/pci/vfio_pci_dmabuf.c';
const NVGRACE = 'drivers/vfio/pci/nvgrace-gpu/main.c';
const VFIO = 'drivers/vfio/vfio_main.c';
const DMA_BUF = 'drivers/dma-buf/dma-buf.c';
const MAPPING = 'drivers/dma-buf/dma-buf-mapping.c';
const IOMMUFD = 'drivers/iommu/iommufd/pages.c';
const UMEM = 'drivers/infiniband/core/umem_dmabuf.c';
const PCI = 'drivers/pci/pci.c';
const SYSFS = 'drivers/pci/pci-sysfs.c';
const PM = 'drivers/base/power/runtime.c';

/** What two trees do alike, of what lies between them. */
function between(what: string, functions: readonly KernelFunction[]): Reading {
  return { source: `derived: ${what}`, identified: 'alike before and after it', functions };
}

const EXPORT_SERIES =
  'Leon Romanovsky, "vfio/pci: Allow MMIO regions to be exported through dma-buf"';

/** What a posting of the export series has in full, or as the lines around its own. */
const OF_POSTING: readonly KernelFunction[] = [
  ...of([CONFIG, DMABUF], ['vfio_pm_config_write', 'vfio_pci_dma_buf_iommufd_map']),
  'vfio_pci_ioctl_reset',
  'vfio_pci_dev_set_hot_reset',
  'vfio_pci_core_close_device',
  'vfio_pci_runtime_pm_entry',
  'vfio_pci_runtime_pm_exit',
  'vfio_pci_core_init_dev',
];
const AS_POSTED = 'the posting itself';
const V5_PATCH = `${EXPORT_SERIES} v5 9/9, 2025-10-13`;
const V7_PATCH = `${EXPORT_SERIES} v7 10/11, 2025-11-06`;

/** The trees around v6.19, of what the export series does not touch. */
const AROUND_6_19: Reading = {
  source:
    'sjlongland/linux-ts7670: vfio_main.c@15126152c682, dma-buf.c@ab1029610a36, pci.c@0569333d55f6, pci-sysfs.c@2f8417704866, runtime.c@166e17afa3e6',
  identified:
    'FD_ADD() and no tracepoint in dma-buf.c: 6.19-rc; the others as last changed by then, and what is drawn of them is the same in 7.0.9 or in 7.2.13',
  functions: of([VFIO, DMA_BUF, PCI, SYSFS, PM]),
};

const CONFIG_6_19: Reading = {
  source: 'sjlongland/linux-ts7670: vfio_pci_config.c@13429701a2f3',
  identified: '6.19-rc: calls vfio_pci_dma_buf_move()',
  functions: of([CONFIG], ['vfio_af_config_write']),
};

/** vfio_pci_core.c of the export series: what its postings leave alone. */
const TREE_OF_V6: Reading = {
  source: 'kernelorg-mirror/linux_kernel_git_leon_linux-rdma: vfio_pci_core.c@3f779e080119',
  identified:
    'vfio_pci_dev_set_hot_reset() with restore_revoke: the tree of v6; of v5 and v7 what their postings leave alone',
  functions: of([CORE], ['vfio_pci_ioctl_reset', 'vfio_pci_core_init_dev']),
};

/** What the postings do not have of the two files that they change. */
const AROUND_POSTING: readonly Reading[] = [
  TREE_OF_V6,
  AROUND_6_19,
  { ...CONFIG_6_19, functions: ['vfio_pm_config_write'] },
];

const UMEM_BEFORE_7_0: Reading = {
  source:
    'Jacob Moroni, "RDMA/umem: Fix double dma_buf_unpin in failure path" v2, 2026-02-24, <20260224234153.1207849-1-jmoroni@google.com>, 104016eb671e',
  identified: 'the lines that the patch takes away, and those around them',
  functions: ['ib_umem_dmabuf_get_pinned_with_dma_device'],
};

const UMEM_BEFORE: readonly Reading[] = [
  UMEM_BEFORE_7_0,
  {
    source: 'derived: sjlongland/linux-ts7670: umem_dmabuf.c@8052033b221c',
    identified: '7.0-rc, with 104016eb671e, which changes neither of the two',
    functions: ['ib_umem_dmabuf_revoke', 'ib_umem_dmabuf_release'],
  },
];

/** vfio_pci_core.c of v6.19, and of series v9 but for its hot reset. */
const CORE_6_19: Reading = {
  source: 'torvalds/linux: vfio_pci_core.c@98693e0897f7',
  identified: '6.19-rc: series v9 as merged, which adds a test of open_count to it',
  functions: of([CORE]),
};

const AF_WRITE = between(`${V7_PATCH}, and 7.0.9`, ['vfio_af_config_write']);

const PHYS_VEC: Reading = {
  source:
    'torvalds/linux: dma-buf-mapping.c@b703b31ea8cd; gregkh/linux: dma-buf-mapping.c@6b98fd7106d4',
  identified: 'the rename to struct phys_vec right after v6.19; kzalloc_obj(), v7.0: alike',
  functions: of([MAPPING]),
};

/** One commit that left both sides of a merge in its files: v7.0.9, and v7.1-rc4 and later. */
const BOTH_SIDES = 'Aarav90-cpu/linux-kotlin@a663adb68e0e, with both sides of a merge in its files';
const OF_BOTH_SIDES = of([CORE, CONFIG, DMABUF, VFIO, DMA_BUF, IOMMUFD, UMEM, PCI, SYSFS]);

const PM_BETWEEN = between(
  'runtime.c before v6.19 (sjlongland/linux-ts7670@166e17afa3e6) and of 7.2.13',
  of([PM]),
);

const OF_7_1_RC: readonly Reading[] = [
  {
    source: 'intel-lab-lkp/linux@0c8db53a7809: vfio_pci_core.c, vfio_pci_dmabuf.c',
    identified: 'v7.1-rc: waits for its importers, without c64a647c84f3 and 702809dabdec',
    functions: of([CORE, DMABUF]),
  },
  between(
    `7.0.9 and v7.1-rc4 (${BOTH_SIDES}); where they differ the revoke series v7, 2026-01-31`,
    of([CONFIG, VFIO, DMA_BUF, IOMMUFD, UMEM, PCI, SYSFS]),
  ),
  PHYS_VEC,
  PM_BETWEEN,
];

/** The series for mmap(), and the tree on which it was posted for all that it leaves alone. */
function ofMmap(tree: string): readonly Reading[] {
  return [
    {
      source:
        'Matt Evans, "vfio/pci: Add mmap() for DMABUFs" v2 8/9, 2026-05-27, <20260527102319.100128-9-mattev@meta.com>; v4 7/10, 2026-07-01, <20260701171245.90111-8-matt@ozlabs.org>; opsound/linux: vfio_pci_dmabuf.c@0bdee75e7b0c, vfio_pci_core.c, vfio_pci_config.c@d115ade16173',
      identified: 'v2 and v4 as posted, and v6 in a tree of its reproducers',
      functions: [...ofMmapSeries, ...of([CORE, CONFIG, DMABUF])],
    },
    {
      source: `derived: ${tree}, which the series leaves alone`,
      identified: 'what the series does not touch',
      functions: of([NVGRACE, VFIO, DMA_BUF, MAPPING, IOMMUFD, UMEM, PCI, SYSFS, PM]),
    },
  ];
}

/**
 * The functions that were read of each version. A procedure is drawn for a version where all that it
 * is drawn from was read of it; nothing is taken over from the newest.
 */
export const readings: Readonly<Record<string, readonly Reading[]>> = {
  'vivek-2024': [
    {
      source: `${VIVEK}, as quoted in the answer of 2024-06-24`,
      identified: 'the posting itself; its populate_sgt() does what has a file since',
      functions: ['vfio_pci_dma_buf_map', 'dma_buf_phys_vec_to_sgt', 'fill_sg_entry'],
    },
    {
      source: `derived: ${VIVEK}: what its map asks, and what it makes`,
      identified:
        'the quotation ends behind populate_sgt(): attach is what leaves map something to refuse, unmap what gives back what map made',
      functions: ['vfio_pci_dma_buf_attach', 'vfio_pci_dma_buf_unmap', 'dma_buf_free_sgt'],
    },
  ],
  v0: [],
  v1: [
    {
      source: `${EXPORT_SERIES} v1 10/10, 2025-08-04`,
      identified: AS_POSTED,
      functions: OF_POSTING,
    },
    between('the tree of v6, of what v1 calls and no posting changes', [
      'vfio_pci_zap_and_down_write_memory_lock',
      '__vfio_pci_memory_enabled',
      'pci_try_reset_function',
    ]),
  ],
  v5: [
    { source: V5_PATCH, identified: AS_POSTED, functions: OF_POSTING },
    {
      source: V5_PATCH,
      identified:
        'where vfio_pci_dma_buf_map() and _unmap() do by themselves what has a file since',
      functions: of([MAPPING]),
    },
    ...AROUND_POSTING,
    ...UMEM_BEFORE,
  ],
  v6: [
    between(
      'v5 and v7; where they differ the changelog of v9 and the review of v6 10/11',
      OF_POSTING,
    ),
    ...AROUND_POSTING,
    ...UMEM_BEFORE,
  ],
  v7: [
    { source: V7_PATCH, identified: AS_POSTED, functions: OF_POSTING },
    ...AROUND_POSTING,
    ...UMEM_BEFORE,
  ],
  v9: [
    {
      source: 'kernelorg-mirror/linux_kernel_git_leon_linux-rdma: vfio_pci_dmabuf.c@09061b11c680',
      identified: 'v9, and the pin of 61ceaf236115 on top',
      functions: of([DMABUF], ['vfio_pci_dma_buf_iommufd_map']),
    },
    CORE_6_19,
    CONFIG_6_19,
    AF_WRITE,
    AROUND_6_19,
    ...UMEM_BEFORE,
  ],
  '6.19': [
    CORE_6_19,
    {
      source: 'torvalds/linux: vfio_pci_dmabuf.c@1f97d9dcf536',
      identified: 'v6.19: series v9 as merged, with 61ceaf236115',
      functions: of([DMABUF]),
    },
    {
      source: 'sjlongland/linux-ts7670: pages.c@0fc4af31d375',
      identified: '6.19-rc: iommufd has dma-bufs, and does not pin them',
      functions: of([IOMMUFD]),
    },
    CONFIG_6_19,
    AF_WRITE,
    AROUND_6_19,
    PHYS_VEC,
    ...UMEM_BEFORE,
  ],
  '7.0': [
    {
      source: BOTH_SIDES,
      identified: 'VERSION = 7, PATCHLEVEL = 0, SUBLEVEL = 9 in its Makefile',
      functions: OF_BOTH_SIDES,
    },
    PHYS_VEC,
    PM_BETWEEN,
  ],
  'revoke-v5': [
    {
      source:
        'Leon Romanovsky, "vfio: Wait for dma-buf invalidation to complete" v5 4/8, 2026-01-24',
      identified: AS_POSTED,
      functions: ['vfio_pci_dma_buf_move', 'vfio_pci_dma_buf_map', 'vfio_pci_dma_buf_unmap'],
    },
    between('v6.19, and v7.1-rc, which has v7 of the series', [
      ...of([CORE, CONFIG, VFIO, PCI, SYSFS, PM]),
      'dma_buf_map_attachment',
      'dma_buf_unmap_attachment',
      'dma_buf_invalidate_mappings',
    ]),
  ],
  '7.1-rc': OF_7_1_RC,
  '7.1': [
    {
      source: `${BOTH_SIDES}; gregkh/linux: vfio_pci_dmabuf.c@2519003dd5fb`,
      identified:
        'PATCHLEVEL = 1, EXTRAVERSION = -rc4 in its Makefile; ead6680f354f came with -rc6',
      functions: OF_BOTH_SIDES,
    },
    PHYS_VEC,
    PM_BETWEEN,
  ],
  'mmap-v5': ofMmap('Debian linux-source-7.2, 7.2.13'),
  '7.2': [
    {
      source: 'Debian linux-source-7.2, 7.2.13',
      identified: 'its Makefile',
      functions: everyFunction,
    },
  ],
  '7.3': [
    {
      source: 'Debian linux-source-7.3, 7.3.4',
      identified: 'its Makefile',
      functions: everyFunction,
    },
  ],
  'mmap-v8': ofMmap('Debian linux-source-7.3, 7.3.4'),
};

/** The readings of a version that have a function. */
export function readingsOf(version: string, name: KernelFunction): readonly Reading[] {
  return (readings[version] ?? []).filter(({ functions }) => functions.includes(name));
}

/** Of some functions, those that were not read of a version. */
export function unreadOf(
  version: string,
  functions: readonly KernelFunction[],
): readonly KernelFunction[] {
  return functions.filter((name) => readingsOf(version, name).length === 0);
}
