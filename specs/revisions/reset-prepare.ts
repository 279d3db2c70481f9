import type { Done } from './design.ts';

const RFC =
  'Pranjal Shrivastava, [RFC] "vfio/pci: Revoke BARs and DMABUFs during sysfs-triggered PCI reset", 2026-08-07, <20260807201405.3717430-2-praan@google.com>';
const ofPrepare = { source: `pci_dev_save_and_disable, drivers/pci/pci.c, v7.3; ${RFC}` };
const ofDone = { source: `pci_dev_restore, drivers/pci/pci.c, v7.3; ${RFC}` };

/**
 * vfio-pci hears of every reset, by reset_prepare() and reset_done() of its error handlers, which take
 * memory_lock. The PCI core calls them in each reset that saves and restores the device, those that
 * vfio-pci itself asks for included.
 */
export const resetPrepare: Done = {
  at: ['handlers'],
  labels: { hot_reset: ['dev[i].memory_lock.down_write'] },
  states: {
    'hot_reset.reset': {
      on: { 'bus.pci_reset_bus:begin': { target: 'prepare', actions: 'fromFirst' } },
    },
    'hot_reset.prepare': {
      description: 'pci_dev_save_and_disable() calls reset_prepare()',
      meta: ofPrepare,
      initial: 'lock',
      states: {
        lock: { on: { 'dev[i].memory_lock.down_write': 'zap' } },
        zap: { on: { 'dev[i].zap_bars': 'revoke' } },
        revoke: { on: { 'dev[i].move(true):begin': 'revoking' } },
        revoking: {
          on: {
            'dev[i].move(true):end': [
              { guard: 'more', target: '#hot_reset.prepare', actions: 'next' },
              { target: '#hot_reset.resetting' },
            ],
          },
        },
      },
    },
    'hot_reset.resetting': {
      description: 'the errno of a failed reset is returned; the way back is the same',
      on: {
        'bus.pci_reset_bus:ok': {
          target: 'done',
          actions: 'fromFirst',
          meta: { commits: 'bus.reset:ok' },
        },
        'bus.pci_reset_bus:-ENOTTY': {
          target: 'done',
          actions: ['fromFirst', { type: 'fail', params: '-ENOTTY' }],
          meta: { commits: 'bus.reset:-ENOTTY' },
        },
      },
    },
    'hot_reset.done': {
      description: 'pci_dev_restore() calls reset_done()',
      meta: ofDone,
      initial: 'test',
      states: {
        test: {
          on: { 'dev[i].memory_enabled:true': 'unrevoke', 'dev[i].memory_enabled:false': 'unlock' },
        },
        unrevoke: { on: { 'dev[i].move(false):begin': 'unrevoking' } },
        unrevoking: { on: { 'dev[i].move(false):end': 'unlock' } },
        unlock: {
          on: {
            'dev[i].memory_lock.up_write': [
              { guard: 'more', target: '#hot_reset.done', actions: 'next' },
              { target: '#hot_reset.unwind', actions: 'fromLast' },
            ],
          },
        },
      },
    },
  },
};
