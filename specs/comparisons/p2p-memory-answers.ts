import type { Answer, ComparedCall } from 'xstate-check';
import { RFC0 } from '../p2p-registration/sources.ts';
import { ALLOCATED, REVOKED } from '../page-backed/scopes.ts';

const REGISTERED = ['rfc-2026-06', 'under-lock', 'completed'];
const DEVRES = ['devres'];
const [READ, SOUND, VFIO_FD] = ['pages-read', 'pages-sound', 'pages-vfio-fd'];
const PAGES = [READ, SOUND, VFIO_FD];

const ALTERNATIVE = `${RFC0}, "Alternative Approach"`;
const GUNTHORPE =
  'Jason Gunthorpe on that RFC, 2026-06-10: a mapping of a dma-buf cannot install memory that is not special';
const NO_VFIO = 'derived: the device is bound to its driver and not to vfio-pci';
const RUN = 'run on 7.3.4: test/kernel/p2p-register.vm.test.ts';
const REVOKED_BY_WRITE = 'vfio_basic_config_write, v7.3: vfio_pci_dma_buf_move(vdev, true)';
const REMOVE = 'vfio_unregister_group_dev, drivers/vfio/vfio_main.c, v7.3';
const FORK =
  'derived: vma_needs_copy, copy_present_ptes, mm/memory.c, v7.3: VM_MIXEDMAP is in VM_COPY_ON_FORK, and each copied PTE of a page takes a reference';

/** As much of each system as has the call, and what it can meet. */
const SESSION = { bars: 1, registrars: 1 };
const ONE_BAR = { bars: 1 };
const TYPE1 = { pinners: 0, disables: 0 };
const DISABLED = { type1: 0 };
/** An access against a revoke. */
const TOUCH = { ...REVOKED, touches: 1, pins: 0 };
const TOUCH_AGAIN =
  'SIGBUS while the buffer is revoked; the first access behind a temporary revoke is a BUG().';

/** What is answered by a machine. */
function by(
  designs: readonly string[],
  system: string,
  call: string,
  says: string,
  more: { readonly source?: string; readonly scope?: NonNullable<Answer['by']>['scope'] } = {},
): Answer {
  const { scope, source } = more;
  return {
    designs,
    by: { system, call, ...(scope !== undefined && { scope }) },
    says,
    ...(source !== undefined && { source }),
  };
}

/** What no machine has. */
function said(designs: readonly string[], says: string, source: string): Answer {
  return { designs, says, source };
}

