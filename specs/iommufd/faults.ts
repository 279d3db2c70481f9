import type { Fault } from 'xstate-check';
import { scopeOf } from '../importers/importers.system.ts';
import { withDefect } from '../shared/with-defect.ts';

/** Defects that iommufd had or could have as an importer. */
export const faults: readonly Fault[] = [
  {
    id: 'M8',
    title: 'iommufd destroys its pages before it detaches them',
    machine: 'release_pages',
    change: { revision: '7.1' },
    base: '7.3',
    system: 'iommufd',
    scope: scopeOf({ iommufd: 1 }),
    expected: ['no-misuse'],
    source: 'f2d70dbd3dce (CVE-2026-74328), which mends it in v7.2 and v7.1.5',
  },
  {
    id: 'M9',
    title: 'iommufd unpins without dma_resv',
    machine: 'release_pages',
    change: { revision: '7.1' },
    base: '7.3',
    system: 'iommufd',
    scope: scopeOf({ iommufd: 1 }),
    expected: ['resv-held'],
    source: 'e745cd2c749e (CVE-2026-80633), which mends it in v7.2 and v7.1.5',
  },
  {
    id: 'M10',
    title: 'iommufd pins pages of a dma-buf as if they were user memory',
    machine: 'access_pin',
    change: { revision: '7.1' },
    base: '7.3',
    system: 'iommufd',
    scope: scopeOf({ iommufd: 1 }),
    expected: ['lock-order'],
    source:
      'Peiyang He, "iommufd: Reject DMABUF pages from the access pin path", 2026-07-09, <CD68F549BF3761B7+20260709050800.520607-1-peiyang_he@smail.nju.edu.cn>',
  },
  withDefect('7.3+P17', {
    id: 'P17',
    title: 'iommufd pins and does not unpin',
    machine: 'release_pages',
    system: 'iommufd',
    scope: scopeOf({ iommufd: 1 }),
    expected: ['unpinned-before-detach-0'],
  }),
  {
    id: 'O8',
    title: 'the callback of iommufd only marks the mapping',
    machine: 'revoke_notify',
    change: {
      patches: [{ kind: 'skip', step: { node: 'unmap', event: 'att.iommu.unmap' } }],
    },
    base: '7.3',
    system: 'iommufd',
    scope: scopeOf({ iommufd: 1 }),
    expected: ['torn-down-in-callback-0', 'disabled-means-unreachable'],
    source: 'derived: vfio_pci_dma_buf_iommufd_map, v7.3, takes no kref',
  },
];
