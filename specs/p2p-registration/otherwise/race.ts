import type { MachineChanges } from '../../written-anew.ts';

const UNLOCKED = 'derived: a check among the argument checks, before memory_lock is taken';

/** Registration tests the BAR and the list ahead of the section in which it marks the BAR. */
export const registerTestsAhead: MachineChanges = {
  steps: {
    'register.idle': { on: { 'bar.p2p_register:begin': 'test' } },
    'register.test': { meta: { source: UNLOCKED } },
    'register.test.marked': { on: { 'bar.registered:true': '#register.refuse' } },
    'register.test.exported': {
      on: {
        'dev.dmabufs.empty:true': '#register.lock',
        'dev.dmabufs.empty:false': '#register.refuse',
      },
    },
    'register.lock': { on: { 'dev.memory_lock.down_write': 'mark' } },
    'register.unlock_refused': null,
  },
};

/** Export tests the BAR ahead of the section in which it adds to the list. */
export const exportTestsAhead: MachineChanges = {
  steps: {
    'export.idle': { on: { 'buf.dma_buf_export:begin': 'test' } },
    'export.test': {
      description: 'ahead of memory_lock',
      on: { 'bar.registered:false': 'lock', 'bar.registered:true': 'refuse' },
    },
    'export.lock': { on: { 'dev.memory_lock.down_write': 'list_add' } },
    'export.unlock_refused': null,
  },
};

/** The fault handler looks at the device alone. */
export const faultTestsDeviceOnly: MachineChanges = {
  steps: {
    'mmap_and_touch.fault.lock': { on: { 'dev.memory_lock.down_read': 'insert' } },
    'mmap_and_touch.fault.test': null,
    'mmap_and_touch.fault.unlock_sigbus': null,
    'mmap_and_touch.fault.sigbus': null,
  },
};
