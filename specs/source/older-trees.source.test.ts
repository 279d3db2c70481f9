import { describe, expect, test } from 'vitest';
import { CReader, directoryTree, judgeCarries, SourceReader } from 'xstate-check/kernel';
import { cSpecification } from './index.ts';
import { knownDefects } from './known-defects.ts';
import { edited, olderTrees, publicTrees } from './older-trees.fixture.ts';

const path = process.env.LINUX_TREE;
const reader = await CReader.load(cSpecification.dialect);

/** By function that is not that of 7.3: the first of the versions that it is. */
function versionsIn(name: string): Record<string, string> {
  const tree = edited(directoryTree(path!), name, olderTrees[name]!);
  const source = new SourceReader(cSpecification, reader);
  const found = cSpecification.machines.map((machine) => source.judge(tree, machine));
  return Object.fromEntries(
    found
      .filter(({ verdict }) => verdict !== 'equal')
      .map(({ function: fn, nearest }) => [
        fn,
        nearest === undefined ? 'not read' : nearest.isEqual ? nearest.names.join(' ') : 'none',
      ]),
  );
}

const UNTIL_7_0 = '7.0 6.19 v9 v7 v6 v5';
/** What every tree before 7.1 has of these functions. */
const before71 = {
  vfio_pci_dma_buf_move: UNTIL_7_0,
  vfio_pci_dma_buf_cleanup: UNTIL_7_0,
  vfio_df_group_close: `revoke-v5 ${UNTIL_7_0} 7.3+M5`,
  dma_buf_dynamic_attach: `${UNTIL_7_0} 7.3+M2`,
  dma_buf_map_attachment_unlocked: UNTIL_7_0,
  ib_umem_dmabuf_revoke_locked: UNTIL_7_0,
  // It unmaps in its callback, and vfio_pci_dma_buf_unmap() counts no mapping.
  virtgpu_dma_buf_move_notify: UNTIL_7_0,
  irdma_reg_user_mr_dmabuf: '7.0',
};
const iommufd71 = {
  iopt_release_pages: '7.1 7.1-rc',
  iopt_map_file_pages: '7.1 7.1-rc',
  iopt_area_add_access: 'not read',
};
const sriov = {
  vfio_pci_core_sriov_configure: `7.1 7.1-rc revoke-v5 ${UNTIL_7_0} 7.3+M18`,
};

describe.skipIf(path === undefined)(
  'a part: with LINUX_TREE, 7.3 with changes taken back is the older version, function by function',
  { timeout: 300_000 },
  () => {
    test.each([
      ['7.1', { ...sriov, ...iommufd71 }],
      [
        '7.1-rc',
        {
          ...sriov,
          vfio_pci_dma_buf_move: '7.1-rc 7.3+M6',
          vfio_pci_dma_buf_cleanup: '7.1-rc 7.3+M6',
          ...iommufd71,
          vfio_pci_core_feature_dma_buf: '7.1-rc',
        },
      ],
      [
        '7.0',
        {
          ...sriov,
          ...before71,
          vfio_pci_core_feature_dma_buf: '7.0',
          iopt_area_add_access: 'not read',
        },
      ],
      [
        '6.19',
        {
          ...sriov,
          ...before71,
          vfio_pci_core_feature_dma_buf: '6.19 v9',
          iopt_area_add_access: 'not read',
        },
      ],
      [
        'v9',
        {
          ...sriov,
          ...before71,
          vfio_pci_core_feature_dma_buf: '6.19 v9',
          vfio_pci_dev_set_hot_reset: 'v9 v7 7.3+P6',
        },
      ],
      [
        'v6',
        {
          ...sriov,
          ...before71,
          vfio_pci_core_feature_dma_buf: 'v7 v6',
          vfio_pci_dev_set_hot_reset: 'v6 7.3+P4 7.3+P5',
        },
      ],
    ])('%s', (name, versions) => {
      expect(versionsIn(name)).toEqual(versions);
    });
  },
);

/** The functions of vfio_pci_dmabuf.c, and the defects that it can have alone. */
const MACHINES = ['move', 'cleanup', 'attach', 'importer', 'release'];
const IDS = ['P7', 'P9', 'P10', 'P14', 'P20', 'P21', 'M2', 'M3', 'M4', 'M6', 'M7'];

