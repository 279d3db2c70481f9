import type { CloseVariation } from '../machines/device/close.procedure.ts';
import type { DeviceResetVariation } from '../machines/device/device-reset.procedure.ts';
import type { FunctionResetVariation } from '../machines/device/function-reset.procedure.ts';
import type { SysfsResetVariation } from '../machines/device/sysfs-reset.procedure.ts';
import type { VdevVariation } from '../machines/device/vdev.resource.ts';
import type { CleanupVariation } from '../machines/dma-buf/cleanup.procedure.ts';
import type { MoveVariation } from '../machines/dma-buf/move.procedure.ts';
import type { HotResetVariation } from '../machines/hot-reset/hot-reset.procedure.ts';
import type { Revision } from '../src/cli/catalogue.ts';

/** Every point at which versions of the kernel and of the posted series differ, by machine. */
export interface Design {
  readonly move: MoveVariation;
  readonly cleanup: CleanupVariation;
  readonly close: CloseVariation;
  readonly hotReset: HotResetVariation;
  readonly functionReset: FunctionResetVariation;
  readonly deviceReset: DeviceResetVariation;
  readonly sysfsReset: SysfsResetVariation;
  /** __vfio_pci_memory_enabled(). */
  readonly memoryEnabled: Pick<VdevVariation, 'lowPower'>;
}

/** A machine whose versions differ. */
export type Point = keyof Design;

/** v7.3, of which every other version is a list of differences. */
export const base: Design = {
  move: {
    drain: 'unmap',
    fences: 'BOOKKEEP',
    rearm: 'after_drain',
    restore: 'notify_then_flag',
  },
  cleanup: { drain: 'by_move' },
  close: { first: 'buffers' },
  hotReset: { revoke: 'with_zap', unrevoke: 'with_unlock', openCount: 'tested' },
  functionReset: { afterwards: 'unrevoke' },
  deviceReset: { revoke: 'after_power_up' },
  sysfsReset: { hears: 'no' },
  memoryEnabled: { lowPower: 'ignored' },
};

/** What one version, or several, do instead of v7.3, and where that is stated. */
export interface Difference {
  readonly instead: { readonly [P in Point]?: Partial<Design[P]> };
  /** The known defects that it is, by the ids of their faults. */
  readonly defects: readonly string[];
  readonly source: string;
}

/** One version of the design: a posted series, a released kernel, a proposal. */
export interface Version extends Revision {
  readonly differs: readonly Difference[];
  /** Machines of which this version was not read, and which are therefore not drawn for it. */
  readonly unread: readonly { readonly points: readonly Point[]; readonly why: string }[];
}

const V9_COVER =
  'Leon Romanovsky, "vfio/pci: Allow MMIO regions to be exported through dma-buf" v9 00/11, 2025-11-20, <20251120-dmabuf-vfio-v9-0-d7f71607f371@nvidia.com>';
const V1_REVIEW =
  'Alex Williamson on v1 10/10, 2025-08-06, <20250806162455.350f73a4.alex.williamson@redhat.com>';
const KREF_FIX =
  'Alex Williamson, "vfio/pci: fix dma-buf kref underflow after revoke", 2026-05-07, <20260507143548.1018405-1-alex.williamson@nvidia.com>';
const MMAP_V4 =
  'Matt Evans, "vfio/pci: Add mmap() for DMABUFs" v4 00/10, 2026-07-01, <20260701171245.90111-1-matt@ozlabs.org>';

/** A revoke notifies and goes on; an un-revoke clears the flag first (M4). */
const noWaits: Difference = {
  instead: {
    move: { drain: 'nothing', restore: 'flag_then_notify' },
    cleanup: { drain: 'notify' },
  },
  defects: ['M4'],
  source:
    'vfio_pci_dma_buf_move, vfio_pci_dma_buf_cleanup, v6.19; before 1a8a5227f229; for the posted ' +
    'series v5 to v9 derived: their changelogs name no change of it',
};