const getting: readonly ComparedCall[] = [
  {
    call: 'Asking for pages: P2P_REGISTER, a probe, or an export',
    answers: [
      by(
        REGISTERED,
        'p2p-session',
        'bar.p2p_register',
        'The whole BAR. Refused where it is registered or exported; the series names no errno.',
        { scope: SESSION },
      ),
      by(DEVRES, 'p2p-session', 'dev.probe', 'The driver decides when it probes; a user cannot.', {
        scope: SESSION,
      }),
      said(PAGES, 'No such call: pages come with an export that has the flag for it.', ALTERNATIVE),
    ],
  },
  {
    call: 'DMA_BUF export',
    answers: [
      by(REGISTERED, 'p2p-registration', 'buf.export', 'Refused while the BAR is registered.'),
      said(DEVRES, 'No VFIO fd to export from.', NO_VFIO),
      by(
        PAGES,
        'page-owners',
        'buf.export',
        'With VFIO_DMA_BUF_FLAG_ALLOC_STRUCT_PAGES the buffer has pages.',
      ),
    ],
  },
  {
    call: 'mmap() of p2pmem/allocate in sysfs',
    answers: [
      by(
        [...REGISTERED, ...DEVRES],
        'p2pmem-size',
        'vma.mmap',
        'Whoever may open the file gets memory of the device, and is not told at which offset; root finds the page in /proc/self/pagemap.',
        {
          source: `Jason Gunthorpe on that RFC, 2026-06-11: "you can't even learn what MMIO offset the returned allocation gives"; ${RUN}`,
        },
      ),
      by(
        [READ],
        'page-owners',
        'bar.allocate',
        'The pages of buffers are given to others as well.',
        {
          scope: ALLOCATED,
        },
      ),
      by([SOUND, VFIO_FD], 'page-owners', 'bar.allocate', 'There is no such file.', {
        scope: ALLOCATED,
      }),
    ],
  },
  {
    call: 'mmap() of the BAR through the VFIO fd',
    answers: [
      by(REGISTERED, 'p2p-registration', 'vma.mmap', 'Refused while the BAR is registered.'),
      said(DEVRES, 'No VFIO fd.', NO_VFIO),
      said(
        [READ, SOUND],
        'As today: PFNs without pages, which O_DIRECT refuses.',
        'vfio_pci_core_mmap, v7.3: VM_PFNMAP',
      ),
      by([VFIO_FD], 'page-backed', 'buf.mmap', 'The pages of a buffer are mapped this way alone.'),
    ],
  },
  {
    call: 'mmap() of the fd of the dma-buf',
    answers: [
      said(
        REGISTERED,
        '-EINVAL: the dma-bufs of vfio-pci have no mmap().',
        'dma_buf_mmap_internal, vfio_pci_dmabuf_ops, v7.3',
      ),
      said(DEVRES, 'No dma-buf of vfio-pci.', NO_VFIO),
      by([READ, SOUND], 'page-backed', 'buf.mmap', 'Pages through the fd of a dma-buf.', {
        source: GUNTHORPE,
      }),
      said([VFIO_FD], 'PFNs without pages, which O_DIRECT refuses.', GUNTHORPE),
    ],
  },
];

const using: readonly ComparedCall[] = [
  {
    call: 'An access to the mapping',
    answers: [
      by(
        [...REGISTERED, ...DEVRES],
        'p2pmem-size',
        'vma.touch',
        'SIGBUS from the removal of the file on, for good: the mapping does not come back.',
      ),
      by([READ], 'page-backed', 'vma.touch', TOUCH_AGAIN, { scope: TOUCH, source: 'F-A25' }),
      by(
        [SOUND, VFIO_FD],
        'page-backed',
        'vma.touch',
        'SIGBUS while the buffer is revoked; what was revoked for a while is faulted in again.',
        { scope: TOUCH },
      ),
    ],
  },
  {
    call: 'O_DIRECT with the mapping',
    answers: [
      by(
        [...REGISTERED, ...DEVRES],
        'p2p-teardown',
        'io.write',
        'Pages are pinned until the I/O ends.',
        { scope: ONE_BAR },
      ),
      by([READ], 'page-backed', 'vma.o_direct', 'Pinned pages, for which nobody waits.'),
      by(
        [SOUND, VFIO_FD],
        'page-backed',
        'vma.o_direct',
        'Pinned pages, for which a revoke waits.',
      ),
    ],
  },
  {
    call: 'VFIO_IOMMU_MAP_DMA of the mapping (type1)',
    answers: [
      by(
        [...REGISTERED, ...DEVRES],
        'p2p-memory-off',
        'vma.map_dma',
        'Pages of PCI memory cannot be pinned for long.',
        { scope: TYPE1, source: RUN },
      ),
      said(
        PAGES,
        '-EFAULT, for the same reason.',
        'vaddr_get_pfns, v7.3: FOLL_LONGTERM without FOLL_PCI_P2PDMA',
      ),
    ],
  },
  {
    call: 'fork()',
    answers: [
      said(
        [...REGISTERED, ...DEVRES],
        'The child has the pages as well, with references of its own; the teardown takes its PTEs too.',
        `${FORK}; kernfs_drain_open_files, v7.3: unmap_mapping_range() is about all mappings of the file; ${RUN}`,
      ),
      said(
        PAGES,
        'The child has the pages as well, with references of its own; a revoke takes its PTEs too.',
        `${FORK}; __vfio_pci_dma_buf_revoke of that proof of concept: unmap_mapping_range()`,
      ),
    ],
  },
];

