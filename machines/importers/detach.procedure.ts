import { setup } from 'xstate';

export const labels = [
  'att.detach:begin',
  'buf.resv.lock',
  'att.list_del',
  'buf.resv.unlock',
  'att.kfree',
  'att.detach:ok',
] as const;

/**
 * `dma_buf_detach()`: off the list under dma_resv, then freed. vfio-pci has no `.detach` of its
 * own. Whoever calls it has unmapped before, and does not hold dma_resv.
 */
export function detach() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'detach',
    description: 'dma_buf_detach(), drivers/dma-buf/dma-buf.c',
    meta: {
      labels,
      c: {
        function: 'dma_buf_detach',
        file: 'drivers/dma-buf/dma-buf.c',
        also: ['drivers/vfio/pci/vfio_pci_dmabuf.c'],
        entries: [
          {
            begins: 'att.detach:begin',
            parameters: { dmabuf: '@buf', attach: '@att' },
            returns: { 'att.detach:ok': 'void' },
          },
        ],
      },
      source: 'dma_buf_detach, v7.3',
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'att.detach:begin': 'lock' } },
      lock: { on: { 'buf.resv.lock': 'list' } },
      list: { on: { 'att.list_del': { target: 'unlock', meta: { commits: 'att.detach' } } } },
      unlock: { on: { 'buf.resv.unlock': 'free' } },
      free: { on: { 'att.kfree': 'return' } },
      return: { on: { 'att.detach:ok': 'idle' } },
    },
  });
}
