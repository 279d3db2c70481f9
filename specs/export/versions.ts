import type { ExportVariation } from '../../machines/dma-buf/export.procedure.ts';

/** v7.3. */
export const exportBase: ExportVariation = {
  pciOps: 'tested',
  bar: 'claimed_at_open',
  memoryTest: 'in_section',
  kref: 'initialised',
  fdError: 'put',
  traces: 'before',
  annul: 'no',
  missingInit: 'warns',
  nonMappable: 'tested',
  initTest: 'errors',
};

/** What one version, or several, do instead of v7.3, which faults that are, and where it is stated. */
export interface ExportDifference {
  readonly instead: Partial<ExportVariation>;
  readonly defects: readonly string[];
  readonly source: string;
}

const V9_COVER =
  'Leon Romanovsky, "vfio/pci: Allow MMIO regions to be exported through dma-buf" v9 00/11, 2025-11-20, <20251120-dmabuf-vfio-v9-0-d7f71607f371@nvidia.com>';

/** A buffer counts no mappings; the waits for them came with 7.1. */
const noKref: ExportDifference = {
  instead: { kref: 'absent' },
  defects: ['M4'],
  source: 'vfio_pci_core_feature_dma_buf, v6.19 and v7.0; 1a8a5227f229',
};

/** The BAR of an export need not be the driver's own. */
const barNotTested: ExportDifference = {
  instead: { bar: 'not_tested' },
  defects: ['M7'],
  source: 'vfio_pci_core_feature_dma_buf, v6.19 and v7.0; 702809dabdec (CVE-2026-64042) mends it',
};

/** A BAR that no CPU can map has a provider like any other. */
const anyProvider: ExportDifference = {
  instead: { nonMappable: 'not_tested' },
  defects: ['M11'],
  source: '951ebc18d181, v7.2, which mends it (changelog)',
};

const noTraces: ExportDifference = {
  instead: { traces: 'none' },
  defects: [],
  source: 'before 281a22631423 ("dma-buf: add some tracepoints to debug."), v7.0',
};

const tracesLate: ExportDifference = {
  instead: { traces: 'after' },
  defects: ['M12'],
  source:
    '281a22631423, v7.0, before ead6680f354f (CVE-2026-63910); David Carlier, 2026-05-23, on dma_buf_fd(); 2d76319c4cbb on dma_buf_put()',
};

const fallsThrough: ExportDifference = {
  instead: { fdError: 'put_and_fall_through' },
  defects: ['M3'],
  source: 'e98137f0a874 (CVE-2026-31468), 7.0-rc6 and 6.19.11, which mends it',
};

const dropsTheBuffer: ExportDifference = {
  instead: { fdError: 'nothing' },
  defects: ['P7'],
  source: 'Alex Mastro on v5 9/9, 2025-10-29; v6 added dma_buf_put()',
};

const pciOpsNotTested: ExportDifference = {
  instead: { pciOps: 'not_tested' },
  defects: ['P10'],
  source: 'Alex Williamson on v7 10/11, 2025-11-10, <20251110130525.6712552b.alex@shazbot.org>',
};

const missingInitNotTested: ExportDifference = {
  instead: { missingInit: 'not_tested' },
  defects: ['P16'],
  source: `${V9_COVER}: v8 "pcim_p2pdma_provider" catches a missing init`,
};

const leavesOnSuccess: ExportDifference = {
  instead: { initTest: 'all_but_-EOPNOTSUPP' },
  defects: ['P11'],
  source:
    'Nicolin Chen on v5 8/9, 2025-10-15, <aPBwEVJSzezdii1V@Asurada-Nvidia>; agreed in <20251016061025.GA6199@unreal>',
};

/** Export claims and maps the BAR, whatever BAR it is. */
const claimsTheBar: ExportDifference = {
  instead: { bar: 'claimed_by_export' },
  defects: [],
  source: 'vfio_pci_core_feature_dma_buf, v7.1: vfio_pci_core_setup_barmap()',
};

const before71 = [noKref, barNotTested, anyProvider];

/** In the order of history, what each version that was read does instead of v7.3. */
export const exportVersions: Readonly<Record<string, readonly ExportDifference[]>> = {
  // It has no pci_ops; the test of the BAR's size that stands in its place is not drawn.
  v5: [...before71, noTraces, dropsTheBuffer, missingInitNotTested, leavesOnSuccess],
  v6: [...before71, noTraces, fallsThrough, pciOpsNotTested, missingInitNotTested],
  v7: [...before71, noTraces, fallsThrough, pciOpsNotTested, missingInitNotTested],
  v9: [...before71, noTraces, fallsThrough],
  '6.19': [...before71, noTraces, fallsThrough],
  '7.0': [...before71, tracesLate],
  '7.1-rc': [barNotTested, anyProvider, tracesLate],
  '7.1': [claimsTheBar, anyProvider],
  '7.3': [],
};

/** Versions for which export is not drawn, and why. */
export const exportUnread: readonly { readonly revision: string; readonly why: string }[] = [
  { revision: 'vivek-2024', why: 'exports pages of a pool, by other steps' },
  { revision: 'v0', why: 'of v0 the diffstat and the validation of its input were read' },
  { revision: 'v1', why: 'the export of v1 was not read; its changelog in v2 names a race' },
  { revision: 'revoke-v5', why: 'its vfio_pci_dma_buf_cleanup() was not read' },
  { revision: 'mmap-v8', why: 'exports under a lock of its own, dmabuf_lock, which is not drawn' },
];

const DERIVED_ANNUL: ExportDifference = {
  instead: { annul: 'yes' },
  defects: [],
  source:
    'derived: "dma-buf: Annul dmabuf->file on file release" with a test of private_data for NULL',
};

/** v7.3 with known defects, or a proposal, put in and nothing else changed. */
export const exportChanges: Readonly<Record<string, readonly ExportDifference[]>> = {
  '7.3+P7': [dropsTheBuffer],
  '7.3+M3': [fallsThrough],
  '7.3+P10': [pciOpsNotTested],
  '7.3+P11': [leavesOnSuccess],
  '7.3+P14': [
    {
      instead: { memoryTest: 'before_lock' },
      defects: ['P14'],
      source:
        'Alex Williamson on RFC v2 04/10 of mmap() for DMABUFs, 2026-03-18, <20260318140408.4677fff5@shazbot.org>, of the same steps: "stale"',
    },
  ],
  '7.3+P16': [missingInitNotTested],
  '7.3+M7': [barNotTested],
  '7.3+M11': [claimsTheBar, anyProvider],
  '7.3+M12': [tracesLate],
  '7.3+annul': [DERIVED_ANNUL],
  '7.3+M15': [
    {
      instead: { annul: 'unchecked' },
      defects: ['M15'],
      source:
        'Matt Evans, "dma-buf: Annul dmabuf->file on file release", <f8efaabd-c06e-4f04-8cfa-489c148e37ba@ozlabs.org>, as posted',
    },
  ],
};

/** The export of a version, or of v7.3 with a change. */
export function exportOf(revision: string): ExportVariation {
  const differences = exportChanges[revision] ?? exportVersions[revision] ?? [];
  return Object.assign({}, exportBase, ...differences.map(({ instead }) => instead));
}

/** The version of everything that is not export. */
export function versionOf(revision: string): string {
  return revision in exportChanges ? '7.3' : revision;
}
