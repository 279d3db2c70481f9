type Revoked = 'TEMP_REVOKED' | 'PERM_REVOKED';

/** The labels of a revoke, in the order of the C. */
export const revokeLabels = (status: Revoked) => [
  'buf.listed:true',
  'buf.listed:false',
  'buf.status:OK',
  'buf.status:TEMP_REVOKED',
  'buf.status:PERM_REVOKED',
  'buf.resv.lock',
  `buf.status.set(${status})`,
  'buf.resv.unlock',
  'buf.wait_unmapped',
  'page[0].zap',
  'page[1].zap',
];

/**
 * __vfio_pci_dma_buf_revoke() of the one buffer that may be on the list, under memory_lock: the
 * status, the importers, the PTEs. One that is revoked already is left alone, but for the status where
 * this is for good.
 *
 * @param then - where it leads
 * @param already - where it leads where the buffer is revoked for good
 */
export function revokeStates(
  status: Revoked,
  { then, already = then }: { readonly then: string; readonly already?: string },
) {
  const forGood = status === 'PERM_REVOKED';
  const set = (target: string) => ({ target, meta: { commits: `buf.revoke(${status})` } });
  return {
    description: 'vfio_pci_dma_buf_move(), __vfio_pci_dma_buf_revoke()',
    initial: 'find',
    states: {
      find: { on: { 'buf.listed:true': 'test', 'buf.listed:false': then } },
      test: {
        on: {
          'buf.status:OK': 'lock_resv',
          'buf.status:TEMP_REVOKED': forGood ? 'upgrade' : then,
          'buf.status:PERM_REVOKED': already,
        },
      },
      ...(forGood && {
        upgrade: {
          initial: 'lock_resv',
          states: {
            lock_resv: { on: { 'buf.resv.lock': 'set' } },
            set: { on: { 'buf.status.set(PERM_REVOKED)': set('unlock_resv') } },
            unlock_resv: { on: { 'buf.resv.unlock': then } },
          },
        },
      }),
      lock_resv: { on: { 'buf.resv.lock': 'set' } },
      set: { on: { [`buf.status.set(${status})`]: set('unlock_resv') } },
      unlock_resv: {
        description:
          'dma_buf_invalidate_mappings() has told the importers, dma_resv_wait_timeout()',
        on: { 'buf.resv.unlock': 'wait' },
      },
      wait: {
        description: 'kref_put() and wait_for_completion(): importers unmap in bounded time',
        on: { 'buf.wait_unmapped': 'zap0' },
      },
      zap0: { on: { 'page[0].zap': { target: 'zap1', meta: { commits: 'page[0].zap' } } } },
      zap1: { on: { 'page[1].zap': { target: then, meta: { commits: 'page[1].zap' } } } },
    },
  };
}
