import type { Anew } from '../anew.ts';

const UNLOCKED = 'derived: a check among the argument checks, before memory_lock is taken';

/** Registration tests the BAR and the list ahead of the section in which it marks the BAR. */
export const registerTestsAhead: Anew = {
  states: {
    idle: { on: { 'bar.p2p_register:begin': 'test' } },
    test: {
      meta: { source: UNLOCKED },
      states: {
        marked: { on: { 'bar.registered:true': '#register.refuse' } },
        exported: {
          on: {
            'dev.dmabufs.empty:true': '#register.lock',
            'dev.dmabufs.empty:false': '#register.refuse',
          },
        },
      },
    },
    lock: { on: { 'dev.memory_lock.down_write': 'mark' } },
    unlock_refused: null,
  },
};

/** Export tests the BAR ahead of the section in which it adds to the list. */
export const exportTestsAhead: Anew = {
  states: {
    idle: { on: { 'buf.dma_buf_export:begin': 'test' } },
    test: {
      description: 'ahead of memory_lock',
      on: { 'bar.registered:false': 'lock', 'bar.registered:true': 'refuse' },
    },
    lock: { on: { 'dev.memory_lock.down_write': 'list_add' } },
    unlock_refused: null,
  },
};

/** The fault handler looks at the device alone. */
export const faultTestsDeviceOnly: Anew = {
  states: {
    fault: {
      states: {
        lock: { on: { 'dev.memory_lock.down_read': 'insert' } },
        test: null,
        unlock_sigbus: null,
        sigbus: null,
      },
    },
  },
};
