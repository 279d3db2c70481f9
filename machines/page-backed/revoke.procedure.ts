import { setup } from 'xstate';
import { POC } from './export.procedure.ts';
import { revokeLabels, revokeStates } from './revoke-states.ts';

const labels = [
  'buf.revoke_dma_buf:begin',
  'dev.memory_lock.down_write',
  ...revokeLabels('PERM_REVOKED'),
  'dev.memory_lock.up_write',
  'buf.revoke_dma_buf:ok',
  'buf.revoke_dma_buf:-EBADFD',
];

/** A page-backed buffer is revoked for good on request, once. */
export function pageRevoke() {
  return setup({ types: { events: {} as { type: string } } }).createMachine({
    id: 'page_revoke',
    description: 'vfio_pci_dma_buf_revoke(): VFIO_DEVICE_PCI_DMABUF_REVOKE',
    meta: {
      labels,
      source: `${POC}, vfio_pci_dma_buf_revoke; -ENODEV of a buffer of another device, -EINVAL and -EBADF of no buffer are arguments`,
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'buf.revoke_dma_buf:begin': 'lock' } },
      lock: { on: { 'dev.memory_lock.down_write': 'revoke' } },
      revoke: revokeStates('PERM_REVOKED', {
        then: '#page_revoke.unlock',
        already: '#page_revoke.unlock_already',
      }),
      unlock: {
        on: { 'dev.memory_lock.up_write': { target: 'return', meta: { commits: 'buf.settled' } } },
      },
      return: { tags: ['settled'], on: { 'buf.revoke_dma_buf:ok': 'idle' } },
      unlock_already: { on: { 'dev.memory_lock.up_write': 'return_already' } },
      return_already: { on: { 'buf.revoke_dma_buf:-EBADFD': 'idle' } },
    },
  });
}
