import type { Fault } from '../../src/faults/fault.ts';

const ONE_WRITER = { writers: 1, closers: 0, unbinders: 0, fds: 1, o_path: 0 };
const ALONE = { writers: 0, closers: 0, unbinders: 0, fds: 1, o_path: 0 };
const DEVICE = { fds: 1 };

/** Defects that export, release and the closing of the fd had in posted or released versions. */
export const exportFaults: readonly Fault[] = [
  {
    id: 'P7',
    title: 'an export whose dma_buf_fd() fails drops the buffer',
    machine: 'feature_dma_buf',
    change: { revision: '7.3+P7' },
    base: '7.3',
    system: 'export',
    scope: ALONE,
    expected: ['failed-leaves-nothing'],
    source: 'Alex Mastro on v5 9/9, 2025-10-29; v6 added dma_buf_put()',
  },
  {
    id: 'M3',
    title: 'an export whose dma_buf_fd() fails frees what dma_buf_put() frees',
    machine: 'feature_dma_buf',
    change: { revision: '7.3+M3' },
    base: '7.3',
    system: 'export',
    scope: ALONE,
    expected: ['memory-safe', 'put-frees-all', 'registration-balanced'],
    source: 'e98137f0a874 ("vfio/pci: Fix double free in dma-buf feature"), CVE-2026-31468',
  },
  {
    id: 'P10',
    title: 'export dereferences pci_ops that no driver has set',
    machine: 'feature_dma_buf',
    change: { revision: '7.3+P10' },
    base: '7.3',
    system: 'export-probe',
    scope: DEVICE,
    expected: ['pci_ops-are-tested'],
    source: 'Alex Williamson on v7 10/11, 2025-11-10, <20251110130525.6712552b.alex@shazbot.org>',
  },
  {
    id: 'P11',
    title: 'the probe leaves after a pcim_p2pdma_init() that succeeded',
    machine: 'probe',
    change: { revision: '7.3+P11' },
    base: '7.3',
    system: 'export-probe',
    scope: DEVICE,
    expected: ['locks-are-made'],
    source:
      'Nicolin Chen on v5 8/9, 2025-10-15, <aPBwEVJSzezdii1V@Asurada-Nvidia>: "init_rwsem() and xa_init() would be missed if ret==0"',
  },
  {
    id: 'P14',
    title: 'export reads whether memory is enabled ahead of memory_lock',
    machine: 'feature_dma_buf',
    change: { revision: '7.3+P14' },
    base: '7.3',
    system: 'export',
    scope: ONE_WRITER,
    expected: [
      'listed-off-means-revoked',
      'off-means-revoked',
      'listed-on-means-live',
      'refinement',
    ],
    source:
      'v2 of the series: "Fixed possible race between dmabuf states and revoke"; that this was the race is derived, from Alex Williamson on RFC v2 04/10 of mmap() for DMABUFs, 2026-03-18, <20260318140408.4677fff5@shazbot.org>',
  },
  {
    id: 'P16',
    title: 'a provider is computed from a struct that is not there',
    machine: 'p2pdma',
    change: { revision: '7.3+P16' },
    base: '7.3',
    system: 'export-probe',
    scope: DEVICE,
    expected: ['provider-is-there'],
    source:
      'Leon Romanovsky, v9 00/11, 2025-11-20, <20251120-dmabuf-vfio-v9-0-d7f71607f371@nvidia.com>: v8 "pcim_p2pdma_provider" catches a missing init',
  },
  {
    id: 'M7',
    title: 'a BAR is exported that the driver has not claimed',
    machine: 'feature_dma_buf',
    change: { revision: '7.3+M7' },
    base: '7.3',
    system: 'export-probe',
    scope: DEVICE,
    expected: ['exported-means-claimed'],
    source: '702809dabdec, CVE-2026-64042',
  },
  {
    id: 'M11',
    title: 'a BAR that no CPU can map has a provider',
    machine: 'p2pdma',
    change: { revision: '7.3+M11' },
    base: '7.3',
    system: 'export-probe',
    scope: DEVICE,
    expected: ['exported-means-mappable'],
    source:
      '951ebc18d181, v7.2 (changelog); neither the provider nor the open of the device looks at the flag',
  },
  {
    id: 'M12',
    title: 'the tracepoint of dma_buf_fd() comes after the fd is live',
    machine: 'feature_dma_buf',
    change: { revision: '7.3+M12' },
    base: '7.3',
    system: 'export',
    scope: ALONE,
    expected: ['memory-safe'],
    source: 'ead6680f354f (CVE-2026-63910); David Carlier, 2026-05-23; 2d76319c4cbb likewise',
  },
  {
    id: 'M15',
    title: 'dma_buf_file_release() annuls the file of a dma-buf that was never made',
    machine: 'dma_buf',
    change: { revision: '7.3+M15' },
    base: '7.3+annul',
    system: 'export',
    scope: { ...ALONE, closers: 1, o_path: 1 },
    expected: ['memory-safe'],
    source:
      'Matt Evans, "dma-buf: Annul dmabuf->file on file release", <f8efaabd-c06e-4f04-8cfa-489c148e37ba@ozlabs.org>, as posted: no test of private_data for NULL',
  },
];
