import type { Finding } from 'xstate-check';

/** What is broken in the newest released kernel, as claims that a maintainer can check. */
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
];