/** The device is disabled before its buffers are cleaned up (M5). */
const deviceFirst: Difference = {
  instead: { close: { first: 'device' } },
  defects: ['M5'],
  source: 'vfio_pci_core_close_device before d97708701434 (CVE-2026-53322); so in v1 already',
};

/** A hot reset reads the vconfig of a device that is not open (P6). */
const openCountNotTested: Difference = {
  instead: { hotReset: { openCount: 'not_tested' } },
  defects: ['P6'],
  source: 'Alex Williamson on v9, 2025-11-20, <20251120170413.050ccbb5.alex@shazbot.org>',
};

/** A hot reset that fails before the bus is reset gives nothing back (P3). */
const unrevokeAfterReset: Difference = {
  instead: { hotReset: { unrevoke: 'after_reset' } },
  defects: ['P3'],
  source: `${V9_COVER}: v6 "Moved vfio_pci_dma_buf_move() in err_undo block"`,
};

/** Close drains what is revoked already, and the kref is armed late (M6). */
const drainedTwice: Difference = {
  instead: { move: { rearm: 'before_flag' }, cleanup: { drain: 'inline' } },
  defects: ['M6'],
  source: `${KREF_FIX}, which mends it`,
};

/** An un-revoke tells nobody. */
const silentUnrevoke: Difference = {
  instead: { move: { restore: 'flag_only' } },
  defects: [],
  source: `${MMAP_V4}: v4 "un-revoke no longer calls invalidate"`,
};

/** A function level reset revokes twice and gives nothing back (P1). */
const functionResetRevokesAgain: Difference = {
  instead: { functionReset: { afterwards: 'revoke_again' } },
  defects: ['P1'],
  source: `${V1_REVIEW}: "@revoked true -> true seems wrong"`,
};

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
    differs: [deviceFirst],
    unread: [
      {
        points: ['move', 'cleanup', 'hotReset', 'functionReset', 'deviceReset'],
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
      unrevokeAfterReset,
      functionResetRevokesAgain,
      {
        instead: { hotReset: { revoke: 'with_power_up' } },
        defects: ['P2'],
        source: V1_REVIEW,
      },
    ],
    unread: [
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
    differs: [noWaits, deviceFirst, openCountNotTested, unrevokeAfterReset],
    unread: [DEVICE_RESET_UNREAD],
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
      {
        instead: { hotReset: { unrevoke: 'before_unlock' } },
        defects: ['P4', 'P5'],
        source: 'Alex Williamson on v6 10/11, 2025-11-02, <20251102080137.209aa567@shazbot.org>',
      },
    ],
    unread: [DEVICE_RESET_UNREAD],
    source: V9_COVER,
  },
  {
    name: 'v7',
    title: 'Leon Romanovsky, series v7, 2025-11-06',
    kind: 'series',
    differs: [noWaits, deviceFirst, openCountNotTested],
    unread: [DEVICE_RESET_UNREAD],
    source: V9_COVER,
  },
  {
    name: 'v9',
    title: 'Leon Romanovsky, series v9, 2025-11-20',
    kind: 'series',
    differs: [noWaits, deviceFirst, openCountNotTested],
    unread: [],
    source: V9_COVER,
  },
  {
    name: '6.19',
    title: 'v6.19: series v9 with open_count tested',
    kind: 'release',
    differs: [noWaits, deviceFirst],
    unread: [],
    source: '5d74781ebc86, v6.19',
  },
  {
    name: '7.0',
    title: 'v7.0',
    kind: 'release',
    differs: [noWaits, deviceFirst],
    unread: [],
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
    ],
    unread: [{ points: ['cleanup'], why: 'its vfio_pci_dma_buf_cleanup() was not read' }],
    source:
      'Leon Romanovsky, "dma-buf: Use revoke mechanism to invalidate shared buffers" v5, 2026-01-24',
  },
  {
    name: 'mmap-v1',
    title: 'Matt Evans, mmap() for DMABUFs, v1, 2026-04-16 (not merged)',
    kind: 'proposal',
    differs: [],
    unread: [
      { points: EVERYTHING, why: 'of this version the changelog in the cover of v2 was read' },
    ],
    source:
      'Matt Evans, "vfio/pci: Add mmap() for DMABUFs" v1, 2026-04-16, <20260416131815.2729131-1-mattev@meta.com>',
  },
  {
    name: '7.1-rc',
    title: 'v7.1-rc: revoke series v7',
    kind: 'release',
    differs: [drainedTwice],
    unread: [],
    source: 'drivers/vfio/pci/vfio_pci_dmabuf.c, v7.1-rc before c64a647c84f3',
  },
  {
    name: '7.1',
    title: 'v7.1',
    kind: 'release',
    differs: [],
    unread: [],
    source: 'drivers/vfio/pci/vfio_pci_dmabuf.c, v7.1',
  },
  {
    name: 'mmap-v5',
    title: 'Matt Evans, mmap() for DMABUFs, v5, 2026-07-15 (not merged)',
    kind: 'proposal',
    differs: [silentUnrevoke],
    unread: [OTHER_FAULT_HANDLER],
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
    unread: [OTHER_FAULT_HANDLER],
    source:
      'Matt Evans, "vfio/pci: Add mmap() for DMABUFs" v8, 2026-10-06, <20261006193643.76330-1-matt@ozlabs.org>',
  },
];

