import type { Revision } from '../../src/cli/catalogue.ts';
import { base, type Difference, type Point } from './design.ts';
import {
  anyProvider,
  barNotTested,
  claimsTheBar,
  dropsTheBuffer,
  fallsThrough,
  leavesOnSuccess,
  missingInitNotTested,
  noKref,
  noTraces,
  pciOpsNotTested,
  tracesLate,
} from './export.ts';
import {
  deviceFirst,
  drainedTwice,
  exportUnderMemoryLock,
  functionResetRevokesAgain,
  noWaits,
  openCountNotTested,
  silentUnrevoke,
  unrevokeAfterLateRevoke,
  unrevokeAfterReset,
  unrevokeBeforeUnlock,
} from './exporter.ts';
import {
  accessPins,
  anyImporter,
  iommufdBeforePin,
  iommufdUnlockedUnpin,
  iovaOfAttach,
  pinRefused,
  unpinsTwice,
  unpinsTwiceBehindPin,
} from './importers.ts';
import { V1_REVIEW, V9_COVER } from './sources.ts';

/** One version of the design: a posted series, a released kernel, a proposal. */
export interface Version extends Revision {
  readonly differs: readonly Difference[];
  /** Machines of which this version was not read, and which are therefore not drawn for it. */
  readonly unread: readonly { readonly points: readonly Point[]; readonly why: string }[];
}

/** Of a series of which vfio_pci_ioctl_reset() was not seen. */
const DEVICE_RESET_UNREAD = {
  points: ['deviceReset'],
  why: 'its vfio_pci_ioctl_reset() was not read',
} as const;

/** Of the series in which the mapping of a BAR is a DMABUF itself. */
const OTHER_FAULT_HANDLER = {
  points: ['functionReset', 'deviceReset', 'sysfsReset', 'memoryEnabled'],
  why: 'it zaps as part of the revoke and has a fault handler of its own, which are not drawn',
} as const;

/** Of a version of which nothing that is drawn was read. */
const EVERYTHING = Object.keys(base) as Point[];

/** Of the first versions of the series, in which the importers' side was not looked for. */
const IMPORTERS_UNREAD = {
  points: ['attach', 'pin', 'addresses', 'sgEntries', 'register'],
  why: 'its attach and map were not read',
} as const;

const ADDRESSES_UNREAD = {
  points: ['addresses', 'sgEntries'],
  why: 'its way from phys_vec to sg_table was not read',
} as const;

const EXPORT_V0 = {
  points: ['export'],
  why: 'of v0 the diffstat and the validation of its input were read',
} as const;

const EXPORT_V1 = {
  points: ['export'],
  why: 'the export of v1 was not read; its changelog in v2 names a race',
} as const;

const EXPORT_OF_REVOKE_V5 = {
  points: ['export'],
  why: 'the tree that this version was posted for was not read',
} as const;

/** Of the series in which export has a lock of its own. */
const EXPORT_OF_MMAP = {
  points: ['export'],
  why: 'exports under a lock of its own, dmabuf_lock, which is drawn for its mmap() alone',
} as const;

