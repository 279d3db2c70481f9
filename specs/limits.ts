import type { Limits } from 'xstate-check';
import { notModelled } from './bugs.ts';
import { mappingNotModelled } from './mapping-types/defects.ts';
import { registrationNotModelled } from './p2p-registration/defects.ts';
import { leftOut } from './readings.ts';
import { poolNotModelled } from './xsk-pool/defects.ts';

/** What a review has to be told of what is not checked here. */
export const limits: Limits = {
  assumptions: [
    'A machine is as good as the source that it cites; what nobody stated is marked derived.',
    'In sources v7.3 means the 7.3 release candidates for drivers/vfio/pci and 7.3.4 for the P2PDMA code; what 7.2.13 and 7.3.4 answered was measured in a virtual machine.',
    'A version of the design is a list of differences from v7.3, each with its source, and a list of the functions that were read of it, with where: specs/revisions/readings.ts. A system that is drawn from a function that was not read is unknown there. Where two trees do it alike, what lies between them is taken to do so, too, and says derived.',
    'A step of a machine is atomic: it is one call, lock operation or test of the source. What two CPUs see of memory without a lock or a barrier is not modelled.',
    "Leads-to is under weak fairness of threads (who can go on for ever does) and strong fairness of locks (the kernel's locks queue). Where anybody reads a rwsem, its writers queue, and a reader waits behind them; that a waiter of 4 ms is handed the lock, and that a fatal signal ends a killable wait (mmap_lock of a call), is not drawn.",
    'The generated tests run on a simulated kernel, imperative code that was written from the same facts without a look at the machines; the two can share an error of the facts. What a real kernel answered, and the order of its function traces, are tests of both.',
    'That p2pdma->pool is read once where size_show() tests and uses it is what compilers do; nothing in the C says so.',
    'An allocation out of p2pmem takes all pages of one BAR, and the pool chooses any BAR that has room; in the kernel it is the first chunk that fits.',
    'In the P2P registration systems a device has one reason not to decode at a time.',
  ],
  outOfScope: [
    'Address arithmetic, but for what decides an answer: where ranges are linked (dma-addresses, ranges of one or two units) and how a length is cut into entries (sg-entries, an unsigned int of two bits). What the calls refuse is a table of arguments, not states.',
    'What the environment chooses although the kernel decides it: whether there is a P2P route and whether an IOMMU translates (the topology is not drawn), whether there is room for an IOVA range, whether the arguments of an export are sound (tables), the length and offset of an mmap() of a buffer.',
    'Variant drivers (but for a read of nvgrace-gpu), AER recovery, and what becomes of the VFs of a physical function that is reset or closed.',
    'Systems where every machine meets every other: which machines run together, and how many of each, is the table of systems.',
    'Page-backed dma-bufs are drawn with one buffer where they are revoked and two where they are exported, and memory that stays enabled: what a buffer is born with, cleanup at the last close, hot reset, fork and mremap of a mapping, and a probe that fails are left out. The proof of concept was read and not run; its fault handler in a commit in the middle of its series.',
    'The mmap series is drawn for its CPU mappings, without importers; there is no contract of it, so refinement is not asked.',
    'Locks of what a call runs of other drivers, but for these: pci_enable_sriov() and pci_disable_sriov() run probe and remove of a VF driver, which is vfio-pci and takes dev_set->lock of its set; pm_runtime_resume_and_get() and rpm_suspend() run the callbacks of vfio-pci, which take memory_lock; dma_buf_invalidate_mappings() runs the callbacks of iommufd and of an RDMA driver, and dma_buf_detach() the detach of vfio-pci.',
    'So not drawn: device_lock() and the group mutex in probe and remove, and the wait of vfio_unregister_group_dev() for users of a VF (pci_disable_sriov); device_lock() and pci_cfg_access_lock() around a reset (pci_try_reset_function, pci_reset_function) and of every device of the bus or slot (pci_reset_bus: trylocks); the resume of a parent (rpm_resume); what other importers lock in their callbacks.',
    'Refinement is not asked where a finding is that the kernel does what the contract forbids (O2, O3, O4, O12).',
    'Mapping types are drawn with one attachment of one buffer of a vfio-pci that revokes it, and an importer that unmaps when it is told. Of the versions of the design before and after the series of February 2026 what their mails say is drawn, and the rest as in that series.',
    'A pool swap is drawn of one queue and one socket at a time, the link up while the device is; XDP programs, interrupts, several queues, shared UMEMs and copy mode asked for are not.',
    'Of all that somebody can do with a device, a buffer or an attachment (docs/operations.md, read from the tables of 7.3.4) what is said there to be not drawn; what cannot matter says why.',
    'Performance, and the DMA of real hardware.',
  ],
  unasked: [
    'which errno a call answers that fails, as long as it is not ok',
    'what a call that fails has changed, but for LOW_POWER_ENTRY',
    'whether memory is freed that a call allocates for itself, or that is no priv, dma-buf, attachment, sg_table, IOVA range or iopt_pages',
    'whether an importer puts the file of the dma-buf that it got by its fd',
    'anything that takes two buffers on the list of one device',
    'interrupts, ioeventfds, and bits of config space that are neither MEM nor a power state nor a reset',
    'whether a lock may be waited for where nobody can be waiting the other way round',
  ],
  notModelled: [
    ...notModelled,
    ...registrationNotModelled,
    ...mappingNotModelled,
    ...poolNotModelled,
  ],
  leftOut,
};

