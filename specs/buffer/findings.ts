import type { Finding, Scope } from 'xstate-check';

/** Somebody opens the dma-buf with O_PATH, which no call of VFIO or of dma-buf has a part in. */
export const WITH_O_PATH: Scope = { writers: 1, closers: 1, unbinders: 0, fds: 1, o_path: 1 };

/** What is broken in the newest released kernel around export and release. */
export const findings: readonly Finding[] = [
  {
    id: 'O1',
    system: 'dma-buf-life',
    revision: '7.3',
    property: 'live-means-awake(buf[0])',
    claim:
      'After LOW_POWER_ENTRY a new export, a write of PCI_COMMAND with MEM=1 or of D0 to PMCSR, or a ' +
      'reset leaves a buffer that importers can map, although the device may runtime suspend: ' +
      '__vfio_pci_memory_enabled() does not look at pm_runtime_engaged, which the fault handler of ' +
      'the BARs does.',
    source:
      '__vfio_pci_memory_enabled, vfio_pci_runtime_pm_entry, v7.3; seen on 7.2.13 and 7.3.4 in a virtual machine',
    derived: true,
  },
  {
    id: 'M14',
    system: 'export',
    revision: '7.3',
    scope: WITH_O_PATH,
    property: 'memory-safe',
    claim:
      'an O_PATH fd of the dma-buf keeps its dentry and not its file, so that after close() of the ' +
      'fd dmabuf->file points at freed memory: get_file_active() in a COMMAND write or in the close ' +
      'of the device writes to it',
    source:
      '4ab59c3c638c, vfio_pci_dma_buf_move, vfio_pci_dma_buf_cleanup, v7.3; seen as KASAN slab-use-after-free on 7.3.4; "dma-buf: Annul dmabuf->file on file release", <f8efaabd-c06e-4f04-8cfa-489c148e37ba@ozlabs.org>',
    derived: false,
  },
];
