import { setup } from 'xstate';
import { POC } from './export.procedure.ts';
import { revokeLabels, revokeStates } from './revoke-states.ts';

const labels = [
  'dev.device_reset:begin',
  'dev.memory_lock.down_write',
  ...revokeLabels('TEMP_REVOKED'),
  'dev.pci_try_reset_function:begin',
  'dev.pci_try_reset_function:ok',
  'buf.status.set(OK)',
  'dev.memory_lock.up_write',
  'dev.device_reset:ok',
];

/**
 * VFIO_DEVICE_RESET of a device with one page-backed buffer: revoked for the time being, reset, and
 * given back. The proof of concept waits for importers, and for nobody who has pinned a page.
 */
export function pageReset() {
  return setup({ types: { events: {} as { type: string } } }).createMachine({
    id: 'page_reset',
    description:
      'vfio_pci_ioctl_reset(), vfio_pci_dma_buf_move(true), vfio_pci_dma_buf_move(false)',
    meta: {
      labels: [...new Set(labels)],
      source: `${POC}, __vfio_pci_dma_buf_revoke; vfio_pci_ioctl_reset, v7.3`,
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'dev.device_reset:begin': 'lock' } },
      lock: { on: { 'dev.memory_lock.down_write': 'revoke' } },
      revoke: revokeStates('TEMP_REVOKED', { then: '#page_reset.reset' }),
      reset: {
        initial: 'begin',
        states: {
          begin: {
            on: {
              'dev.pci_try_reset_function:begin': { target: 'end', meta: { commits: 'dev.cut' } },
            },
          },
          end: { on: { 'dev.pci_try_reset_function:ok': '#page_reset.restore' } },
        },
      },
      restore: {
        description: 'vfio_pci_dma_buf_move(false)',
        initial: 'find',
        states: {
          find: { on: { 'buf.listed:true': 'test', 'buf.listed:false': '#page_reset.unlock' } },
          test: {
            on: {
              'buf.status:OK': '#page_reset.unlock',
              'buf.status:PERM_REVOKED': '#page_reset.unlock',
              'buf.status:TEMP_REVOKED': 'lock_resv',
            },
          },
          lock_resv: { on: { 'buf.resv.lock': 'set' } },
          set: {
            on: {
              'buf.status.set(OK)': { target: 'unlock_resv', meta: { commits: 'buf.unrevoke' } },
            },
          },
          unlock_resv: { on: { 'buf.resv.unlock': '#page_reset.unlock' } },
        },
      },
      unlock: { on: { 'dev.memory_lock.up_write': 'return' } },
      return: { on: { 'dev.device_reset:ok': 'idle' } },
    },
  });
}
