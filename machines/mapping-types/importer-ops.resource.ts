import { setup } from 'xstate';

export const labels = [
  'importer_ops:move_notify',
  'importer_ops:NULL',
  'notify:some',
  'notify:none',
] as const;

/** `attach->importer_ops`: what the importer has given is what the exporter finds until it detaches. */
export function importerOps() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'importer_ops',
    description: 'attach->importer_ops: with move_notify, or NULL as of dma_buf_attach()',
    meta: { labels, source: 'dma_buf_attach, dma_buf_dynamic_attach, v7.3' },
    initial: 'dynamic',
    states: {
      dynamic: {
        tags: ['quiescent'],
        on: {
          'importer_ops:move_notify': 'dynamic',
          'importer_ops:NULL': 'static',
          'notify:some': 'dynamic',
        },
      },
      static: {
        tags: ['quiescent'],
        on: {
          'importer_ops:move_notify': 'dynamic',
          'importer_ops:NULL': 'static',
          'notify:none': 'static',
        },
      },
    },
  });
}
