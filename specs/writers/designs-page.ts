const INTRODUCTION = `# Two designs, side by side

Struct pages for the memory of a device that is bound to vfio-pci can be had in two ways: the BAR is
registered with pci-p2pdma, or a dma-buf is exported with pages. \`[RFC PATCH 0/5] vfio/pci: Support
ZONE_DEVICE-backed P2P Registration\` (2026-06-10) proposes the first and names the second. Both are
drawn step by step here ([\`p2p-registration.md\`](p2p-registration.md),
[\`page-backed.md\`](page-backed.md)), as they are stated and as they would have to be, beside what
merged code does; no kernel has either. What of the text of the RFC each rule stands for is in
[\`statements.md\`](statements.md).

The two tables and their runs are printed by \`dmabuf-spec compare p2p-memory\`, as Markdown for an
answer to a mail.
\`dmabuf-spec inspect\` has it as a page, on which two of the designs take the same steps until they part.
A rule is judged at the scopes of its systems, and holds in every state that is reached there; nothing
is proven for more. Orders were searched of the steps that are named there alone: of any other cell a
broken rule says that this order of the steps breaks it, and not that no other would keep it.

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
one nvme to the other, below one switch and without an IOMMU, was read back;
QEMU loses it behind an emulated IOMMU, so that nothing is said of it there.

Not run: A-42 and A-43, which need an allocation that fails (failslab, which
no stock kernel has), so that 5 of the tests that are run are skipped; A-07,
A-09, A-18 and A-19 by pci_p2pdma_add_resource() on a BAR of a device of
vfio-pci, which needs a module of ours that calls it; and everything of the
columns 1 to 6, which no kernel has. These are run on simulations that were
written from the C and from what was posted
(\`test/designs-generated.test.ts\`): the tests of 3 and 5.

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
