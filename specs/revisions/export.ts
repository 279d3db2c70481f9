import type { Difference } from './design.ts';
import { V9_COVER } from './sources.ts';

/** A buffer counts no mappings; the waits for them came with 7.1. */
export const noKref: Difference = {
  instead: { export: { kref: 'absent' } },
  defects: ['M4'],
  source: 'vfio_pci_core_feature_dma_buf, v6.19 and v7.0; 1a8a5227f229',
};

/** The BAR of an export need not be the driver's own. */
export const barNotTested: Difference = {
  instead: { export: { bar: 'not_tested' } },
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
  instead: { export: { traces: 'none' } },
  defects: [],
  source: 'before 281a22631423 ("dma-buf: add some tracepoints to debug."), v7.0',
};

export const tracesLate: Difference = {
  instead: { export: { traces: 'after' } },
  defects: ['M12'],
  source:
    '281a22631423, v7.0, before ead6680f354f (CVE-2026-63910); David Carlier, 2026-05-23, on dma_buf_fd(); 2d76319c4cbb on dma_buf_put()',
};

export const fallsThrough: Difference = {
  instead: { export: { fdError: 'put_and_fall_through' } },
  defects: ['M3'],
  source: 'e98137f0a874 (CVE-2026-31468), 7.0-rc6 and 6.19.11, which mends it',
};

export const dropsTheBuffer: Difference = {
  instead: { export: { fdError: 'nothing' } },
  defects: ['P7'],
  source: 'Alex Mastro on v5 9/9, 2025-10-29; v6 added dma_buf_put()',
};

export const pciOpsNotTested: Difference = {
  instead: { export: { pciOps: 'not_tested' } },
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
