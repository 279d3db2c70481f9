import { setup } from 'xstate';

export const labels = ['pin:ok', 'pin:-EOPNOTSUPP', 'unpin', 'kfree'] as const;

export interface PinVariation {
  /**
   * What dma_buf_pin() of a buffer of vfio-pci answers: it `succeeds`, because there is no pin op
   * (7.1 and later, and before 61ceaf236115), or is `refused` with -EOPNOTSUPP (6.19, 7.0).
   */
  readonly pin: 'succeeds' | 'refused';
}

/** Whether an importer has the buffer pinned: once at most, and not when it detaches. */
export function pin(variation: PinVariation) {
  const answer =
    variation.pin === 'succeeds'
      ? { 'pin:ok': 'pinned' as const }
      : { 'pin:-EOPNOTSUPP': 'unpinned' as const };
  const repin =
    variation.pin === 'succeeds'
      ? { 'pin:ok': 'pinned' as const }
      : { 'pin:-EOPNOTSUPP': 'pinned' as const };
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'pin',
    description: 'dma_buf_pin(), dma_buf_unpin() of one attachment',
    meta: {
      labels,
      source: 'dma_buf_pin, dma_buf_unpin, v7.3; vfio_pci_dma_buf_pin, v6.19',
      unused: [variation.pin === 'succeeds' ? 'pin:-EOPNOTSUPP' : 'pin:ok'],
      unreachable: variation.pin === 'succeeds' ? [] : ['pinned', 'left_pinned'],
    },
    initial: 'unpinned',
    states: {
      unpinned: {
        tags: ['quiescent'],
        on: { ...answer, unpin: 'unpinned_twice', kfree: 'unpinned' },
      },
      pinned: {
        tags: ['quiescent'],
        on: { ...repin, unpin: 'unpinned', kfree: 'left_pinned' },
      },
      unpinned_twice: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is unpinned more often than it was pinned' },
        on: { ...answer, unpin: 'unpinned_twice', kfree: 'unpinned' },
      },
      left_pinned: {
        description: 'an exporter that counts pins never gets this one back',
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is detached while it is pinned' },
        on: { ...answer, unpin: 'unpinned_twice', kfree: 'left_pinned' },
      },
    },
  });
}
