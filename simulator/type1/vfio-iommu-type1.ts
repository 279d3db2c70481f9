import { memory_enabled_now } from '../device/vfio-pci-config.ts';
import type { Ret } from '../kernel/errno.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { VfioDma, VfioPciCoreDevice } from '../kernel/objects.ts';
import type { Kthread } from '../kernel/step.ts';
import { step } from '../kernel/step.ts';
import { down_read, up_read } from '../locks/rwsem.ts';

/**
 * VFIO_IOMMU_MAP_DMA of the address at which a process has the BAR of a device: the PFN is copied into the
 * IOMMU, and nothing ties the two together after that. Source: vfio_dma_do_map, vaddr_get_pfns, v7.3.
 */
export function* vfio_dma_do_map(k: Kernel, dma: VfioDma, vdev: VfioPciCoreDevice): Kthread<Ret> {
  k.traced('vfio_dma_do_map');
  if (dma.mapped) return yield* answered(dma, '-EEXIST');
  if (!vdev.vma.mapped) return yield* answered(dma, '-EFAULT');
  if (!vdev.vma.pte) yield* vfio_pci_mmap_huge_fault(vdev);
  if (!vdev.vma.pte) return yield* answered(dma, '-EFAULT');
  dma.mapped = true;
  return yield* answered(dma, 'ok');
}

/** What MAP_DMA answers, when it has let go of every lock. */
function* answered(dma: VfioDma, ret: Ret): Kthread<Ret> {
  yield* step(`${dma.label}.answered`, { commits: `${dma.label}.map_dma:${ret}` });
  return ret;
}

/**
 * fixup_user_fault() of a BAR: a PTE, but not in low power nor while memory is off; whether there will be
 * one is decided under memory_lock. Source: follow_fault_pfn, vfio_pci_mmap_huge_fault, v7.3.
 */
function* vfio_pci_mmap_huge_fault(vdev: VfioPciCoreDevice): Kthread {
  yield* down_read(vdev.memory_lock);
  vdev.vma.pte = !vdev.pm_runtime_engaged && memory_enabled_now(vdev);
  yield* up_read(vdev.memory_lock);
}

/** VFIO_IOMMU_UNMAP_DMA. Source: vfio_dma_do_unmap, vfio_remove_dma, v7.3. */
export function* vfio_dma_do_unmap(k: Kernel, dma: VfioDma): Kthread<Ret> {
  k.traced('vfio_dma_do_unmap');
  yield* step(`${dma.label}.removed`, { commits: `${dma.label}.unmap_dma:ok` });
  dma.mapped = false;
  return 'ok';
}

/** mmap() of a BAR: no PTE before the first fault. Source: vfio_pci_core_mmap, v7.3. */
export function* vfio_pci_core_mmap(vdev: VfioPciCoreDevice): Kthread<Ret> {
  yield* step(`vma[${vdev.index}].mapped`, { commits: `vma[${vdev.index}].mmap:ok` });
  vdev.vma.mapped = true;
  return 'ok';
}

/** munmap() of it takes its PTEs along, and no entry of an IOMMU. */
export function* munmap(vdev: VfioPciCoreDevice): Kthread<Ret> {
  yield* step(`vma[${vdev.index}].unmapped`, { commits: `vma[${vdev.index}].munmap:ok` });
  vdev.vma.mapped = false;
  vdev.vma.pte = false;
  return 'ok';
}
