import { setup } from 'xstate';

export const labels = ['attach.set', 'attach.clear', 'attach.use'] as const;

/** Where an importer keeps its attachment for its callback. */
export function storedAttachment() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'stored_attachment',
    description: 'pages->dmabuf.attach',
    meta: { labels, source: 'iopt_map_dmabuf, drivers/iommu/iommufd/pages.c, v7.3' },
    initial: 'null',
    states: {
      null: {
        tags: ['quiescent'],
        on: { 'attach.set': 'set', 'attach.clear': 'null', 'attach.use': 'dereferenced_null' },
      },
      set: {
        tags: ['quiescent'],
        on: { 'attach.set': 'set', 'attach.clear': 'null', 'attach.use': 'set' },
      },
      dereferenced_null: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is NULL in the callback: an oops, with dma_resv and memory_lock held' },
        on: { 'attach.set': 'set', 'attach.clear': 'null', 'attach.use': 'dereferenced_null' },
      },
    },
  });
}
