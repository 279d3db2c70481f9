import type { Revision } from 'xstate-check';
import { accessPins } from './access-pin/v7.1.ts';
import { anyImporter } from './attach/v7.0.ts';
import { deviceFirst } from './close/v7.0.ts';
import type { Difference } from './design.ts';
import {
  anyProvider,
  barNotTested,
  dropsTheBufferUntraced,
  fallsThrough,
  leavesOnSuccess,
  missingInitNotTested,
  noKref,
  noTraces,
  pciOpsNotTested,
  tracesLate,
} from './export.ts';
import { drainedTwice, noWaits } from './exporter.ts';
import { functionResetRevokesAgain } from './function-reset/v1.ts';
import { type Subject, subjects } from './functions.ts';
import { revokeWithPowerUp } from './hot-reset/v1.ts';
import { unrevokeAfterLateRevoke, unrevokeAfterReset } from './hot-reset/v5.ts';
import { unrevokeBeforeUnlock } from './hot-reset/v6.ts';
import { openCountNotTested } from './hot-reset/v9.ts';
import { iovaOfAttach, unpinsTwiceBehindPin } from './importers.ts';
import { vivekMap } from './map-chunks/vivek-2024.ts';
import { iommufdBeforePin } from './map-file/v6.19.ts';
import { exportUnderMemoryLock } from './mmap/v5.ts';
import { silentUnrevoke } from './move/mmap-v4.ts';
import { oneSecondArmedAfterFlag } from './move/revoke-v5.ts';
import { pinRefused } from './pin/v6.19.ts';
import { unpinsTwice } from './register/v6.19.ts';
import { iommufdUnlockedUnpin } from './release-pages/v7.1.ts';
import { V1_REVIEW, V9_COVER, VIVEK } from './sources.ts';
import { sriovUnderMemoryLock } from './sriov/v7.1.ts';

/** One version of the design: a posted series, a released kernel, a proposal. */
export interface Version extends Revision {
  readonly differs: readonly Difference[];
  /** What is not drawn for it although it was read; what was not read, `readings` knows. */
  readonly gaps: readonly Gap[];
}

/** What a version draws otherwise than the machines do, or has not been drawn for at all. */
interface Gap {
  readonly subjects: readonly Subject[];
  readonly why: string;
}

/** Of the series in which the mapping of a BAR is a DMABUF itself. */
const OTHER_FAULT_HANDLER: Gap = {
  subjects: ['functionReset', 'deviceReset', 'handlers', 'sriov', 'memoryEnabled'],
  why: 'it zaps as part of the revoke and has a fault handler of its own, which are not drawn',
};

/** Of a version of which nothing that is drawn was read. */
const EVERYTHING = Object.keys(subjects) as Subject[];
/** Of the series of 2024, of which a mail has the map. */
const ALL_BUT_MAP = EVERYTHING.filter((subject) => subject !== 'chunks');

/** Of v1, whose importers get more than those of later versions. */
const IMPORTERS_OF_V1: Gap = {
  subjects: ['mapping', 'attach', 'pin', 'addresses', 'chunks', 'sgEntries', 'register'],
  why: 'its map does not ask whether the buffer is revoked, and its attach makes the IOVA, which is not drawn for it',
};

const EXPORT_OF_V1: Gap = {
  subjects: ['export'],
  why: 'its export was read and is not drawn; the changelog of v2 names a race',
};

/** Of the series in which export has a lock of its own. */
const EXPORT_OF_MMAP: Gap = {
  subjects: ['export'],
  why: 'exports under a lock of its own, dmabuf_lock, which is drawn for its mmap() alone',
};

