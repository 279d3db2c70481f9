import type { Finding } from '../src/cli/catalogue.ts';

/** What is broken in the newest released kernel, as claims that a maintainer can check. */
export const findings: readonly Finding[] = [
  {
    id: 'O1',
    system: 'dma-buf-life',
    revision: '7.3',
    property: 'live-means-awake(buf[0])',
    claim:
      'after LOW_POWER_ENTRY a fresh export, a COMMAND write with MEM=1, PMCSR=D0 or a reset makes a ' +
      'buffer live while the device may runtime suspend: __vfio_pci_memory_enabled() does not look at ' +
      'pm_runtime_engaged, and the fault handler of the BAR does',
    source:
      '__vfio_pci_memory_enabled, vfio_pci_runtime_pm_entry, v7.3; seen on 7.2.13 and 7.3.4 in a virtual machine',
    derived: true,
  },
];
