import { assign, setup } from 'xstate';

export const labels = [
  'buf.invalidate_mappings:begin',
  'att[a].listed:true',
  'att[a].listed:false',
  'att[a].invalidate:begin',
  'att[a].invalidate:end',
  'buf.invalidate_mappings:end',
] as const;

/**
 * `dma_buf_invalidate_mappings()` of a buffer to which importers attach and from which they detach
 * while it is exported: it calls back those that are on `dmabuf->attachments`. Where they stay
 * attached, the same function is `invalidateMappings()`.
 *
 * @param attachments - most attachments that the buffer has
 */
export function invalidateListed(attachments: number) {
  return setup({
    types: {
      context: {} as { a: number },
      events: {} as { type: (typeof labels)[number] },
    },
    guards: { more: ({ context }) => context.a < attachments - 1 },
    actions: {
      next: assign({ a: ({ context }) => context.a + 1 }),
      fromFirst: assign({ a: 0 }),
    },
  }).createMachine({
    id: 'invalidate_listed',
    description: 'dma_buf_invalidate_mappings(): att[a] is the a-th attachment, if it is listed',
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
            asks: '{att}.listed',
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
    },
    context: { a: 0 },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'buf.invalidate_mappings:begin': 'test' } },
      test: { on: { 'att[a].listed:true': 'call', 'att[a].listed:false': 'next' } },
      call: { on: { 'att[a].invalidate:begin': 'called' } },
      called: { on: { 'att[a].invalidate:end': 'next' } },
      next: {
        always: [
          {
            guard: 'more',
            target: 'test',
            actions: 'next',
            meta: { unused: attachments < 2 },
          },
          { target: 'called_all', actions: 'fromFirst' },
        ],
      },
      called_all: { on: { 'buf.invalidate_mappings:end': 'idle' } },
    },
  });
}
