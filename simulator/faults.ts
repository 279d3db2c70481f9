/** One known defect as a switch in the simulated code. */
export interface SimulatorFault {
  /** What goes wrong, in one line. */
  readonly does: string;
  /** Who found it or fixed it: commit, CVE, or the review of a posted series. */
  readonly source: string;
  /** Where the defect shows, or why it does not by itself. */
  readonly shows: string;
}

const table = {
  P1: {
    does: 'FLR and AF FLR revoke a second time after the reset instead of un-revoking',
    source: 'review of v1, 2025-08-06: "@revoked true -> true seems wrong"; mended in v2',
    shows: 'the buffer stays revoked after an FLR',
  },
  P2: {
    does: 'hot reset revokes in the D0 loop after all locks are taken, not where BARs are zapped',
    source: 'review of v1, 2025-08-06; mended in v2',
    shows: 'the first device is zapped, and the second locked, before any buffer is revoked',
  },
  P3: {
    does: 'a hot reset that fails before pci_reset_bus() leaves the buffers it revoked revoked',
    source: 'v2-v5; mended in v6 "Moved vfio_pci_dma_buf_move() in err_undo block"',
    shows: 'after -EBUSY the buffers of the devices already done cannot be mapped',
  },
  P4: {
    does: 'hot reset walks the list forwards before the reverse walk, which then starts at the head',
    source: 'v6, review of 2025-11-02: "breaks the existing reverse list walk"; mended in v7',
    shows: 'no memory_lock of the set is released; the next config write hangs',
  },
  P5: {
    does: 'hot reset un-revokes in a loop of its own over the whole set, locked or not',
    source: 'v6, review of 2025-11-02; mended in v7',
    shows: 'vfio_pci_dma_buf_move(false) without memory_lock of a device another thread has',
  },
  P6: {
    does: 'hot reset evaluates __vfio_pci_memory_enabled() for devices that are not open',
    source: 'v9, review of 2025-11-20; `open_count &&` folded in at apply (5d74781ebc86)',
    shows: 'NULL pointer dereference of vconfig, locks held for ever',
  },
  P7: {
    does: 'a failing dma_buf_fd() does not drop the reference on the dma-buf',
    source: 'v5, review of 2025-10-29; mended in v6',
    shows: 'the buffer stays listed and its registration is never put',
  },
  P9: {
    does: 'the IOVA is allocated at attach and destroyed at unmap',
    source: 'v5, review of 2025-10-16: "we can call map multiple times"; mended in v6',
    shows: 'the second map uses a destroyed IOVA',
  },
  P10: {
    does: '`pci_ops` is dereferenced without a test for NULL',
    source: 'v7, review of 2025-11-10; mended in v8',
    shows: 'an oops instead of -EOPNOTSUPP for a driver without pci_ops',
  },
  P14: {
    does: 'export reads the memory state before it takes memory_lock to list the buffer',
    source:
      'v1; mended in v2 "Fixed possible race between dmabuf states and revoke" (cause inferred)',
    shows: 'a buffer exported during a reset is live while memory is off',
  },
  P16: {
    does: 'pcim_p2pdma_provider() does not notice that pcim_p2pdma_init() never ran',
    source: 'v7; mended in v8',
    shows: 'NULL pointer dereference on export',
  },
  P17: {
    does: 'iommufd pins the buffer and never unpins it',
    source: 'revoke series v2, review of 2026-01-19',
    shows: 'the pin count is not 0 at detach',
  },
  P18: {
    does: 'revoke waits for kernel fences only',
    source: 'revoke series v3; mended in v4 (BOOKKEEP)',
    shows: 'work behind a BOOKKEEP fence is still running at the reset',
  },
  P19: {
    does: 'revoke waits for fences, but not until the importers have unmapped',
    source: 'revoke series v3 and v4; mended in v5 to v7 (1a8a5227f229)',
    shows: 'a mapping is alive at the reset',
  },
  P20: {
    does: 'revoke gives up waiting for unmap after a second, warns and goes on',
    source: 'revoke series v5, refused by the dma-buf maintainer 2026-01-30; mended in v6',
    shows: 'a mapping is alive at the reset, and the late unmap is counted on the next cycle',
  },
  P21: {
    does: 'un-revoke clears `revoked` first and arms kref and completion afterwards',
    source: 'revoke series v5; mended in v6',
    shows: 'a map in between takes a reference on 0, which is then overwritten',
  },
  P22: {
    does: 'VFIO_DEVICE_RESET revokes before it sets D0',
    source: 'mmap series v1; mended in v2 "back after D0 transition"',
    shows:
      'the importer is told to clean up while the device is in D2 (in D3hot it is revoked anyway)',
  },
  M2: {
    does: 'attach tests peer2peer only, so importers that cannot be told to let go may attach',
    source: '61ceaf236115 (v6.19), vfio_pci_dma_buf_attach()',
    shows: 'attach:ok for an importer without a callback; its mapping outlives the revoke',
  },
  M3: {
    does: 'after a failing dma_buf_fd() the error path frees again what dma_buf_put() freed',
    source: 'e98137f0a874, CVE-2026-31468',
    shows: 'double free, and the registration count goes below 0',
  },
  M4: {
    does: 'revoke returns right after the notification: no wait for fences, none for unmap',
    source: '1a8a5227f229 (v7.1); v6.19 and v7.0 behave like this',
    shows: 'mappings and work in flight are alive at the reset',
  },
  M5: {
    does: 'close disables the device before it cleans up the buffers',
    source: 'd97708701434, CVE-2026-53322',
    shows: 'decode is off while importers still map',
  },
  M6: {
    does: 'cleanup drains a buffer that is revoked already a second time',
    source: 'c64a647c84f3 (v7.1-rc)',
    shows: 'refcount underflow, and close() never returns',
  },
  M7: {
    does: 'export does not test that the resources of the BAR are claimed',
    source: '702809dabdec, CVE-2026-64042',
    shows: 'a BAR that somebody else has can be exported',
  },
  M8: {
    does: 'iommufd destroys the pages before it detaches them',
    source: 'f2d70dbd3dce, CVE-2026-74328, iopt_release_pages()',
    shows: 'a revoke in between uses a destroyed mutex',
  },
  M9: {
    does: 'iommufd unpins without the reservation lock',
    source: 'e745cd2c749e, CVE-2026-80633, iopt_release_pages()',
    shows: 'a lockdep report',
  },
  M11: {
    does: 'pcim_p2pdma_provider() answers for BARs that cannot be mapped',
    source: '951ebc18d181 (v7.2)',
    shows: 'nothing by itself: the test for claimed BARs answers -ENODEV first; with M7 a buffer',
  },
  M12: {
    does: 'dma_buf_fd() writes its tracepoint after the fd can be used',
    source: 'ead6680f354f, CVE-2026-63910',
    shows: 'a close that wins the race frees what the tracepoint reads',
  },
  'D-07': {
    does: 'a revoke takes the first buffer of a device and leaves the others live',
    source: 'derived: vfio_pci_dma_buf_move, v7.3 walks the whole list of the device',
    shows: 'the second buffer is mapped when the device is reset',
  },
  'zap-heard': {
    does: 'an entry of type1 goes when the BAR is zapped, as if somebody told it',
    source: 'derived: vfio_pci_zap_bars, v7.3 walks page tables of processes, and no IOMMU',
    shows: 'MAP_DMA answers 0 where the entry is there still: -EEXIST',
  },
  T1: {
    does: 'hot reset does not revoke at all',
    source: 'the trace of a kernel built without the revoke before the reset',
    shows: 'every errno is right; mappings are alive at pci_reset_bus()',
  },
} as const satisfies Record<string, SimulatorFault>;

/** The name of a fault: those of the bug catalogue and of the flows, and T1. */
export type FaultId = keyof typeof table;

/** Every defect the simulator can be built with. */
export const simulatorFaults: Readonly<Record<FaultId, SimulatorFault>> = table;

/** Defects that came together in one posted or released version. */
export const faultSets = {
  /** The hot reset of v6 as posted on 2025-11-02. */
  v6: ['P4', 'P5', 'P6'],
  /** The hot reset of v9 as posted, before `open_count &&` was folded in. */
  v9: ['P6'],
  /** v6.19 as far as the simulator expresses it. */
  'v6.19': ['M3', 'M4', 'M5', 'M7'],
} as const satisfies Record<string, readonly FaultId[]>;
