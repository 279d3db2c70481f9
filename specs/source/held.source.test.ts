import { describe, expect, test } from 'vitest';
import { CReader, directoryTree, SourceReader } from 'xstate-check/kernel';
import { allRows, Held, metIn, superfluous } from './held.fixture.ts';
import { cSpecification } from './index.ts';
import { type Verdict, widened } from './widened.fixture.ts';

const path = process.env.LINUX_TREE;
const reader = await CReader.load(cSpecification.dialect);
const source = new SourceReader(cSpecification, reader);

const OLDER = 'an older name, or a step of an older kernel';
const ONE_STEP = 'one of several ways of the call, which are one step or none';
const SILENT =
  'without it the reader chooses silently, between ways of which one is known to differ';
const ONLY_ONE = 'there is one such object, which is known without it';
const UNNAMED = 'without it the call is one that no table names, which takes no step either';

/** Rows that the newest kernel has nothing for. */
const unmet: Readonly<Record<string, string>> = {
  'dma_buf_move_notify($buf) → {buf}.invalidate_mappings': OLDER,
  '$_->move_notify($att) → {att}.invalidate': OLDER,
  'get_file_rcu(&$buf->file) → {buf}.get_file_active': OLDER,
  'dma_resv_wait_timeout($buf->resv, DMA_RESV_USAGE_KERNEL, $_, $_) → {buf}.resv.wait(KERNEL)':
    OLDER,
  'wait_for_completion_timeout(&$buf->comp, $_) → {buf}.comp.wait_timeout': OLDER,
  'dma_buf_put($buf) → {buf}.fput': OLDER,
  'vfio_pci_core_setup_barmap($dev, $_) → {dev}.bar_claimed': OLDER,
  'kzalloc(sizeof(*priv), $_) → {buf}.kzalloc': OLDER,
  'kcalloc($_, sizeof(*priv->phys_vec), $_) → {buf}.kzalloc(phys_vec)': OLDER,
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
  '$dev->p2pdma → @dev': SILENT,
  'pcim_p2pdma_init($_) → dev.pcim_p2pdma_init': SILENT,
  'pci_resource_flags($_, $_) → IORESOURCE_MEM': SILENT,
  'pci_resource_len($_, $_) → 2097152': SILENT,
  'pci_resource_start($_, $_) → 2097152': SILENT,
  '$bar->type → MEMORY_DEVICE_PCI_P2PDMA': SILENT,
  '$bar->altmap.alloc → 0': SILENT,
  '$bar->mem → @bar': ONLY_ONE,
  'to_p2p_pgmap($_) → @bar': ONLY_ONE,
  'virt_to_page($_) → @page': ONLY_ONE,
  'percpu_ref_exit($_) → no step': UNNAMED,
  'VM_WARN_ON_ONCE_PAGE($rest) → no step': UNNAMED,
};

