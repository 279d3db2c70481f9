import { setup } from 'xstate';

export const labels = ['pin:ok', 'pin:-EOPNOTSUPP', 'unpin', 'kfree'] as const;

/**
 * Whether an importer has the buffer pinned: once at most, and not when it detaches. A buffer of
 * vfio-pci has no pin op that could refuse.
 */
export function pin() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'pin',
    description: 'dma_buf_pin(), dma_buf_unpin() of one attachment',
    meta: { labels, source: 'dma_buf_pin, dma_buf_unpin, v7.3', unused: ['pin:-EOPNOTSUPP'] },
    initial: 'unpinned',
    states: {
      unpinned: {
        tags: ['quiescent'],
        on: { 'pin:ok': 'pinned', unpin: 'unpinned_twice', kfree: 'unpinned' },
      },
      pinned: {
        tags: ['quiescent'],
        on: { 'pin:ok': 'pinned', unpin: 'unpinned', kfree: 'left_pinned' },
      },
      unpinned_twice: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is unpinned more often than it was pinned' },
        on: { 'pin:ok': 'pinned', unpin: 'unpinned_twice', kfree: 'unpinned' },
      },
      left_pinned: {
        description: 'an exporter that counts pins never gets this one back',
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is detached while it is pinned' },
        on: { 'pin:ok': 'pinned', unpin: 'unpinned_twice', kfree: 'left_pinned' },
      },
    },
  });
}
