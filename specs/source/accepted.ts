import type { AcceptedDifference } from 'xstate-check/kernel';

/** Where a machine and the C part, which is known: what the machine leaves out, and why. */
export const accepted: readonly AcceptedDifference[] = [
  {
    machine: 'memunmap_pages',
    after: 'bar.pgmap.kill',
    c: ['bar.pgmap.wait'],
    machineOnly: [],
    reason: 'private and coherent device memory has no references of its own; a BAR is neither',
  },
  {
    machine: 'alloc_mmap',
    after: 'bar[0].page[0].put:more',
    c: ['bar[0].page[0].set_count(1)'],
    machineOnly: [],
    reason: 'the machine has one page, and the reader does not know how many bytes that is',
  },
  {
    machine: 'add_resource',
    after: 'bar.add_resource:begin',
    c: ['bar.add_resource:failed'],
    machineOnly: [],
    reason:
      'a BAR that is no memory, or a range that is not in it, is refused before anything is done',
  },
  {
    machine: 'function_reset',
    after: 'dev.function_reset:begin',
    c: ['dev.function_reset:ok'],
    machineOnly: [],
    reason:
      'the machine begins where the bit is set and the device has the capability; without, nothing is done',
  },
  {
    machine: 'command_write',
    after: 'dev.vconfig.command(MEM=0)',
    c: ['dev.memory_enabled:true'],
    machineOnly: [],
    reason:
      'of a physical function memory is enabled as the bit says that was just written; of a virtual one it may be',
  },
  {
    machine: 'pm_core',
    after: '',
    c: [],
    machineOnly: ['dev.rpm_resume'],
    reason: 'the machine is the PM core, of which the resume is no function of vfio',
  },
  {
    machine: 'core_disable',
    after: 'dev.needs_reset.set',
    c: ['dev.reset_works:true', 'dev.reset_works:false'],
    machineOnly: [],
    reason:
      'saved state that does not load, because a capability is gone, is saved again before the reset, or the reset is left out',
  },
  {
    machine: 'sriov_configure',
    after: 'dev.sriov_configure:begin',
    c: ['dev.sriov_configure:failed'],
    machineOnly: [],
    reason: 'VFs that are on already: the PCI core does not call the driver then',
  },
  {
    machine: 'sriov_configure',
    after: 'dev.sriov_disable:begin',
    c: ['dev.sriov_active.clear'],
    machineOnly: [],
    reason: 'VFs that are off already: the PCI core does not call the driver then',
  },
  {
    machine: 'nvgrace_read',
    after: 'dev.read:begin',
    c: ['return -EINVAL'],
    machineOnly: [],
    reason: 'a read beyond the region is refused before anything is done',
  },
  {
    machine: 'nvgrace_read',
    after: 'dev.memory_lock.down_read',
    c: ['dev.memory_lock.up_read'],
    machineOnly: [],
    reason: 'a read beyond the memory that is there, but within the region, copies nothing of it',
  },
  {
    machine: 'fput',
    after: 'buf.__fput',
    c: ['buf.file_free'],
    machineOnly: [],
    reason: 'a file that was never opened is freed, and nothing else',
  },
  {
    machine: 'fput_o_path',
    after: 'buf.__fput',
    c: ['buf.__fput'],
    machineOnly: [],
    reason: 'a file that was never opened is freed, and nothing else',
  },
  {
    machine: 'sriov_configure',
    after: 'dev.sriov_disable:begin',
    c: ['dev.sriov_disable:ok'],
    machineOnly: [],
    isOlder: true,
    reason: 'VFs that are off already: the PCI core does not call the driver then',
  },
  {
    machine: 'sysfs_reset',
    after: 'dev.sysfs_reset:begin',
    c: ['dev.sysfs_reset:failed'],
    machineOnly: [],
    reason: 'a number other than 1 is refused before anything is done',
  },
];