/* Why neither the right C nor C with something else in its place holds what a row asks for. */
const SEVERAL = 'the statement is what several rows speak of, or its label names the object itself';
const GUARD = 'released where a scope ends, which stands nowhere';
const POINTER = 'written through a pointer that another function was given';
const ELSEWHERE = 'the step stands at another line than its call';
const NO_STEP = 'no step, and nothing that its label would show';
const ALONE = 'this C knows one device and one BAR, and there is no other to take for it';
const unheld: Readonly<Record<string, string>> = {
  '$bo of $bo->sgt → {att}.sgt': SEVERAL,
  '$bar of $bar->altmap.alloc → 0': ALONE,
  '$bar of $bar->mem → @bar': ALONE,
  '$bar of $bar->owner → @dev': ALONE,
  '$bar of $bar->type → MEMORY_DEVICE_PCI_P2PDMA': ALONE,
  '$dev of $dev->p2pdma → dev.p2pdma.deref': ALONE,
  '$dev of $dev->p2pdma → {dev}.p2pdma': ALONE,
  '$dev of $dev->pool = NULL → {dev}.pool.clear': ALONE,
  '$dev of $_->ioctl($dev, $_, $_) → call': ONE_STEP,
  '$dev of $_->rw($dev, $rest) → call': ONE_STEP,
  '$dev of $dev->vconfig[$_] = $_ | 0 → {dev}.vconfig.command(MEM=0)': POINTER,
  '$dev of $dev->vconfig[$_] = $_ | PCI_COMMAND_MEMORY → {dev}.vconfig.command(MEM=1)': POINTER,
  '$dev of $dev->vdev.open_count = $_ → {dev}.open_count.dec': SEVERAL,
  '$dev of $dev->vdev.open_count → 1': SEVERAL,
  '$dev of down_read(&$dev->memory_lock) → {dev}.memory_lock.down_read': SEVERAL,
  '$dev of pm_runtime_get_sync(&$dev->dev) → {dev}.pm_runtime_get_sync': SEVERAL,
  '$dev of up_read(&$dev->memory_lock) → {dev}.memory_lock.up_read': GUARD,
  '$dev of vfio_default_config_write($dev, $_, $count, $_, PCI_COMMAND, 0) → {dev}.hw.command(MEM=0)':
    SEVERAL,
  '$dev of vfio_default_config_write($dev, $_, $count, $_, PCI_COMMAND, PCI_COMMAND_MEMORY) → {dev}.hw.command(MEM=1)':
    SEVERAL,
  '$dev of vfio_get_region_info($dev, $_) → call': ONE_STEP,
  '$dev of vfio_ioctl_device_feature($dev, $_) → call': ONE_STEP,
  '$dev of vfio_iommufd_get_dev_id(&$dev->vdev, $_) → {dev}.owned': ELSEWHERE,
  '$dev of vfio_pci_bar_rw($dev, $rest) → call': ONE_STEP,
  '$dev of vfio_pci_set_power_state($dev, PCI_D1) → {dev}.set_power_state(D1)': SEVERAL,
  '$dev of vfio_pci_set_power_state($dev, PCI_D2) → {dev}.set_power_state(D2)': SEVERAL,
  '$dev of vfio_pci_set_power_state($dev, PCI_D3hot) → {dev}.set_power_state(D3hot)': SEVERAL,
  '$dev of vfio_pci_vga_rw($dev, $rest) → call': ONE_STEP,
  '$dma of $dma->state → {att}.state': SEVERAL,
  '$iova of dma_use_iova($iova) → {iova}.used': SEVERAL,
  '$pages of $pages->phys = $_ → {pages}.phys.set': POINTER,
  '$pages of $pages->phys.len = 0 → {pages}.phys.clear': SEVERAL,
  '$pfns of $pfns->last_index → 0': NO_STEP,
  '$pfns of pfn_reader_release_pins($pfns) → no step': NO_STEP,
  '$pfns of pfn_reader_update_pinned($pfns) → 0': NO_STEP,
  '$umem of $umem->revoked = 1 → {umem}.revoked.set': SEVERAL,
  '$umem of $umem->sgt → {att}.sgt': SEVERAL,
  'PCI_COMMAND of vfio_default_config_write($dev, $_, $count, $_, PCI_COMMAND, 0) → {dev}.hw.command(MEM=0)':
    SEVERAL,
  'PCI_COMMAND of vfio_default_config_write($dev, $_, $count, $_, PCI_COMMAND, PCI_COMMAND_MEMORY) → {dev}.hw.command(MEM=1)':
    SEVERAL,
  'PCI_COMMAND_MEMORY of vfio_default_config_write($dev, $_, $count, $_, PCI_COMMAND, PCI_COMMAND_MEMORY) → {dev}.hw.command(MEM=1)':
    SEVERAL,
  'PCI_D3hot of vfio_pci_set_power_state($dev, PCI_D3hot) → {dev}.set_power_state(D3hot)': SEVERAL,
};

const nameOf = ({ row, what }: Verdict) => `${what} of ${row}`;

describe.skipIf(path === undefined)(
  'with LINUX_TREE: the table is held',
  { timeout: 1_200_000 },
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

    test('what a row asks for is held by the right C, or by C with something else in its place', () => {
      const verdicts = widened(met);
      const kinds = [...new Set(verdicts.map(({ heldBy }) => heldBy))].sort();
      const count = (kind: string) => verdicts.filter(({ heldBy }) => heldBy === kind).length;
      expect(Object.fromEntries(kinds.map((kind) => [kind, count(kind)]))).toEqual({
        right: 36,
        stranger: 175,
        note: 12,
        elsewhere: 20,
        unwritten: 14,
        nobody: 6,
      });
      const others = verdicts.filter(
        ({ heldBy }) => !['right', 'stranger', 'note'].includes(heldBy),
      );
      expect(others.map(nameOf).filter((name) => !(name in unheld))).toEqual([]);
    });
  },
);
