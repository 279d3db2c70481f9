import type { Answer } from './answers.fixture.ts';

/** What is said of each change, as it was looked through; of a slip that breaks no rule, why. */
export const expected: Readonly<Record<string, Answer & { readonly why?: string }>> = {
  'access is given back in a loop of its own, which leaves vdev at the head': {
    answers: ['breaks'],
    at: 'vfio_pci_dev_set_hot_reset():2608',
    breaks: [
      'hot-reset-order: write-returns, unrevoke-needs-enabled(dev[0]), lock-balance, lock-order, move-needs-memory-lock, rest',
    ],
  },
  'buffers are revoked where the devices are powered up': {
    answers: ['breaks'],
    at: 'vfio_pci_dev_set_hot_reset():2579',
    breaks: ['hot-reset-order: cut-together'],
  },
  'memory_lock is waited for': {
    answers: ['cannot judge'],
    at: 'vfio_pci_dev_set_hot_reset():2574',
    breaks: [],
    why: 'no rule forbids to wait: dev_set->lock keeps a second hot reset out; which step begins the section of a device for the contract is not known of down_write()',
  },
  'the lock of the set is kept where no reset is to be had': {
    answers: ['breaks'],
    at: 'vfio_pci_dev_set_hot_reset():2518',
    breaks: ['hot-reset-order: hot-reset-returns, lock-balance, rest'],
  },
  'a revoke does not wait for the mappings': {
    answers: ['breaks', 'cannot judge'],
    at: 'vfio_pci_dma_buf_move():367',
    breaks: ['failing-config-write: unmapped-while-off, armed-again, no-misuse'],
  },
  'a revoke waits for fences of the kernel alone': {
    answers: ['breaks'],
    at: 'vfio_pci_dma_buf_move():352',
    breaks: ['fences: disabled-means-signalled'],
  },
  'importers are not told': {
    answers: ['breaks'],
    at: 'vfio_pci_dma_buf_move():351',
    breaks: ['failing-config-write: call-returns(owner[0])'],
  },
  'a buffer that is being released is used': {
    answers: ['changes steps', 'cannot judge'],
    at: 'vfio_pci_dma_buf_move():345',
    breaks: [],
    why: 'get_file() has no row: what stands in the place of get_file_active() is not known, and no rule is said to break for it',
  },
  'cleanup does not revoke': {
    answers: ['breaks'],
    at: 'vfio_pci_dma_buf_cleanup():395',
    breaks: ['export: closed-means-unlisted, refinement'],
  },
  'cleanup leaves memory_lock held': {
    answers: ['breaks'],
    at: 'vfio_pci_dma_buf_cleanup():405',
    breaks: ['export: put-means-freed, rest, deadlock'],
  },
  'clearing MEM does not revoke': {
    answers: ['breaks'],
    at: 'vfio_basic_config_write():615',
    breaks: [
      'attach-not-p2p: refinement',
      'rdma-pinned: refinement',
      'failing-config-write: unmapped-while-off',
    ],
  },
  'access is given back after memory_lock is released': {
    answers: ['breaks'],
    at: 'vfio_basic_config_write():633',
    breaks: ['attach-not-p2p: move-needs-memory-lock, refinement'],
  },
  'VFIO_DEVICE_RESET calls importers back before it has powered the device up': {
    answers: ['breaks'],
    at: 'vfio_pci_ioctl_reset():1334',
    breaks: ['transitions: called-back-in-d0'],
  },
  'an FLR revokes a second time instead of giving access back': {
    answers: ['breaks'],
    at: 'vfio_exp_config_write():915',
    breaks: ['function-reset-order: given-back'],
  },
  'VFs are probed under memory_lock': {
    answers: ['breaks'],
    at: 'vfio_pci_core_sriov_configure():2392',
    breaks: ['sriov: lock-order'],
  },
  'a mapping takes no kref': {
    answers: ['breaks', 'cannot judge'],
    at: 'dma_buf_map_attachment_unlocked(), dma_buf_map_attachment():1228',
    breaks: ['rdma: drained-once, kref-counts-mappings, no-misuse'],
  },
  'a map that fails after the exporter unmaps nothing': {
    answers: ['breaks', 'cannot judge'],
    at: 'dma_buf_map_attachment_unlocked():1284',
    breaks: ['rdma: refinement'],
  },
  'guard() for a pair of locks': { answers: ['changes no step'], breaks: [] },
  'a renamed variable of a loop': { answers: ['changes no step'], breaks: [] },
  'a comment': { answers: ['changes no step'], breaks: [] },
  'two statements that do not meet change places': {
    answers: ['changes steps'],
    at: 'vfio_pci_dev_set_hot_reset():2579',
    breaks: [],
  },
  'a new helper with steps in it': { answers: ['changes no step'], breaks: [] },
  'a switch becomes a cast': { answers: ['changes no step'], breaks: [] },
  'a prototype ahead of its function': { answers: ['changes no step'], breaks: [] },
  'the vconfig of a device that is not open is read': {
    answers: ['breaks'],
    at: 'vfio_pci_dev_set_hot_reset():2609',
    breaks: [
      'hot-reset-order: write-returns, hot-reset-returns, no-misuse, rest, deadlock, totality',
    ],
  },
  'a contended lock is passed over': {
    answers: ['breaks'],
    at: 'vfio_pci_dev_set_hot_reset():2599',
    breaks: [
      'hot-reset-order: unrevoke-needs-enabled(dev[0]), lock-balance, move-needs-memory-lock, no-misuse, refinement',
    ],
  },
  'the unwind goes on from the reset of the list, forward': {
    answers: ['breaks'],
    at: 'vfio_pci_dev_set_hot_reset():2609',
    breaks: [
      'hot-reset-order: write-returns, lock-balance, lock-order, no-misuse, rest, refinement',
    ],
  },
  'BARs are not zapped': {
    answers: ['breaks'],
    at: 'vfio_pci_dev_set_hot_reset():2598',
    breaks: ['hot-reset-order: cut-together'],
  },
  'access comes back before the kref is armed again': {
    answers: ['breaks'],
    at: 'vfio_pci_dma_buf_move():376',
    breaks: ['rdma-pinned: kref-counts-mappings'],
  },
  'importers are told before the flag is set': {
    answers: ['breaks'],
    at: 'vfio_pci_dma_buf_move():349',
    breaks: ['remap: revoke-returns'],
  },
  'the reference of the file is kept': {
    answers: ['breaks'],
    at: 'vfio_pci_dma_buf_move():377',
    breaks: ['attach-not-p2p: references-put'],
  },
  'dma_resv is not released': {
    answers: ['breaks'],
    at: 'vfio_pci_dma_buf_move():370',
    breaks: ['attach-not-p2p: revoke-returns, lock-balance, lock-order, rest'],
  },
  'cleanup leaves the buffer its device': {
    answers: ['cannot judge'],
    breaks: [],
    why: 'the write of priv->vdev is no step of a machine: the line is named as one that is not judged',
  },
  'close disables the device before it cleans its buffers up': {
    answers: ['breaks'],
    at: 'vfio_df_group_close(), vfio_pci_core_close_device():832',
    breaks: ['export: off-means-revoked, refinement'],
  },
  'a config access that fails leaves memory_lock held': {
    answers: ['breaks'],
    at: 'vfio_basic_config_write():618',
    breaks: ['failing-config-write: call-returns(owner[0]), lock-balance, rest'],
  },
  'access is given back in D3hot': {
    answers: ['breaks'],
    at: 'vfio_pm_config_write(), vfio_lock_and_set_power_state():723',
    breaks: ['page-faults: restored-in-section, refinement'],
  },
  'VFIO_DEVICE_RESET resets before it revokes': {
    answers: ['breaks'],
    at: 'vfio_pci_ioctl_reset():1336',
    breaks: ['page-faults: refinement', 'transitions: unmapped-while-reset, refinement'],
  },
  'entry into low power does not revoke': {
    answers: ['breaks'],
    at: 'vfio_pci_runtime_pm_entry():381',
    breaks: ['wake-up: unmapped-while-suspended'],
  },
  'a revoked buffer is mapped': {
    answers: ['breaks', 'cannot judge'],
    at: 'dma_buf_map_attachment_unlocked(), vfio_pci_dma_buf_map():60',
    breaks: [
      'rdma: disabled-means-unreachable, revoke-returns, drained-once, map-only-live, kref-counts-mappings, no-misuse, rest',
    ],
  },
  'an importer that cannot be told to stop may attach': {
    answers: ['breaks', 'cannot judge'],
    at: 'dma_buf_dynamic_attach():1058',
    breaks: ['rdma-pinned: revoke-returns, only-revocable-map, refinement'],
  },
  'iommufd unmaps without the mutex of its pages': {
    answers: ['cannot judge'],
    at: 'iopt_revoke_notify():1444',
    breaks: [],
    why: 'without the lock no state of the C is the one that the rules name, so that the systems refuse it: that is said',
  },
  'scoped_guard() around one statement': { answers: ['changes no step'], breaks: [] },
  'a shorter name for what is used often': { answers: ['changes no step'], breaks: [] },
  'unlikely()': { answers: ['changes no step'], breaks: [] },
  braces: { answers: ['changes no step'], breaks: [] },
  'a condition the other way round': { answers: ['changes no step'], breaks: [] },
  'scoped_guard() that the dialect does not know': { answers: ['cannot judge'], breaks: [] },
  'a hot reset that fails gives no access back': {
    answers: ['breaks'],
    at: 'vfio_pci_dev_set_hot_reset():2611',
    breaks: ['hot-reset-export: enabled-means-live(buf[0]), refinement'],
  },
  'the unwind begins at the device that was not locked': {
    answers: ['breaks'],
    at: 'vfio_pci_dev_set_hot_reset():2608',
    breaks: [
      'hot-reset-order: unrevoke-needs-enabled(dev[0]), lock-balance, move-needs-memory-lock, no-misuse, refinement',
    ],
  },
  'contention is another errno': {
    answers: ['changes steps', 'cannot judge'],
    at: 'vfio_pci_dev_set_hot_reset():2619',
    breaks: [],
    why: 'no rule speaks of an errno: that it is no answer which the machine has is said, and that is all',
  },
  'runtime PM references are not put': {
    answers: ['breaks'],
    at: 'vfio_pci_dev_set_hot_reset():2616',
    breaks: ['hot-reset-order: references-put'],
  },
  'the kref is not armed again': {
    answers: ['breaks'],
    at: 'vfio_pci_dma_buf_move():374',
    breaks: ['attach-not-p2p: revoke-returns, no-misuse, rest'],
  },
  'a revoke waits with dma_resv held': {
    answers: ['breaks'],
    at: 'vfio_pci_dma_buf_move():358',
    breaks: ['failing-config-write: call-returns(owner[0]), rest, deadlock'],
  },
  'the flag is cleared outside dma_resv': {
    answers: ['breaks'],
    at: 'vfio_pci_dma_buf_move():371',
    breaks: ['attach-not-p2p: revoked-needs-resv'],
  },
  'a buffer that is being released ends the walk': {
    answers: ['changes steps'],
    at: 'vfio_pci_dma_buf_move():378',
    breaks: [],
    why: 'no system that is checked has two buffers of one device at its scope',
  },
  'access is given back without asking whether memory is enabled': {
    answers: ['breaks'],
    at: 'vfio_basic_config_write():633',
    breaks: ['attach-not-p2p: refinement', 'hot-reset-order: unrevoke-needs-enabled(dev[0])'],
  },
  'a refused entry into low power leaves memory_lock held': {
    answers: ['breaks'],
    at: 'vfio_pci_runtime_pm_entry():383',
    breaks: ['wake-up: call-returns(owner[0]), lock-balance, rest'],
  },
  'cleanup keeps the registration': {
    answers: ['breaks'],
    at: 'vfio_pci_dma_buf_cleanup():402',
    breaks: ['export: registration-given-back'],
  },
  'D3hot does not revoke': {
    answers: ['breaks'],
    at: 'vfio_pm_config_write(), vfio_lock_and_set_power_state():721',
    breaks: ['page-faults: refinement', 'transitions: unmapped-while-d3hot, refinement'],
  },
  'a release takes no memory_lock': {
    answers: ['breaks'],
    at: 'vfio_pci_dma_buf_release():93',
    breaks: ['export: memory-safe, list-needs-memory-lock, no-misuse'],
  },
  'a continue becomes a nested block': { answers: ['changes no step'], breaks: [] },
  'a temporary for a result': { answers: ['changes no step'], breaks: [] },
  'scoped_guard() for a pair of locks': { answers: ['changes no step'], breaks: [] },
  'a goto in place of a break': { answers: ['changes no step'], breaks: [] },
  'cleanup takes no memory_lock': {
    answers: ['breaks'],
    at: 'vfio_pci_dma_buf_cleanup():393',
    breaks: [
      'export: listed-on-means-live, memory-safe, list-needs-memory-lock, move-needs-memory-lock, no-misuse',
    ],
  },
  'a link that fails leaks the table': {
    answers: ['cannot judge'],
    at: 'dma_buf_phys_vec_to_sgt():216',
    breaks: [],
    why: 'the machine has steps inside dma_iova_link(), so that the C is not put into a system: that is said',
  },
  'a lockdep assertion': { answers: ['changes no step'], breaks: [] },
  'VFIO_DEVICE_RESET gives no access back': {
    answers: ['breaks'],
    at: 'vfio_pci_ioctl_reset():1338',
    breaks: ['page-faults: enabled-means-live, refinement'],
  },
  'an unmap drops the kref before it unmaps': {
    answers: ['changes steps', 'cannot judge'],
    at: 'virtgpu_dma_buf_move_notify(), vfio_pci_dma_buf_unmap():80',
    breaks: [],
    why: 'no system has the unmap of an exporter apart from what its importer does',
  },
  'a log line': { answers: ['changes no step'], breaks: [] },
  'two tests as one': { answers: ['changes no step'], breaks: [] },
  'a count and a completion made in the other order': {
    answers: ['changes steps', 'cannot judge'],
    at: 'vfio_pci_core_feature_dma_buf():303',
    breaks: [],
  },
  'who is refused for two reasons is told the other one': {
    answers: ['changes steps', 'cannot judge'],
    at: 'dma_buf_dynamic_attach(), vfio_pci_dma_buf_attach():30',
    breaks: [],
  },
  'another errno for a revoked buffer': {
    answers: ['changes steps', 'cannot judge'],
    at: 'dma_buf_dynamic_attach():1069',
    breaks: [],
  },
  'a lock is taken with a class for lockdep': { answers: ['changes no step'], breaks: [] },
  'a lock is taken unless a signal comes': {
    answers: ['changes steps', 'cannot judge'],
    at: 'vfio_pci_dev_set_hot_reset():2516',
    breaks: [],
  },
  'cleanup does not look ahead': {
    answers: ['cannot judge'],
    breaks: [],
    why: 'the walk goes on from the entry that it took off, and where that leads is not read: that is said',
  },
  'a lock is taken by a function that has no row': {
    answers: ['changes steps', 'cannot judge'],
    at: 'vfio_pci_dev_set_hot_reset():2516',
    breaks: [],
  },
  'an export whose dma_buf_fd() fails keeps its buffer': {
    answers: ['breaks'],
    at: 'vfio_pci_core_feature_dma_buf():319',
    breaks: ['export-probe: file-given-back'],
  },
  'an export whose dma_buf_fd() fails frees what dma_buf_put() has freed': {
    answers: ['breaks'],
    at: 'vfio_pci_core_feature_dma_buf():328',
    breaks: ['export-probe: memory-safe, registration-given-back'],
  },
  'an export asks whether memory is enabled ahead of memory_lock': {
    answers: ['breaks'],
    at: 'vfio_pci_core_feature_dma_buf():308',
    breaks: [
      'export: off-means-revoked, listed-off-means-revoked, listed-on-means-live, revoked-needs-resv',
    ],
  },
  'an export asks for an operation of a driver that has none': {
    answers: ['breaks'],
    at: 'vfio_pci_core_feature_dma_buf():232',
    breaks: ['export-probe: pci_ops-are-tested'],
  },
  'a BAR that nobody has claimed is exported': {
    answers: ['breaks', 'cannot judge'],
    at: 'vfio_pci_core_feature_dma_buf():253',
    breaks: ['export-probe: exported-means-claimed'],
  },
  'a provider that was made ends the probe': {
    answers: ['cannot judge'],
    at: 'vfio_pci_core_init_dev():2197',
    breaks: [],
    why: 'its machine begins with what the driver does before vfio_pci_core_init_dev() and ends with the first open, which the C does not show: it takes no part in a system, and that is said; `carries` tells it by the text of the test',
  },
  'a provider is computed from a struct that is not there': {
    answers: ['cannot judge'],
    breaks: [],
    why: 'pcim_p2pdma_provider() is what its callers are answered, and no function that is read: both lines are named as lines that are not judged; `carries` tells it by the text of the test',
  },
  'a BAR that no CPU can map has a provider': {
    answers: ['cannot judge'],
    breaks: [],
    why: 'pcim_p2pdma_provider() is what its callers are answered, and no function that is read: the lines are named as lines that are not judged; `carries` tells it by the text of the test',
  },
  'a revoke waits for nothing': {
    answers: ['breaks', 'cannot judge'],
    at: 'vfio_pci_dma_buf_move():352',
    breaks: ['failing-config-write: unmapped-while-off'],
  },
  'a revoke waits for fences, and not for what is mapped': {
    answers: ['breaks', 'cannot judge'],
    at: 'vfio_pci_dma_buf_move():372',
    breaks: ['failing-config-write: unmapped-while-off'],
  },
  'a revoke waits a second for what is mapped, and goes on': {
    answers: ['breaks', 'cannot judge'],
    at: 'vfio_pci_dma_buf_move():358',
    breaks: ['failing-config-write: unmapped-while-off, armed-again, no-misuse'],
  },
  'access is given back to every device of the set, locked or not': {
    answers: ['breaks'],
    at: 'vfio_pci_dev_set_hot_reset():2610',
    breaks: ['hot-reset-order: unrevoke-needs-enabled(dev[0]), move-needs-memory-lock'],
  },
  'cleanup drains a buffer that is revoked already': {
    answers: ['breaks', 'cannot judge'],
    at: 'vfio_pci_dma_buf_move():374',
    breaks: ['attach-not-p2p: revoke-returns, no-misuse, rest'],
  },
  'iommufd destroys its pages before it detaches them': {
    answers: ['breaks', 'cannot judge'],
    at: 'iopt_release_pages():1675',
    breaks: ['iommufd: no-misuse'],
  },
  'iommufd unpins without dma_resv': {
    answers: ['breaks'],
    at: 'iopt_release_pages():1667',
    breaks: ['iommufd: resv-held'],
  },
  'iommufd pins and does not unpin': {
    answers: ['breaks'],
    at: 'iopt_release_pages():1667',
    breaks: ['iommufd: unpinned-before-detach-0'],
  },
  'iommufd pins pages of a dma-buf as user memory': {
    answers: ['cannot judge'],
    breaks: [],
    why: 'behind the test that is gone stands a loop over two interval trees, which is not read: that is said; `carries` tells it by the text of the test',
  },
  'a map that fails unpins, and the release unpins again': {
    answers: ['breaks'],
    at: 'irdma_reg_user_mr_dmabuf(), ib_umem_dmabuf_get_pinned_and_lock():237',
    breaks: ['rdma: unpinned-once-0'],
  },
  'dma_buf_fd() traces a buffer that may be gone': {
    answers: ['breaks'],
    at: 'vfio_pci_core_feature_dma_buf(), dma_buf_fd():799',
    breaks: ['export-probe: memory-safe'],
  },
  'the address of an entry is a product of 32 bits': {
    answers: ['cannot judge'],
    breaks: [],
    why: 'what overflows is an unsigned int, and the reader knows no types: that fill_sg_entry() is not read is said; `carries` tells it by the text',
  },
  'a length is written to an entry that it does not fit': {
    answers: ['cannot judge'],
    breaks: [],
    why: 'what overflows is an unsigned int, and the reader knows no types: that fill_sg_entry() is not read is said; `carries` tells it by the text',
  },
  'an entry ends within a page': {
    answers: ['cannot judge'],
    breaks: [],
    why: 'a number that no step shows: that fill_sg_entry() is not read is said; `carries` tells it by the text',
  },
  'VFs are switched on while the PF is in D3hot': {
    answers: ['breaks'],
    at: 'vfio_pci_core_sriov_configure():2390',
    breaks: ['sriov: vfs-need-d0'],
  },
  'D3hot leaves what the CPU has mapped': {
    answers: ['breaks'],
    at: 'vfio_pm_config_write(), vfio_lock_and_set_power_state():717',
    breaks: ['page-faults: no-pte-while-d3hot'],
  },
  'VFIO_DEVICE_RESET lets the PCI core power the device up': {
    answers: ['breaks', 'cannot judge'],
    at: 'vfio_pci_ioctl_reset():1335',
    breaks: ['transitions: called-back-in-d0'],
  },
  'a fault maps a BAR whose memory is off': {
    answers: ['breaks'],
    at: 'vfio_pci_mmap_huge_fault(), vfio_pci_vmf_insert_pfn():1767',
    breaks: ['page-faults: no-pte-while-off, no-pte-while-d3hot'],
  },
  'clearing MEM leaves what the CPU has mapped': {
    answers: ['breaks'],
    at: 'vfio_basic_config_write():595',
    breaks: ['page-faults: no-pte-while-off'],
  },
  'a release keeps the registration': {
    answers: ['breaks'],
    at: 'vfio_pci_dma_buf_release():98',
    breaks: ['export-probe: registration-given-back'],
  },
  'a release does not free the buffer': {
    answers: ['breaks'],
    at: 'vfio_pci_dma_buf_release():99',
    breaks: ['export-probe: priv-given-back'],
  },
  'cleanup keeps the reference of the file': {
    answers: ['breaks'],
    at: 'vfio_pci_dma_buf_cleanup():404',
    breaks: ['export: file-given-back, references-put'],
  },
  'cleanup puts the file before it is done with it': {
    answers: ['breaks'],
    at: 'vfio_pci_dma_buf_cleanup():400',
    breaks: ['export: registration-balanced, references-put, no-misuse, refinement'],
  },
  'a device that does not resume leaves those before it awake': {
    answers: ['breaks', 'cannot judge'],
    at: 'vfio_pci_dev_set_hot_reset():2615',
    breaks: ['hot-reset-order: references-put'],
  },
  'runtime PM references are put before the bus is reset': {
    answers: ['breaks'],
    at: 'vfio_pci_dev_set_hot_reset():2618',
    breaks: ['hot-reset-order: references-put'],
  },
  'contention is no error': {
    answers: ['breaks'],
    at: 'vfio_pci_dev_set_hot_reset():2618',
    breaks: ['hot-reset-order: ok-means-done'],
  },
  'what the reset of the bus answers is dropped': {
    answers: ['breaks'],
    at: 'vfio_pci_dev_set_hot_reset():2619',
    breaks: ['hot-reset-order: ok-means-done'],
  },
  'the test of ownership is the other way round': {
    answers: ['breaks'],
    at: 'vfio_pci_dev_set_hot_reset():2615',
    breaks: ['hot-reset-order: asked-before-done'],
  },
  'ownership is not tested': {
    answers: ['breaks'],
    at: 'vfio_pci_dev_set_hot_reset():2570',
    breaks: ['hot-reset-order: asked-before-done'],
  },
  'VFIO_DEVICE_RESET answers ok whatever the reset does': {
    answers: ['breaks'],
    at: 'vfio_pci_ioctl_reset():1342',
    breaks: ['page-faults: ok-means-done'],
  },
  'VFIO_DEVICE_RESET of a function that cannot be reset': {
    answers: ['breaks'],
    at: 'vfio_pci_ioctl_reset(), vfio_pci_zap_and_down_write_memory_lock():1719',
    breaks: ['page-faults: asked-before-done'],
  },
  'entry into low power keeps the device awake': {
    answers: ['breaks'],
    at: 'vfio_pci_runtime_pm_entry():389',
    breaks: ['wake-up: references-balanced(dev[0])'],
  },
  'entry into low power answers ok where it is refused': {
    answers: ['breaks'],
    at: 'vfio_pci_runtime_pm_entry():384',
    breaks: ['wake-up: ok-means-done'],
  },
  'an attachment that is refused is not freed': {
    answers: ['breaks'],
    at: 'dma_buf_dynamic_attach():1068',
    breaks: ['attach-not-p2p: nothing-left-0'],
  },
  'the devices of a set are put after its lock is released': {
    answers: ['breaks'],
    at: 'vfio_pci_dev_set_hot_reset():2614',
    breaks: ['hot-reset-order: set-needs-lock'],
  },
  'an export is put on the list as a reader of memory_lock': {
    answers: ['breaks'],
    at: 'vfio_pci_core_feature_dma_buf():308',
    breaks: ['export: list-needs-memory-lock'],
  },
  'D3hot is on the wrong side of a comparison': {
    answers: ['breaks'],
    at: 'vfio_pm_config_write(), vfio_lock_and_set_power_state():722',
    breaks: ['page-faults: no-pte-while-d3hot, refinement'],
  },
  'a signal ends the wait for the fences': {
    answers: ['cannot judge'],
    breaks: [],
    why: 'the row of the wait does not look at whether a signal may end it, and what would follow then no machine has',
  },
  'fd 0 is taken for a failure': {
    answers: ['breaks'],
    at: 'vfio_pci_core_feature_dma_buf(), dma_buf_put():872',
    breaks: ['export-probe: memory-safe'],
  },
  'VFIO_DEVICE_RESET that fails gives no access back': {
    answers: ['breaks'],
    at: 'vfio_pci_ioctl_reset():1340',
    breaks: ['page-faults: enabled-means-live, refinement'],
  },
};
