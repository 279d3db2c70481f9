import { assign, setup } from 'xstate';
import { madeOnce } from '../made-once.ts';

export const labels = [
  'buf.invalidate_mappings:begin',
  'att[a].invalidate:begin',
  'att[a].invalidate:end',
  'buf.invalidate_mappings:end',
] as const;

/**
 * `dma_buf_invalidate_mappings()`, called with dma_resv held: calls back every importer that is
 * attached to the buffer, one after the other, on the thread of the exporter.
 *
 * The same function is drawn twice. Here importers are attached all the while, so that the list is as
 * long as there are importers; `invalidateListed()` asks of each whether it is on the list, for systems
 * in which they attach and detach. One machine for both would be a step more for each importer and no
 * run more in every system of this one.
 *
 * @param attachments - how many attachments the buffer has
 */
export const invalidateMappings = madeOnce(function invalidateMappings(attachments: number) {
  return setup({
    types: {
      context: {} as { a: number },
      events: {} as { type: (typeof labels)[number] },
    },
    guards: {
      any: () => attachments > 0,
      more: ({ context }) => context.a < attachments - 1,
    },
    actions: {
      next: assign({ a: ({ context }) => context.a + 1 }),
      fromFirst: assign({ a: 0 }),
    },
  }).createMachine({
    id: 'invalidate_mappings',
    description: 'dma_buf_invalidate_mappings(): att[a] is the a-th attachment of the buffer',
    meta: {
      labels,
      c: {
        function: 'dma_buf_invalidate_mappings',
        file: 'drivers/dma-buf/dma-buf.c',
        entries: [{ begins: 'buf.invalidate_mappings:begin', parameters: { dmabuf: '@buf' } }],
        lists: [
          {
            head: '&$buf->attachments',
            of: 'att',
            size: attachments,
            link: 'node',
          },
        ],
        rows: [
          {
            c: '$att->importer_ops',
            is: 'some',
            because: 'vfio_pci_dma_buf_attach() admits only importers that have a callback',
          },
          {
            c: '$_->invalidate_mappings',
            is: 'some',
            because: 'vfio_pci_dma_buf_attach() admits only importers that have a callback',
          },
        ],
      },
      index: { a: attachments },
      source: 'dma_buf_invalidate_mappings, drivers/dma-buf/dma-buf.c, v7.3',
      unused: attachments > 0 ? [] : ['att[a].invalidate:begin', 'att[a].invalidate:end'],
      unreachable: attachments > 0 ? [] : ['call', 'called'],
    },
    context: { a: 0 },
    initial: 'idle',
    states: {
      idle: {
        tags: ['quiescent'],
        on: {
          'buf.invalidate_mappings:begin': [
            { guard: 'any', target: 'call', meta: { unused: attachments < 1 } },
            { target: 'called_all', meta: { unused: attachments > 0 } },
          ],
        },
      },
      call: { on: { 'att[a].invalidate:begin': 'called' } },
      called: {
        on: {
          'att[a].invalidate:end': [
            { guard: 'more', target: 'call', actions: 'next', meta: { unused: attachments < 2 } },
            { target: 'called_all', actions: 'fromFirst' },
          ],
        },
      },
      called_all: { on: { 'buf.invalidate_mappings:end': 'idle' } },
    },
  });
});
