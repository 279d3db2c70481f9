import type { Finding, Scope } from 'xstate-check';

/** The scope at which a sibling is put into low power. */
export const WITH_LOW_POWER: Scope = {
  devices: 2,
  unopened: 0,
  buffers: 1,
  importers: 0,
  resets: 1,
  writers: 0,
  faults: 0,
  sleepers: 0,
  engagers: 1,
  closers: 0,
};

/** The scope at which a hot reset has something to take from an importer, and nobody else is about. */
export const WITH_IMPORTER: Scope = { ...WITH_LOW_POWER, importers: 1, engagers: 0 };

/** What hot reset does in the newest released kernel that it should not. */
export const findings: readonly Finding[] = [
  {
    id: 'O1-sibling',
    system: 'hot-reset',
    scope: WITH_LOW_POWER,
    revision: '7.3',
    property: 'live-means-awake(buf[1])',
    claim:
      'a hot reset makes the buffers of another device of the set live while the owner of that ' +
      'device has it in low power: it gives access back where __vfio_pci_memory_enabled() says so, ' +
      'and that does not look at pm_runtime_engaged',
    source:
      'vfio_pci_dev_set_hot_reset, vfio_pci_runtime_pm_entry, v7.3; seen on 7.2.13 and 7.3.4 in a virtual machine',
    derived: true,
  },
  {
    id: 'O18',
    system: 'hot-reset',
    scope: WITH_IMPORTER,
    revision: '7.3',
    property: 'failed-call-leaves(bus.hot_reset)@hot_reset',
    claim:
      'whether a device is owned and its memory_lock free is tested in the walk that revokes the ' +
      'devices before it: a hot reset that answers -EINVAL or -EBUSY, and has reset nothing, has ' +
      'called the importers of those back. Their buffers are live again when it returns; a mapping ' +
      'of iommufd or of a pinned MR does not come back. VFIO_DEVICE_RESET does the same where ' +
      'pci_try_reset_function() finds the lock of the device taken, and answers -EAGAIN',
    source:
      'vfio_pci_dev_set_hot_reset, vfio_pci_ioctl_reset, v7.3; pci_try_reset_function, drivers/pci/pci.c; run on stock 7.3.4 in a virtual machine: -EBUSY with the memory_lock of the second of two devices taken, -EAGAIN with the lock of the device taken; in both the importer was called back, and awaited where it unmaps later. -EINVAL is from the code: no two functions of the machine are in groups of their own',
    derived: true,
  },
];
