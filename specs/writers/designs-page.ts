const INTRODUCTION = `# Two designs, side by side

Two ways have been proposed to struct pages for memory of a device that is bound to vfio-pci: the BAR is
registered with pci-p2pdma, or a dma-buf is exported with pages. \`[RFC PATCH 0/5] vfio/pci: Support
ZONE_DEVICE-backed P2P Registration\` (2026-06-10) proposes the first and names the second; on
2026-06-12 its author answered that he turns to the second entirely. Both are drawn step by step here
([\`p2p-registration.md\`](p2p-registration.md), [\`page-backed.md\`](page-backed.md)), as they are
stated and as they would have to be, beside what merged code does; no kernel has either. What of the text
of the RFC each rule stands for is in [\`statements.md\`](statements.md).

The two tables and their runs are printed by \`dmabuf-spec compare p2p-memory\`, as Markdown for an
answer to a mail.
\`dmabuf-spec inspect\` has it as a page, on which two of the designs take the same steps until they part.
A rule is judged at the scopes of its systems, and holds in every state that is reached there; of larger
ones nothing is said. Orders were searched of the steps that are named there alone: of any other cell a
broken rule says that this order of the steps breaks it, and not that no other would keep it.

## What each column is drawn from

- 1: the cover letter and patch 1, which were read. Of patches 2 to 5 titles
  and diffstat were, and no line of code; so a broken rule says what the text
  leaves open, and not what that code does. What the text does not touch is as
  in 3.
- 2: the same, with a wait under memory_lock, of which the text says nothing.
- 3: ours, around pci-p2pdma of v7.3.
- 4: the proof of concept (vfio_pci_dmabuf.c@f4500bece98c), and the fault
  handler of another commit of the same tree, all of which were read; none of
  it was run.
- 5 and 6: ours; 6 by what Jason Gunthorpe said of the fd of a dma-buf.
- 7: the C of v7.3, with which its machines are compared
  (\`dmabuf-spec source\`).

Of 4 to 6 VFIO_DEVICE_RESET and the revoke for good are drawn. A hot reset, a
write of COMMAND.MEM and the close of the device are not: a \`+\` says nothing
of them. Who waits for pins in close_device() does so with dev_set->lock held,
in 5 and 6 as in 1.

Generated tests of 3, 5, 6 and 7 are run on simulations
(\`test/designs-generated.test.ts\`). That of 7, and pci-p2pdma in that of 3,
were written from the C of v7.3; what vfio-pci does around it in 3, and all of
5 and 6, from what was posted and from our own rules: what a simulation of ours
says of a design of ours is that the two agree. 1, 2 and 4 have no simulation:
their steps are judged by the model checker, and single faults of theirs are
put into the simulations of the others.

## What was seen on a kernel

Column 7 is merged code. Generated tests of it
(\`generated-tests/p2p-driver-calls\`) are run on a stock Debian kernel, with
the CMB of QEMU's nvme (\`test/kernel/p2pmem.vm.test.ts\`): mmap() of
p2pmem/allocate with each errno that a process can bring about (-EINVAL of a
private mapping and of an offset, -ENOMEM of a pool that is empty, -ENODEV of
a file that is gone, -ENOENT where there is none), an access before and behind
the unbind, an O_DIRECT write that a throttled disk keeps in flight, and the
unbind that sleeps in memunmap_pages() until it is done. Calls and answers are
compared; what is inside of a call is not seen there. The data of a write from
one nvme to the other was read back: below one switch without an IOMMU, and
between two root ports behind an emulated one. Below a switch with an emulated
IOMMU QEMU loses it, so that nothing is said of that.

Columns 1 to 6 no kernel has. What 1 to 3 are built of was run on the same
kernel: a module of ours (\`kernel/registration\`) calls
pci_p2pdma_add_resource() for BARs of a device that vfio-pci is bound to, and
takes a BAR back by letting devres release what that call added. It takes no
lock and excludes nothing, as it is not VFIO. Seen on 7.3.4
(\`test/kernel/p2p-register.vm.test.ts\`):

- A BAR is registered twice (A-07): -ENOMEM and a WARN of memremap_pages(). The
  first registration stays as it is.
- A BAR or a size below 2 MiB (A-09): -EINVAL and two WARN, of __add_pages()
  and add_pages(). What is left is p2pmem of 0 bytes, whose mmap() answers
  -ENOMEM (X14).
- One of two BARs is taken back (A-18): p2pmem/allocate is gone for both, and
  an access to a mapping of the other is SIGBUS. If the pool is destroyed then,
  with a page of the other in flight, it is a BUG in gen_pool_destroy(), and
  where that I/O ends a NULL dereference below p2pdma_folio_free(): that test
  ends in both. The pool is destroyed by the module as pci_p2pdma_release()
  does it, which is our reading of "to ensure the pool is destroyed".
- A BAR is registered again (A-19): 0, and there is no p2pmem/allocate. The
  pool counts the memory of before as well, whose pages are gone.
- A page is in flight: the caller sleeps in memunmap_pages() until it is back;
  meanwhile a write of PCI_COMMAND is answered, as no lock is held.
- COMMAND.MEM is cleared (A-31), VFIO_DEVICE_RESET, a reset through sysfs
  (A-33), the device is closed (A-36): the mapping of p2pmem stays, and an
  access is answered; with memory off, one to a mapping of the device fd is
  SIGBUS. What a BAR that is off answers is QEMU's; other hardware may do worse.
- A BAR is registered while memory is off (F-X8), and while it is mapped,
  exported and mapped by type1 (A-01): 0.
- VFIO_IOMMU_MAP_DMA of p2pmem, of a driver and of vfio-pci: -EFAULT.
  UNMAP_DMA of a BAR that was mapped before it was registered: no complaint,
  as pages of ZONE_DEVICE are PG_reserved (F-X6).
- fork(): the child has the pages, also when its parent has unmapped them, and
  loses them with the file.

Three allocations were made to fail there, by a kprobe that lets one call of a
function do nothing and answer -ENOMEM (vm_insert_page() also in the tests of
column 7):

- vm_insert_page() of an mmap() of p2pmem/allocate (A-42): -ENOMEM. Stopped
  behind gen_pool_free_owner(), while another process maps the page: the count
  of that is 0 then and the process has it. When it has unmapped it the page
  never comes back, and who takes the BAR back sleeps in memunmap_pages() for
  as long as was waited (10 s). The kernel, without CONFIG_DEBUG_VM, says
  nothing.
- The devm action of pci_p2pdma_add_resource() for a second BAR (A-43):
  -ENOMEM, p2pmem/allocate is gone, and the mapping of the first BAR is SIGBUS.
- gen_pool_add_owner() (A-10): -ENOMEM; at unbind, with slab_debug=FP, a general
  protection fault at 0x6b6b6b6b6b6b6b6b in pci_p2pdma_unmap_mappings().

All three are in merged code, so that a driver of the kernel can meet them:
A-43 where it registers a second BAR.

## A hot reset by another owner

A hot reset that the owner of another device of the set asks for tears a
registration down under dev_set->lock, in which v7.3 asks for owners and
resets: in 1 and 2 that is X11 (\`wait-without-a-lock-others-need\`,
F-X11-hot-reset), in 2 also X12, where the I/O is answered by a process that
needs the device (F-X12-hot-reset); 3 waits before it, and looks again under
the lock. X9 and X13 hold in all three. A device whose BARs no CPU can map
(non_mappable_bars) is never registered: pcim_p2pdma_init() answers
-EOPNOTSUPP.

`;

/**
 * `docs/designs.md`.
 *
 * @param compared - what `compare` prints
 */
export function designsPage(compared: string): string {
  return INTRODUCTION + compared;
}