/** In the order of history. */
export const revisions: readonly Version[] = [
  {
    name: 'vivek-2024',
    title: 'Vivek Kasireddy, series v2, 2024-06-23',
    kind: 'series',
    differs: [vivekMap],
    gaps: [
      {
        subjects: ALL_BUT_MAP,
        why: 'of this series only populate_sgt() and the map path were read',
      },
    ],
    source: VIVEK,
  },
  {
    name: 'v0',
    title: 'Leon Romanovsky, series v0, 2025-07-23',
    kind: 'series',
    differs: [],
    gaps: [
      {
        subjects: EVERYTHING,
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
      revokeWithPowerUp,
    ],
    gaps: [IMPORTERS_OF_V1, EXPORT_OF_V1],
    source: V1_REVIEW,
  },
  {
    name: 'v5',
    title: 'Leon Romanovsky, series v5, 2025-10-13',
    kind: 'series',
    differs: [
      sriovUnderMemoryLock,
      noWaits,
      deviceFirst,
      openCountNotTested,
      unrevokeAfterReset,
      noKref,
      barNotTested,
      anyProvider,
      noTraces,
      dropsTheBufferUntraced,
      missingInitNotTested,
      leavesOnSuccess,
      anyImporter,
      unpinsTwice,
      iovaOfAttach,
    ],
    gaps: [
      {
        subjects: ['sgEntries', 'chunks'],
        why: 'of its entries the defect is known, and not the code',
      },
    ],
    source: V9_COVER,
  },
  {
    name: 'v6',
    title: 'Leon Romanovsky, series v6, 2025-11-02',
    kind: 'series',
    differs: [
      sriovUnderMemoryLock,
      noWaits,
      deviceFirst,
      openCountNotTested,
      unrevokeBeforeUnlock,
      noKref,
      pciOpsNotTested,
      barNotTested,
      anyProvider,
      noTraces,
      fallsThrough,
      missingInitNotTested,
      anyImporter,
      unpinsTwice,
    ],
    gaps: [],
    source: V9_COVER,
  },
  {
    name: 'v7',
    title: 'Leon Romanovsky, series v7, 2025-11-06',
    kind: 'series',
    differs: [
      sriovUnderMemoryLock,
      noWaits,
      deviceFirst,
      openCountNotTested,
      noKref,
      pciOpsNotTested,
      barNotTested,
      anyProvider,
      noTraces,
      fallsThrough,
      missingInitNotTested,
      anyImporter,
      unpinsTwice,
    ],
    gaps: [],
    source: V9_COVER,
  },
  {
    name: 'v9',
    title: 'Leon Romanovsky, series v9, 2025-11-20',
    kind: 'series',
    differs: [
      sriovUnderMemoryLock,
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
    gaps: [],
    source: V9_COVER,
  },
  {
    name: '6.19',
    title: 'v6.19: series v9 with open_count tested',
    kind: 'release',
    differs: [
      sriovUnderMemoryLock,
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
    gaps: [],
    source: '5d74781ebc86, v6.19',
  },
  {
    name: '7.0',
    title: 'v7.0',
    kind: 'release',
    differs: [
      sriovUnderMemoryLock,
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
    gaps: [],
    source: 'drivers/vfio/pci/vfio_pci_dmabuf.c, v7.0',
  },
  {
    name: 'revoke-v5',
    title: 'Leon Romanovsky, revoke series v5, 2026-01-24',
    kind: 'series',
    differs: [
      sriovUnderMemoryLock,
      oneSecondArmedAfterFlag,
      deviceFirst,
      iommufdUnlockedUnpin,
      accessPins,
    ],
    gaps: [],
    source:
      'Leon Romanovsky, "dma-buf: Use revoke mechanism to invalidate shared buffers" v5, 2026-01-24',
  },
  {
    name: '7.1-rc',
    title: 'v7.1-rc: revoke series v7 (its order of close derived from v7.1)',
    kind: 'release',
    differs: [
      sriovUnderMemoryLock,
      drainedTwice,
      barNotTested,
      anyProvider,
      tracesLate,
      iommufdUnlockedUnpin,
      accessPins,
    ],
    gaps: [],
    source: 'drivers/vfio/pci/vfio_pci_dmabuf.c, v7.1-rc before c64a647c84f3',
  },
  {
    name: '7.1',
    title: 'v7.1',
    kind: 'release',
    differs: [sriovUnderMemoryLock, anyProvider, iommufdUnlockedUnpin, accessPins],
    gaps: [],
    source: 'drivers/vfio/pci/vfio_pci_dmabuf.c, v7.1',
  },
  {
    name: 'mmap-v5',
    title: 'Matt Evans, mmap() for DMABUFs, v5, 2026-07-15 (not merged)',
    kind: 'proposal',
    differs: [silentUnrevoke, exportUnderMemoryLock],
    gaps: [EXPORT_OF_MMAP, OTHER_FAULT_HANDLER],
    source:
      'Matt Evans, "vfio/pci: Add mmap() for DMABUFs" v5 0/9, 2026-07-15; read as of v4 and of the ' +
      'test that shows its deadlock, opsound/vfio-dmabuf-lab, nvgrace-v5',
  },
  {
    name: '7.2',
    title: 'v7.2: all that is drawn is that of v7.3',
    kind: 'release',
    differs: [],
    gaps: [],
    source: 'drivers/vfio/pci, v7.2.13',
  },
  {
    name: '7.3',
    title: 'v7.3',
    kind: 'release',
    differs: [],
    gaps: [],
    source: 'drivers/vfio/pci, v7.3.4',
  },
  {
    name: 'mmap-v8',
    title: 'Matt Evans, mmap() for DMABUFs, v8, 2026-10-06 (not merged)',
    kind: 'proposal',
    differs: [silentUnrevoke],
    gaps: [EXPORT_OF_MMAP, OTHER_FAULT_HANDLER],
    source:
      'Matt Evans, "vfio/pci: Add mmap() for DMABUFs" v8, 2026-10-06, <20261006193643.76330-1-matt@ozlabs.org>',
  },
];
