import { type Call, call } from 'xstate-check';
import { transitionCalls } from '../device/calls.ts';

const TYPE1 = 'drivers/vfio/vfio_iommu_type1.c, v7.3';

const LOCKS: readonly Call[] = [
  call('iommu.lock.mutex_lock', 'mutex', {
    blocks: 'lock',
    written: 'mutex_lock(&iommu->lock)',
    c: 'mutex_lock(&$iommu->lock)',
    source: TYPE1,
  }),
  call('iommu.lock.mutex_unlock', 'mutex', {
    written: 'mutex_unlock(&iommu->lock)',
    c: 'mutex_unlock(&$iommu->lock)',
    source: TYPE1,
  }),
  call('mmap_lock.down_read', 'rwsem', {
    blocks: 'lock',
    written: 'mmap_read_lock(mm)',
    source: 'vaddr_get_pfns, v7.3',
  }),
  call('mmap_lock.up_read', 'rwsem', {
    written: 'mmap_read_unlock(mm)',
    source: 'vaddr_get_pfns, v7.3',
  }),
];

/** What the user of a container calls, and what it answers. */
function userCall(name: string, callee: string, outcomes: readonly string[], written: string) {
  return call(name, callee, { caller: 'user', outcomes, spans: true, written, source: TYPE1 });
}

const ofContainer: readonly Call[] = [
  userCall(
    'dma.map_dma',
    'type1_do_map',
    ['ok', '-EEXIST', '-EINVAL', '-EFAULT', '-ENOMEM'],
    'VFIO_IOMMU_MAP_DMA of a BAR that is mapped',
  ),
  userCall('dma.unmap_dma', 'type1_do_unmap', ['ok'], 'VFIO_IOMMU_UNMAP_DMA'),
];

const steps: readonly Call[] = [
  call('dma.find_dma', 'vfio_dma', {
    outcomes: ['true', 'false'],
    written: { true: 'vfio_find_dma(): found', false: 'vfio_find_dma() = NULL' },
    source: TYPE1,
  }),
  call('dma.kzalloc', 'vfio_dma', {
    outcomes: ['ok', '-ENOMEM'],
    environment: ['-ENOMEM'],
    written: 'kzalloc(dma), vfio_link_dma(iommu, dma)',
    source: TYPE1,
  }),
  call('dma.kfree', 'vfio_dma', {
    written: 'vfio_unlink_dma(iommu, dma), kfree(dma)',
    source: TYPE1,
  }),
  call('dma.iommu_map', 'vfio_dma', {
    outcomes: ['ok', '-ENOMEM'],
    environment: ['-ENOMEM'],
    written: 'iommu_map(domain, iova, pfn << PAGE_SHIFT)',
    source: `vfio_iommu_map, ${TYPE1}`,
  }),
  call('dma.iommu_unmap', 'vfio_dma', {
    written: 'iommu_unmap(domain, iova)',
    source: `vfio_unmap_unpin, ${TYPE1}`,
  }),
  call('vma.get_pfns', 'vaddr_get_pfns', {
    caller: 'type1_do_map',
    outcomes: ['ok', '-EINVAL', '-EFAULT'],
    spans: true,
    written: 'vaddr_get_pfns(mm, vaddr)',
    source: `vfio_pin_pages_remote, ${TYPE1}`,
  }),
  call('vma.pin_longterm', 'gup', {
    outcomes: ['-EFAULT'],
    written: 'pin_user_pages_remote(FOLL_LONGTERM) = -EFAULT',
    source: 'vaddr_get_pfns, v7.3',
  }),
  call('vma.pfnmap', 'vma', {
    outcomes: ['true', 'false'],
    environment: ['false'],
    written: { true: 'vma->vm_flags & VM_PFNMAP', false: '!(vma->vm_flags & VM_PFNMAP)' },
    source: 'vaddr_get_pfns, v7.3',
  }),
  call('dev.follow_pfnmap', 'mm', {
    outcomes: ['ok', '-EINVAL'],
    written: { ok: 'follow_pfnmap_start(): the PFN', '-EINVAL': 'follow_pfnmap_start(): no PTE' },
    source: 'follow_fault_pfn, v7.3',
  }),
  call('dev.touch_bar', 'page_fault', {
    caller: 'vaddr_get_pfns',
    outcomes: ['ok', 'SIGBUS'],
    spans: true,
    written: 'fixup_user_fault(mm, vaddr)',
    source: 'follow_fault_pfn, v7.3; vfio_pci_mmap_huge_fault, v7.3',
  }),
];

const own = [...LOCKS, ...ofContainer, ...steps];

/** The calls of `type1-map`: type1 down to the IOMMU, and a write of PCI_COMMAND. */
export const mapCalls: readonly Call[] = [
  ...transitionCalls.filter(({ name }) => !own.some((one) => one.name === name)),
  ...own,
];

/** What the user of a container may call in `type1-lifetime`. */
export const lifetimeCalls: readonly Call[] = [
  call('map_dma', 'container', {
    caller: 'user',
    outcomes: ['ok', '-EFAULT', '-EEXIST'],
    blocks: 'wait',
    written: 'VFIO_IOMMU_MAP_DMA of a BAR of vdev0',
    source: `vfio_dma_do_map, ${TYPE1}`,
  }),
  call('unmap_dma', 'container', {
    caller: 'user',
    outcomes: ['ok'],
    written: 'VFIO_IOMMU_UNMAP_DMA',
    source: `vfio_dma_do_unmap, ${TYPE1}`,
  }),
  call('mmap', 'vma', {
    caller: 'user',
    outcomes: ['ok'],
    blocks: 'wait',
    written: 'mmap() of a BAR of vdev0',
    source: 'vfio_pci_core_mmap, v7.3',
  }),
  call('munmap', 'vma', {
    caller: 'user',
    outcomes: ['ok'],
    blocks: 'wait',
    written: 'munmap() of it',
    source: 'vfio_pci_core_mmap, v7.3: the VMA holds the file',
  }),
];