function judged(name: string) {
  const specification = {
    ...cSpecification,
    machines: cSpecification.machines.filter(({ id }) => MACHINES.includes(id)),
  };
  const faults = knownDefects.faults.filter(
    ({ id, defect }) => id !== 'M2' && IDS.includes(defect ?? id),
  );
  const families = knownDefects.families
    .filter((family) => faults.some(({ system }) => system === family.name))
    .map((family) => ({
      ...family,
      defaultScope: faults.find(({ system }) => system === family.name)!.scope,
    }));
  const known = { ...knownDefects, ids: IDS, faults, families, findings: [] };
  const tree = edited(directoryTree(path!), name, publicTrees[name]!);
  const report = judgeCarries(new SourceReader(specification, reader), tree, known, () => {});
  const of = (status: string) =>
    report.defects.filter((one) => one.status === status).map(({ id }) => id);
  const versionOf = (id: string) => {
    const { is, names } = report.functions.find(({ machine }) => machine === id)!;
    return is === 'newest' ? '7.3' : is === 'version' ? names[0] : is;
  };
  return {
    move: versionOf('move'),
    cleanup: versionOf('cleanup'),
    attach: versionOf('attach'),
    map: versionOf('importer'),
    carried: of('carried').join(' '),
    open: of('not judged').join(' '),
    own: report.combinations.flatMap(({ inNone }) => inNone).length,
    beside: report.outside
      .filter(({ function: fn }) => fn.includes('_other_'))
      .map(({ touches }) => touches.join(' ')),
  };
}

const nothing = { open: '', own: 0, beside: [] };
const old = { move: '7.0', cleanup: '7.0', attach: '7.0', map: '7.0' };
const rc = { move: '7.1-rc', cleanup: '7.1-rc', map: '7.3' };
const now = { move: '7.3', cleanup: '7.3', map: '7.3' };

describe.skipIf(path === undefined)(
  'with LINUX_TREE: what public repositories show of vfio_pci_dmabuf.c, as docs/other-trees.md has it',
  { timeout: 300_000 },
  () => {
    test.each([
      ['nicolinc/iommufd@232c00545700', { ...old, carried: 'P7 P9 M2 M4 M7', open: 'P20 M3' }],
      [
        'jackYoung0915/anolis-cloud-kernel@624f6477031b',
        { ...old, carried: 'M2 M3 M4 M7', open: 'P20' },
      ],
      [
        'AMDESE/linux-iommu@1e8771ff9231',
        { ...old, carried: 'M2 M3 M4 M7', open: 'P20', beside: ['.revoked .phys_vec'] },
      ],
      [
        'kernelorg-mirror/linux_kernel_git_leon_linux-rdma@09061b11c680',
        { ...old, carried: 'M3 M4 M7', open: 'P20' },
      ],
      ['openSUSE/kernel@ed248253254e', { ...old, carried: 'M4 M7', open: 'P20' }],
      ['ctrliq/kernel-src-tree@3e75607e7090', { ...old, carried: 'M3 M4 M7', open: 'P20' }],
      [
        'yifengyou/BDY_G98_RK3588-openanolis@493597a75fbc',
        { ...rc, attach: '7.3', carried: 'M6 M7' },
      ],
      [
        'jgunthorpe/linux@29ddc7d35bb9',
        { ...rc, attach: 'none', carried: 'M3 M6 M7', beside: ['.kref .phys_vec'] },
      ],
      [
        'metamev/linux@024878ca7fec',
        { ...now, attach: '7.3', carried: '', beside: ['.revoked .phys_vec'] },
      ],
      ['NVIDIA/NV-Kernels@0ab07f6bc50f', { ...now, attach: '7.0', carried: '' }],
      [
        'Aarav90-cpu/linux-kotlin@a663adb68e0e',
        {
          ...{ move: 'not read', cleanup: 'not read', attach: 'not read', map: 'not read' },
          carried: '',
          open: IDS.join(' '),
        },
      ],
    ])('%s', (name, verdict) => {
      expect(judged(name)).toEqual({ ...nothing, ...verdict });
    });

    test('every tree of the page is one of these', () => {
      expect(Object.keys(publicTrees).length).toBe(11);
    });
  },
);
