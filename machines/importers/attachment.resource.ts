import { setup } from 'xstate';

export const labels = [
  'kzalloc:ok',
  'list_add',
  'list_del',
  'kfree',
  'listed:true',
  'listed:false',
  'invalidate:begin',
  'invalidate:end',
] as const;

/**
 * The attachment itself (`struct dma_buf_attachment`) and its place on `dmabuf->attachments`, which
 * dma_resv protects. The exporter calls back through it, so that it must not go while a callback
 * of it runs.
 *
 * @param initially - `on` where the system starts with the importer attached
 */
export function attachmentObject(initially: 'off' | 'on' = 'off') {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'attachment_object',
    description: 'kzalloc(attach), its node on dmabuf->attachments, kfree(attach)',
    meta: { labels, source: 'dma_buf_dynamic_attach, dma_buf_detach, v7.3' },
    initial: initially,
    states: {
      off: {
        description: 'no attachment',
        tags: ['quiescent'],
        on: {
          'kzalloc:ok': 'unlisted',
          'listed:false': 'off',
          list_add: 'used_after_free',
          list_del: 'corrupt',
          kfree: 'off',
          'invalidate:begin': 'used_after_free',
          'invalidate:end': 'off',
        },
      },
      unlisted: {
        description: 'no revoke can see it: made, or off the list and not freed yet',
        tags: ['quiescent'],
        on: {
          'kzalloc:ok': 'unlisted',
          'listed:false': 'unlisted',
          list_add: 'on',
          list_del: 'corrupt',
          kfree: 'off',
          'invalidate:begin': 'used_after_free',
          'invalidate:end': 'unlisted',
        },
      },
      on: {
        tags: ['quiescent'],
        on: {
          'kzalloc:ok': 'on',
          'listed:true': 'on',
          list_del: 'unlisted',
          list_add: 'corrupt',
          kfree: 'used_after_free',
          'invalidate:begin': 'called_back',
        },
      },
      called_back: {
        on: {
          'kzalloc:ok': 'called_back',
          'listed:true': 'called_back',
          'invalidate:begin': 'called_back',
          'invalidate:end': 'on',
          list_del: 'corrupt',
          list_add: 'corrupt',
          kfree: 'used_after_free',
        },
      },
      corrupt: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is put on the list or taken off while the exporter walks it, or twice' },
        on: {
          'kzalloc:ok': 'unlisted',
          'listed:false': 'off',
          list_add: 'on',
          list_del: 'unlisted',
          kfree: 'off',
          'invalidate:begin': 'called_back',
          'invalidate:end': 'off',
        },
      },
      used_after_free: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is called back after it was freed, or freed while it is on the list' },
        on: {
          'kzalloc:ok': 'unlisted',
          'listed:false': 'off',
          list_add: 'on',
          list_del: 'off',
          kfree: 'off',
          'invalidate:begin': 'used_after_free',
          'invalidate:end': 'off',
        },
      },
    },
  });
}