/** In the order of history. */
export const revisions: readonly Version[] = [
  {
    name: 'vivek-2024',
    title: 'Vivek Kasireddy, series v2, 2024-06-23',
    kind: 'series',
    differs: [],
    unread: [
      {
        points: EVERYTHING,
        why: 'of this series only populate_sgt() and the map path were read',
      },
    ],
    source:
      'Vivek Kasireddy, "vfio/pci: Allow MMIO regions to be exported through dma-buf" v2 3/3, 2024-06-23',
  },
  {
    name: 'v0',
    title: 'Leon Romanovsky, series v0, 2025-07-23',
    kind: 'series',
    differs: [],
    unread: [
      EXPORT_V0,
      IMPORTERS_UNREAD,
      {
        points: ['move', 'cleanup', 'close', 'hotReset', 'functionReset', 'deviceReset'],
        why: 'of v0 the diffstat and the validation of its input were read',
      },
    ],
    source:
      'Leon Romanovsky, "vfio/pci: Add dma-buf export support for MMIO regions" 10/10, 2025-07-23',
  },
  {
    name: 'v1',
    title: 'Leon Romanovsky, series v1, 2025-08-04',
    kind: 'series',
    differs: [
      deviceFirst,
      openCountNotTested,
      unrevokeAfterLateRevoke,
      functionResetRevokesAgain,
      {
        instead: { hotReset: { revoke: 'with_power_up' } },
        defects: ['P2'],
        source: V1_REVIEW,
      },
    ],
    unread: [
      EXPORT_V1,
      IMPORTERS_UNREAD,
      {
        points: ['move', 'cleanup', 'deviceReset'],
        why: 'of v1 the callers were read in a review, vfio_pci_dma_buf_move() itself was not',
      },
    ],
    source: V1_REVIEW,
  },
  {
    name: 'v5',
    title: 'Leon Romanovsky, series v5, 2025-10-13',
    kind: 'series',
    differs: [
      noWaits,
      deviceFirst,
      openCountNotTested,
      unrevokeAfterReset,
      noKref,
      barNotTested,
      anyProvider,
      noTraces,
      dropsTheBuffer,
      missingInitNotTested,
      leavesOnSuccess,
      anyImporter,
      unpinsTwice,
      iovaOfAttach,
    ],
    unread: [
      DEVICE_RESET_UNREAD,
      { points: ['sgEntries'], why: 'of its entries the defect is known, and not the code' },
    ],
    source: V9_COVER,
  },
  {
    name: 'v6',
    title: 'Leon Romanovsky, series v6, 2025-11-02',
    kind: 'series',
    differs: [
      noWaits,
      deviceFirst,
      openCountNotTested,
      unrevokeBeforeUnlock,
      noKref,
      barNotTested,
      anyProvider,
      noTraces,
      fallsThrough,
      pciOpsNotTested,
      missingInitNotTested,
      anyImporter,
      unpinsTwice,
    ],
    unread: [ADDRESSES_UNREAD, DEVICE_RESET_UNREAD],
    source: V9_COVER,
  },
  {
    name: 'v7',
    title: 'Leon Romanovsky, series v7, 2025-11-06',
    kind: 'series',
    differs: [
      noWaits,
      deviceFirst,
      openCountNotTested,
      noKref,
      barNotTested,
      anyProvider,
      noTraces,
      fallsThrough,
      pciOpsNotTested,
      missingInitNotTested,
      anyImporter,
      unpinsTwice,
    ],
    unread: [ADDRESSES_UNREAD, DEVICE_RESET_UNREAD],
    source: V9_COVER,
  },
  {
    name: 'v9',
    title: 'Leon Romanovsky, series v9, 2025-11-20',
    kind: 'series',
    differs: [
      noWaits,
      deviceFirst,
      openCountNotTested,
      noKref,
      barNotTested,
      anyProvider,
      noTraces,
      fallsThrough,
      anyImporter,
      unpinsTwice,
    ],
    unread: [ADDRESSES_UNREAD],
    source: V9_COVER,
  },
  {
    name: '6.19',
    title: 'v6.19: series v9 with open_count tested',
    kind: 'release',
    differs: [
      noWaits,
      deviceFirst,
      noKref,
      barNotTested,
      anyProvider,
      noTraces,
      fallsThrough,
      pinRefused,
      iommufdBeforePin,
      accessPins,
      unpinsTwiceBehindPin,
    ],
    unread: [ADDRESSES_UNREAD],
    source: '5d74781ebc86, v6.19',
  },
  {
    name: '7.0',
    title: 'v7.0',
    kind: 'release',
    differs: [
      noWaits,
      deviceFirst,
      noKref,
      barNotTested,
      anyProvider,
      tracesLate,
      pinRefused,
      iommufdBeforePin,
      accessPins,
    ],
    unread: [ADDRESSES_UNREAD],
    source: 'drivers/vfio/pci/vfio_pci_dmabuf.c, v7.0',
  },
  {
    name: 'revoke-v5',
    title: 'Leon Romanovsky, revoke series v5, 2026-01-24',
    kind: 'series',
    differs: [
      {
        instead: { move: { drain: 'unmap_one_second', rearm: 'after_flag' } },
        defects: ['P20', 'P21'],
        source:
          'Leon Romanovsky, "vfio: Wait for dma-buf invalidation to complete" v5 4/8, 2026-01-24',
      },
      deviceFirst,
      iommufdUnlockedUnpin,
      accessPins,
    ],
    unread: [
      EXPORT_OF_REVOKE_V5,
      ADDRESSES_UNREAD,
      { points: ['cleanup'], why: 'its vfio_pci_dma_buf_cleanup() was not read' },
    ],
    source:
      'Leon Romanovsky, "dma-buf: Use revoke mechanism to invalidate shared buffers" v5, 2026-01-24',
  },
  {
    name: '7.1-rc',
    title: 'v7.1-rc: revoke series v7 (its order of close derived from v7.1)',
    kind: 'release',
    differs: [
      drainedTwice,
      barNotTested,
      anyProvider,
      tracesLate,
      iommufdUnlockedUnpin,
      accessPins,
    ],
    unread: [ADDRESSES_UNREAD],
    source: 'drivers/vfio/pci/vfio_pci_dmabuf.c, v7.1-rc before c64a647c84f3',
  },
  {
    name: '7.1',
    title: 'v7.1',
    kind: 'release',
    differs: [claimsTheBar, anyProvider, iommufdUnlockedUnpin, accessPins],
    unread: [ADDRESSES_UNREAD],
    source: 'drivers/vfio/pci/vfio_pci_dmabuf.c, v7.1',
  },
  {
    name: 'mmap-v5',
    title: 'Matt Evans, mmap() for DMABUFs, v5, 2026-07-15 (not merged)',
    kind: 'proposal',
    differs: [silentUnrevoke, exportUnderMemoryLock],
    unread: [EXPORT_OF_MMAP, ADDRESSES_UNREAD, OTHER_FAULT_HANDLER],
    source:
      'Matt Evans, "vfio/pci: Add mmap() for DMABUFs" v5 0/9, 2026-07-15; read as of v4 and of the ' +
      'test that shows its deadlock, opsound/vfio-dmabuf-lab, nvgrace-v5',
  },
  {
    name: '7.3',
    title: 'v7.3',
    kind: 'release',
    differs: [],
    unread: [],
    source: 'drivers/vfio/pci, v7.3-rc',
  },
  {
    name: 'mmap-v8',
    title: 'Matt Evans, mmap() for DMABUFs, v8, 2026-10-06 (not merged)',
    kind: 'proposal',
    differs: [silentUnrevoke],
    unread: [EXPORT_OF_MMAP, ADDRESSES_UNREAD, OTHER_FAULT_HANDLER],
    source:
      'Matt Evans, "vfio/pci: Add mmap() for DMABUFs" v8, 2026-10-06, <20261006193643.76330-1-matt@ozlabs.org>',
  },
];
