import type { Finding } from 'xstate-check';

const SEEN = 'seen on 7.2.13 and 7.3.4 in a virtual machine';
const RESUMES =
  'vfio_pci_runtime_pm_entry, __vfio_pci_memory_enabled, vfio_pci_vmf_insert_pfn, v7.3';

/** Low power that a call of the owner forgets: one for each caller of vfio_pci_dma_buf_move(false). */
function forgotten(id: string, operation: string, what: string, seen: string): Finding {
  return {
    id: `O1-${id}`,
    system: 'low-power',
    revision: '7.3',
    property: `stays-revoked(${operation})`,
    claim:
      `After LOW_POWER_ENTRY, ${what} calls vfio_pci_dma_buf_move(false), because ` +
      '__vfio_pci_memory_enabled() does not look at pm_runtime_engaged: importers can map, the CPU ' +
      'still gets SIGBUS, and the device may suspend when the call returns.',
    source: `${RESUMES}; ${seen}`,
    derived: true,
  };
}

/** What the callers of vfio_pci_dma_buf_move(), and those who do not call it, get wrong in v7.3. */
export const findings: readonly Finding[] = [
  {
    id: 'O13',
    system: 'transitions',
    revision: '7.3',
    property: 'unmapped-while-d1-d2',
    claim:
      'A write of D1 or D2 to PMCSR neither zaps nor revokes: vfio_lock_and_set_power_state() and ' +
      '__vfio_pci_memory_enabled() begin with D3hot, and a function in D1 or D2 answers config ' +
      'accesses only. It needs a device that has D1 or D2.',
    source:
      'vfio_lock_and_set_power_state, __vfio_pci_memory_enabled, v7.3; PCI Power Management 1.2; from the code, not tried',
    derived: true,
  },
  {
    id: 'O1-suspended',
    system: 'low-power',
    revision: '7.3',
    property: 'unmapped-while-suspended',
    claim:
      'After LOW_POWER_ENTRY any call that gives access back leaves a buffer live, and the device ' +
      'suspends when that call has put its runtime PM reference: importers may map a suspended ' +
      'device, and map answers 0.',
    source: `${RESUMES}; ${SEEN}`,
    derived: true,
  },
  forgotten('command', 'command_write', 'a write of PCI_COMMAND with MEM=1', SEEN),
  forgotten('pmcsr', 'power_write', 'a write of D0 to PMCSR', SEEN),
  forgotten('flr', 'flr', 'an FLR through DEVCTL', SEEN),
  forgotten('af-flr', 'af_flr', 'an FLR through the AF capability', 'from the code, not tried'),
  forgotten('reset', 'device_reset', 'VFIO_DEVICE_RESET', SEEN),
  {
    id: 'O1-entry-twice',
    system: 'low-power',
    revision: '7.3',
    property: 'failed-entry(owner[0])',
    claim:
      'A second LOW_POWER_ENTRY returns -EINVAL, and has revoked what came back in between: ' +
      'vfio_pci_runtime_pm_entry() revokes before it tests pm_runtime_engaged.',
    source: `vfio_pci_runtime_pm_entry, v7.3; ${SEEN}`,
    derived: true,
  },
  {
    id: 'O2',
    system: 'wake-up',
    revision: '7.3',
    property: 'live-in-the-end',
    claim:
      'After LOW_POWER_ENTRY_WITH_WAKEUP any access, or a PME, ends low power: ' +
      'vfio_pci_core_runtime_resume() signals the eventfd and clears pm_runtime_engaged, but does ' +
      'not call vfio_pci_dma_buf_move(false). The CPU can use the BAR again; map answers -ENODEV ' +
      'until a call that gives access back, such as LOW_POWER_EXIT or a write of PCI_COMMAND.',
    source: `vfio_pci_core_runtime_resume, v7.3; ${SEEN}`,
    derived: true,
  },
  {
    id: 'O12',
    system: 'sysfs-reset',
    revision: '7.3',
    property: 'unmapped-while-reset',
    claim:
      'A reset through sysfs does not pass vfio-pci, which has no reset_prepare: nothing is zapped ' +
      'or revoked, and importers and CPUs go on using a device that is being reset.',
    source:
      'pci_reset_function, v7.3; Pranjal Shrivastava, [RFC] "vfio/pci: Revoke BARs and DMABUFs during sysfs-triggered PCI reset", 2026-08-07, <20260807201405.3717430-2-praan@google.com>',
    derived: false,
  },
  {
    id: 'O12-D3hot',
    system: 'sysfs-reset',
    revision: '7.3',
    property: 'live-in-the-end',
    claim:
      'A reset through sysfs brings a device that its owner had put into D3hot to D0 ' +
      '(pci_dev_save_and_disable()), and gives no access back: the CPU can use the BAR, map answers ' +
      '-ENODEV until a call that gives access back, such as a write of PMCSR or a reset.',
    source: 'pci_dev_save_and_disable, drivers/pci/pci.c, v7.3; from the code, not tried',
    derived: true,
  },
  {
    id: 'O4',
    system: 'sriov',
    revision: '7.3',
    property: 'live-in-the-end',
    claim:
      'Switching SR-IOV on brings a PF that its owner had put into D3hot to D0 under memory_lock ' +
      '(vfio_pci_core_sriov_configure()), and gives no access back: the CPU can use the BAR, map ' +
      'answers -ENODEV until a call that gives access back, such as a write of PMCSR or a reset.',
    source: `vfio_pci_core_sriov_configure, v7.3; ${SEEN}`,
    derived: true,
  },
  {
    id: 'O3',
    system: 'failing-config-write',
    revision: '7.3',
    property: 'live-in-the-end',
    claim:
      'A write of PCI_COMMAND with MEM=0 whose config access fails returns without ' +
      'vfio_pci_dma_buf_move(false), although memory is as enabled as before. Weak: config accesses ' +
      'of a device that works do not fail.',
    source:
      'vfio_basic_config_write, v7.3; seen in a virtual machine with an injected error of the config access',
    derived: true,
  },
  {
    id: 'link-reset-unheard',
    system: 'device-registers',
    scope: { importers: 0, errors: 1 },
    revision: '7.3',
    property: 'copy-agrees',
    claim:
      'Recovery of a fatal error resets the link and puts nothing back (PCI_RESET_NO_RESTORE is for a ' +
      'driver with slot_reset, and vfio-pci has error_detected alone): COMMAND and the BARs are cleared, ' +
      'vconfig and current_state are as before, and buffers stay live. VFIO_DEVICE_RESET saves what the ' +
      'link reset has left and puts that back; a write of COMMAND sets the BARs again.',
    source:
      'pcie_do_recovery, drivers/pci/pcie/err.c; aer_root_reset, drivers/pci/pcie/aer.c; pci_reset_bridge, ' +
      'pci_dev_save_and_disable, drivers/pci/pci.c; vfio_pci_core_err_handlers, vfio_basic_config_write ' +
      '("some kind of backdoor reset"), v7.3; from the code, not tried',
    derived: true,
  },
];
