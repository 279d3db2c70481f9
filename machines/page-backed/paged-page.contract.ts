import { setup } from 'xstate';

export const labels = ['insert', 'zap', 'pin', 'unpin', 'settled', 'cut'] as const;

/**
 * A page of a page-backed buffer in the hands of a process: mapped, pinned, or both. No device stops
 * answering, and no revoke for good returns, while one of these is so.
 */
export function pagedPage() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'paged_page',
    description: 'a page of a BAR that a process maps, and pins for an I/O',
    meta: {
      labels,
      source:
        'derived: X13, "revocation of pages does not exist, only waiting"; memunmap_pages, v7.3, waits so',
    },
    initial: 'unused',
    states: {
      unused: {
        tags: ['quiescent'],
        on: { insert: 'mapped', zap: 'unused', settled: 'unused', cut: 'unused' },
      },
      mapped: { tags: ['quiescent'], on: { zap: 'unused', pin: 'mapped_and_pinned' } },
      mapped_and_pinned: { on: { zap: 'pinned', unpin: 'mapped' } },
      pinned: { on: { insert: 'mapped_and_pinned', zap: 'pinned', unpin: 'unused' } },
    },
  });
}
