import { describe, expect, test } from 'vitest';
import { SourceReader } from '../../src/source/judge-source.ts';
import { CReader } from '../../src/source/parse.ts';
import { directoryTree } from '../../src/source/tree.ts';
import { allRows, Held, metIn, superfluous } from './held.fixture.ts';
import { cSpecification } from './index.ts';

const path = process.env.LINUX_TREE;
const reader = await CReader.load(cSpecification.dialect);
const source = new SourceReader(cSpecification, reader);

const OLDER = 'an older name, or a step of an older kernel';
const REFUSED = 'what follows a test that the newest kernel leaves at: pages of a dma-buf are refused';
const ONE_STEP = 'one of several ways of the call, which are one step or none';

/** Rows that the newest kernel has nothing for. */
const unmet: Readonly<Record<string, string>> = {
  'dma_buf_move_notify($buf) → {buf}.invalidate_mappings': OLDER,
  '$_->move_notify($att) → {att}.invalidate': OLDER,
  'get_file_rcu(&$buf->file) → {buf}.get_file_active': OLDER,
  'dma_resv_wait_timeout($buf->resv, DMA_RESV_USAGE_KERNEL, $_, $_) → {buf}.resv.wait(KERNEL)':
    OLDER,
  'wait_for_completion_timeout(&$buf->comp, $_) → {buf}.comp.wait_timeout': OLDER,
  'iopt_pages_get_exact_access($pages, $_, $_) → NULL': REFUSED,
  'kzalloc_obj($_, GFP_KERNEL_ACCOUNT) → 1': REFUSED,
  'iopt_pages_fill_xarray($pages, $_, $_, $_) → {pages}.fill_xarray': REFUSED,
  'ib_umem_dmabuf_release($_) → {att}.umem_release':
    'ib_umem_release() leads to it, and a driver may call it by itself',
  '$_->orig_nents = $_->nents → {att}.orig_nents.restore':
    'what free_sgt does in a version that restores it',
};

/** Rows that are met, and whose absence nothing shows. */
const unnoticed: Readonly<Record<string, string>> = {
  'vfio_pci_config_rw($dev, $rest) → call': ONE_STEP,
  'vfio_ioctl_device_feature($dev, $_) → call': ONE_STEP,
  'vfio_df_ioctl_attach_pt($_, $_) → call': ONE_STEP,
  'vfio_pci_bar_rw($dev, $rest) → call': ONE_STEP,
  'vfio_get_region_info($dev, $_) → call': ONE_STEP,
  'vfio_df_ioctl_detach_pt($_, $_) → call': ONE_STEP,
  'vfio_pci_vga_rw($dev, $rest) → call': ONE_STEP,
  '$_->rw($dev, $rest) → call': ONE_STEP,
  '$_->ioctl($dev, $_, $_) → call': ONE_STEP,
  'VFIO_PCI_OFFSET_TO_INDEX($_) → USEMEM_REGION_INDEX':
    'without it a read of the other region is one that copies nothing, which is accepted',
};

describe.skipIf(path === undefined)(
  'with LINUX_TREE: the table is held',
  { timeout: 600_000 },
  () => {
    const all =
      path === undefined
        ? []
        : cSpecification.machines.map(
            (machine) => new Held(machine, directoryTree(path), source, reader),
          );
    const met = metIn(all);

    test('every row is met in the C of some function, or says why not', () => {
      expect([...allRows(all)].filter((key) => !met.has(key)).sort()).toEqual(
        Object.keys(unmet).sort(),
      );
    });

    test('without any row the C of some function differs, or it is said why not', () => {
      expect(superfluous(met).sort()).toEqual(Object.keys(unnoticed).sort());
    });
  },
);
