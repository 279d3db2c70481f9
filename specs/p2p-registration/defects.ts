import type { NotModelled } from 'xstate-check';

const ids = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, i) => `A-${String(first + i).padStart(2, '0')}`);

/**
 * What an implementation of registration can get wrong, by the ids of faults and of the list below;
 * are those of another design, page-backed dma-bufs, and A-44 is one of map types.
 */
export const registrationDefects: readonly string[] = [...ids(1, 19), ...ids(30, 43)];

/** Those of them that are no fault here, and why. */
export const registrationNotModelled: readonly NotModelled[] = [
  {
    id: 'A-05',
    title: 'a BAR is registered while the fd of its last DMABUF is being closed',
    reason:
      'which DMABUFs stand in the way is drawn as a list that exports add to (p2p-register-race); the release that takes one off it under memory_lock is drawn with the export, where nothing is registered',
    source: 'vfio_pci_dma_buf_release, v7.3',
  },
  {
    id: 'A-09',
    title: 'a BAR that is smaller than 2 MiB, or not aligned to it, is registered: WARN',
    reason:
      'a matter of arguments, which are a table: specs/p2p-registration/register-arguments.ts has it; in the code it is one of the reasons for which memremap_pages() fails',
    source: 'check_pfn_span, mm/memory_hotplug.c, v7.3',
  },
  {
    id: 'A-35',
    title: 'a hot reset that fails has torn down what no reset needed',
    reason:
      'one device is drawn as code, whose memory_lock a hot reset waits for, where v7.3 tries it (p2p-hot-reset-in-use); that a hot reset tears down every device of the set is drawn as policy (A-34), where it does not fail',
    source: 'derived: vfio_pci_dev_set_hot_reset, v7.3, fails where a trylock does',
  },
  {
    id: 'A-39',
    title: 'a registered BAR is published, so that drivers of the kernel allocate from it',
    reason:
      'p2pmem_published is written by pci_p2pmem_publish() alone, which neither vfio-pci nor the RFC calls as far as it could be read; an allocator of the kernel is not drawn',
    source: 'pci_p2pmem_publish, v7.3',
  },
  {
    id: 'A-41',
    title: 'the MSI-X table is part of a registered BAR',
    reason:
      'a matter of arguments, which are a table: specs/p2p-registration/register-arguments.ts has it',
    source: 'derived: vfio_pci_core_mmap, v7.3, allows a mapping of the table',
  },
];
