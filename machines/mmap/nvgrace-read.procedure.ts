import { setup } from 'xstate';

export const labels = [
  'dev.read:begin',
  'dev.memory_lock.down_read',
  'mm.user_page:present',
  'mm.user_page:absent',
  'mm.user_page:of_bar',
  'mm.mmap_lock.down_read',
  'dev.pm_runtime_engaged:true',
  'dev.pm_runtime_engaged:false',
  'dev.memory_enabled:true',
  'dev.memory_enabled:false',
  'dev.insert_pfn',
  'mm.mmap_lock.up_read',
  'dev.memory_lock.up_read',
  'dev.read:ok',
  'dev.read:-EFAULT',
] as const;

/** What may lie where the user reads to: memory, or a mapping of a BAR of the same device as well. */
export type ReadsInto = 'memory' | 'memory_or_bar';

/** What a read into memory never comes to. */
const OF_BAR = {
  unused: [
    'mm.user_page:of_bar',
    'dev.pm_runtime_engaged:true',
    'dev.pm_runtime_engaged:false',
    'dev.memory_enabled:true',
    'dev.memory_enabled:false',
    'dev.insert_pfn',
    'dev.read:-EFAULT',
  ],
  unreachable: [
    'copy.fault_of_bar',
    'copy.lock_again',
    'copy.low_power',
    'copy.memory',
    'copy.insert',
    'copy.leave',
    'copy.leave_sigbus',
    'copy.sigbus',
    'unlock_fault',
    'return_fault',
  ],
};

/**
 * read() of the device memory of an nvgrace-gpu: it copies to user space with memory_lock held for
 * reading, and where the page of the user is not there, the copy faults. A page fault of the kernel
 * itself takes mmap_lock, and one in a mapping of the device takes memory_lock again. That the memory
 * has to be ready after a reset is not drawn.
 */
export function nvgraceRead(into: ReadsInto = 'memory') {
  const ofBar = into === 'memory_or_bar';
  return setup({
    types: { events: {} as { type: (typeof labels)[number] } },
    guards: { ofBar: () => ofBar },
  }).createMachine({
    id: 'nvgrace_read',
    description: 'nvgrace_gpu_read_mem(): copy_to_user() under memory_lock',
    meta: {
      labels,
      c: nvgraceInC(into),
      source:
        'nvgrace_gpu_read_mem, nvgrace_gpu_map_and_read, v7.3; Ankit Agrawal, "vfio/nvgrace-gpu: wait for the GPU mem to be ready" v6 6/6, 2025-11-25, <20251125173013.39511-7-ankita@nvidia.com>; opsound/vfio-dmabuf-lab, nvgrace-v5',
      unused: ofBar ? [] : OF_BAR.unused,
      unreachable: ofBar ? [] : OF_BAR.unreachable,
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'dev.read:begin': 'lock' } },
      lock: { on: { 'dev.memory_lock.down_read': 'copy' } },
      copy: {
        description: 'copy_to_user()',
        initial: 'touch',
        states: {
          touch: {
            on: {
              'mm.user_page:present': '#nvgrace_read.unlock',
              'mm.user_page:absent': 'fault',
              'mm.user_page:of_bar': {
                guard: 'ofBar',
                target: 'fault_of_bar',
                meta: { unused: !ofBar },
              },
            },
          },
          fault: {
            meta: {
              source: 'do_user_addr_fault, arch/x86/mm/fault.c; do_page_fault of arm64, v7.3',
            },
            on: { 'mm.mmap_lock.down_read': 'faulted' },
          },
          faulted: { on: { 'mm.mmap_lock.up_read': '#nvgrace_read.unlock' } },
          fault_of_bar: { on: { 'mm.mmap_lock.down_read': 'lock_again' } },
          lock_again: {
            description: 'the fault handler of the device that is read',
            meta: { source: 'vfio_pci_mmap_huge_fault, nvgrace_gpu_vfio_pci_huge_fault, v7.3' },
            on: { 'dev.memory_lock.down_read': 'low_power' },
          },
          low_power: {
            on: {
              'dev.pm_runtime_engaged:false': 'memory',
              'dev.pm_runtime_engaged:true': 'leave_sigbus',
            },
          },
          memory: {
            on: { 'dev.memory_enabled:true': 'insert', 'dev.memory_enabled:false': 'leave_sigbus' },
          },
          insert: { on: { 'dev.insert_pfn': 'leave' } },
          leave: { on: { 'dev.memory_lock.up_read': 'faulted' } },
          leave_sigbus: { on: { 'dev.memory_lock.up_read': 'sigbus' } },
          sigbus: { on: { 'mm.mmap_lock.up_read': '#nvgrace_read.unlock_fault' } },
        },
      },
      unlock: { on: { 'dev.memory_lock.up_read': 'return' } },
      return: { on: { 'dev.read:ok': 'idle' } },
      unlock_fault: { on: { 'dev.memory_lock.up_read': 'return_fault' } },
      return_fault: { on: { 'dev.read:-EFAULT': 'idle' } },
    },
  });
}

const TOUCHED_BAR = [
  'mm.user_page:of_bar',
  'mm.mmap_lock.down_read',
  '{dev}.memory_lock.down_read',
] as const;
const LEAVES = ['{dev}.memory_lock.up_read', 'mm.mmap_lock.up_read'] as const;

/** What copy_to_user() meets in the memory of the process; nothing of it is in the function. */
const COPY_TO_USER = {
  memory: { returns: { present: '0', absent: '0' } },
  memory_or_bar: {
    returns: { present: '0', absent: '0', of_bar: '0', low_power: '1', disabled: '1' },
  },
  runs: {
    present: ['mm.user_page:present'],
    absent: ['mm.user_page:absent', 'mm.mmap_lock.down_read', 'mm.mmap_lock.up_read'],
    of_bar: [
      ...TOUCHED_BAR,
      '{dev}.pm_runtime_engaged:false',
      '{dev}.memory_enabled:true',
      '{dev}.insert_pfn',
      ...LEAVES,
    ],
    low_power: [...TOUCHED_BAR, '{dev}.pm_runtime_engaged:true', ...LEAVES],
    disabled: [
      ...TOUCHED_BAR,
      '{dev}.pm_runtime_engaged:false',
      '{dev}.memory_enabled:false',
      ...LEAVES,
    ],
  },
} as const;

const nvgraceInC = (into: ReadsInto) => ({
  function: 'nvgrace_gpu_read_mem',
  file: 'drivers/vfio/pci/nvgrace-gpu/main.c',
  entries: [
    {
      begins: 'dev.read:begin',
      parameters: { nvdev: '@nvdev' },
      returns: { 'dev.read:ok': '1', 'dev.read:-EFAULT': '-EFAULT' },
    },
  ],
  leads: { 'nvdev.core_device': '@dev' },
  rows: [
    {
      c: 'copy_to_user($_, $_, $_)',
      label: 'mm.user_page',
      ...COPY_TO_USER[into],
      runs: COPY_TO_USER.runs,
      because: 'what the page fault of the copy does',
    },
    { c: 'min($_, $_)', is: '1', because: 'one byte is read' },
    {
      c: 'VFIO_PCI_OFFSET_TO_INDEX($_)',
      is: 'USEMEM_REGION_INDEX',
      because: 'what is read is the memory that is mapped as such',
    },
    { c: '$nvdev->reset_done', is: '0', because: 'the wait for the memory is not drawn' },
  ],
});