const ending: readonly ComparedCall[] = [
  {
    call: 'VFIO_DEVICE_RESET',
    answers: [
      by(
        ['rfc-2026-06', 'completed'],
        'p2pmem-size',
        'dev.device_reset',
        'Returns when the last page is back, which may be never; the registration is gone.',
      ),
      by(
        ['under-lock'],
        'p2pmem-size',
        'dev.device_reset',
        'The same, and until then nobody gets memory_lock of the device.',
      ),
      said(DEVRES, 'No VFIO fd.', NO_VFIO),
      by(
        [READ],
        'page-backed',
        'dev.device_reset',
        'Waits for importers, and for no pin: its DMA goes on in the reset.',
      ),
      by(
        [SOUND, VFIO_FD],
        'page-backed',
        'dev.device_reset',
        'Returns when the last pin is gone, which may be never; the buffer is given back.',
      ),
    ],
  },
  {
    call: 'PCI_COMMAND.MEM = 0',
    answers: [
      by(
        ['rfc-2026-06', 'under-lock'],
        'p2p-memory-off',
        'dev.write_command(MEM=0)',
        'Takes no notice of the registration: mappings and DMA reach a BAR that is off.',
        { scope: DISABLED },
      ),
      by(
        ['completed'],
        'p2p-memory-off',
        'dev.write_command(MEM=0)',
        'As a reset: returns when the last page is back; the registration is gone.',
        { scope: DISABLED },
      ),
      said(DEVRES, 'No VFIO fd.', NO_VFIO),
      said(
        [READ],
        'As a reset: vfio_basic_config_write() revokes the buffers, and waits for no pin.',
        REVOKED_BY_WRITE,
      ),
      said(
        [SOUND, VFIO_FD],
        'As a reset; that the write waits for pins is not drawn.',
        `derived: ${REVOKED_BY_WRITE}`,
      ),
    ],
  },
  {
    call: 'The last close of the device',
    answers: [
      by(
        ['rfc-2026-06', 'completed'],
        'p2p-session',
        'dev.close',
        'Returns when the last page is back, of other processes as well.',
        { scope: SESSION },
      ),
      by(
        ['under-lock'],
        'p2p-session',
        'dev.close',
        'The same, and until then no device of its set is opened or closed.',
        { scope: SESSION },
      ),
      said(DEVRES, 'No VFIO fd.', NO_VFIO),
      said(
        [READ],
        'Revokes its buffers for good, and waits for no pin; their fds live on, and answer -ENODEV.',
        'vfio_pci_dma_buf_cleanup, v7.3',
      ),
      said(
        [SOUND, VFIO_FD],
        'The same; a wait for pins would be one with dev_set->lock held, as in 1, and is not drawn.',
        'derived: vfio_pci_dma_buf_cleanup, vfio_df_group_close, v7.3',
      ),
    ],
  },
  {
    call: 'Unbind, or the device is pulled',
    answers: [
      by(
        REGISTERED,
        'p2p-session',
        'dev.unbind',
        'Waits until the VFIO fd is closed; that has ended the registration.',
        { scope: SESSION, source: REMOVE },
      ),
      by(
        DEVRES,
        'p2p-teardown',
        'dev.unbind',
        'Waits in memunmap_pages() until the last I/O ends, without a limit; seen on 7.3.4 with a throttled disk.',
        { scope: ONE_BAR },
      ),
      said(
        PAGES,
        'Waits until the VFIO fd is closed, and then in memunmap_pages() for every page that is held.',
        `derived: ${REMOVE}; memunmap_pages, mm/memremap.c, v7.3`,
      ),
    ],
  },
];

/** What who uses P2P memory of a device sees: from the request to the end. */
export const answers: readonly ComparedCall[] = [...getting, ...using, ...ending];