/**
 * Why something that somebody can do with a device, a buffer or what is made of them cannot matter to
 * what is asked here: by a word, as specs/operations names it for each operation. What could matter and
 * no machine draws is no such reason; it is listed there as not drawn.
 */
export const cannotMatter = {
  tells: 'it tells something, and changes nothing that a machine has',
  'sets up': 'it makes the object, or connects it, before anybody can lose something of it',
  frees: 'it frees what nobody can reach any longer',
  'the same': 'it leads to another entry that is listed',
  'of variant drivers':
    'vfio-pci answers -ENOTTY, or has no such user: it is for drivers of their own',
  'of other machines':
    'it is of hardware or of an architecture that shares no BAR here (zPCI, VGA, legacy I/O, vIOMMU)',
  'of tests': 'no kernel that anybody runs has it',
  interrupts:
    'interrupts reach no buffer and no mapping; where their registers are written, memory_lock is held',
  'no decoding': 'it changes no register that decides whether and how the device decodes',
  'no new entry':
    'it takes away page table entries or rights of them; what comes back comes by a fault, which is drawn',
  'as a descriptor':
    'it takes a reference of the file, and puts it when the fences of the buffer have signalled: one more that is put later, as that of a second descriptor is, which is drawn; it waits for nothing itself',
  'published only':
    'drivers take memory for themselves from a device that has published it (pci_has_p2pmem()) or that is their own: vfio-pci publishes none, and neither does the registration of the RFC',
  'found by a zap':
    'it moves or copies page table entries that unmap_mapping_range() still finds: it comes to the copy after the original, or is kept out (dup_mmap() links the mapping after its original before it copies; move_ptes() takes the rmap locks where the order could be the other)',
  'without an IOMMU': 'CAP_SYS_RAWIO, and nothing holds DMA back then',
  'pages of a process': 'it pins pages of a process, of which a BAR has none: -EFAULT',
  'vfio refuses': 'vfio-pci has no such operation in its dma_buf_ops, and the core refuses',
  'waits alone': 'it waits for fences with no lock held, and a signal ends it',
  'not of vfio': 'vfio-pci does not call it, and nobody else may where vfio-pci is the driver',
  'unbound only': '-EBUSY where a driver is bound',
  'by its steps':
    'its callers are drawn, with it as one of their steps, or without it where it changes nothing',
  'root by choice':
    'root reaches around the kernel to the device itself, which no rule here can hold against',
} as const;