/** The newest released version, and the one that a system is checked at if nobody asks for another. */
export const NEWEST = '7.3';

/**
 * v7.3 with one thing changed: with a known defect put in, by the names that faults use (`7.3+P3`),
 * or with what somebody proposes.
 */
const whatIfs: Readonly<Record<string, Difference['instead']>> = {
  '7.3+P2': { hotReset: { revoke: 'with_power_up' } },
  '7.3+P3': { hotReset: { unrevoke: 'after_reset' } },
  '7.3+P21': { move: { rearm: 'after_flag' } },
  '7.3+M4': { move: { drain: 'nothing' } },
  '7.3+M5': { close: { first: 'device' } },
  '7.3+P1': { functionReset: { afterwards: 'revoke_again' } },
  '7.3+P22': { deviceReset: { revoke: 'before_power_up' } },
  'low-power-respected': { memoryEnabled: { lowPower: 'respected' } },
  'reset-prepare': { sysfsReset: { hears: 'reset_prepare' } },
};

/** The design of a version, or of v7.3 with a defect, at every point of it that was read. */
export function designOf(name: string): Design {
  const differs = revisions.find((revision) => revision.name === name)?.differs;
  const instead = differs?.map((difference) => difference.instead) ?? [whatIfs[name] ?? {}];
  return instead.reduce<Design>(withDifference, base);
}

function withDifference(design: Design, instead: Difference['instead']): Design {
  const points = Object.keys(design) as Point[];
  return Object.fromEntries(
    points.map((point) => [point, { ...design[point], ...instead[point] }]),
  ) as unknown as Design;
}

/** The known defects of a version. */
export function defectsOf(name: string): readonly string[] {
  return (
    revisions.find((revision) => revision.name === name)?.differs.flatMap((d) => d.defects) ?? []
  );
}

/**
 * The versions that a system of these machines can be drawn for, the newest release first and
 * those with a defect put in last, and why the others cannot.
 */
export function revisionsOf(points: readonly Point[]): {
  readonly revisions: readonly string[];
  readonly unread: readonly { readonly revision: string; readonly why: string }[];
} {
  const gaps = revisions.map(({ name, unread }) => ({
    revision: name,
    gap: unread.find((part) => part.points.some((point) => points.includes(point))),
  }));
  const faulty = Object.keys(whatIfs).filter((name) => points.some((p) => p in whatIfs[name]!));
  return {
    revisions: [
      NEWEST,
      ...gaps.flatMap(({ revision, gap }) =>
        gap === undefined && revision !== NEWEST ? [revision] : [],
      ),
      ...faulty,
    ],
    unread: gaps.flatMap(({ revision, gap }) =>
      gap === undefined ? [] : [{ revision, why: gap.why }],
    ),
  };
}
