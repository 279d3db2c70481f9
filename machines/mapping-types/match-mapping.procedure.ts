import { setup } from 'xstate';

export const labels = [
  'att.match:begin',
  'lists.next_exp:entry',
  'lists.next_exp:end',
  'lists.next_imp:entry',
  'lists.next_imp:end',
  'lists.same_type:true',
  'lists.same_type:false',
  'lists.match_op:sgt',
  'lists.match_op:iov',
  'lists.match_op:none',
  'lists.sgt_match:0',
  'lists.sgt_match:-EOPNOTSUPP',
  'lists.iov_match:0',
  'lists.iov_match:-EOPNOTSUPP',
  'lists.iov_match:-ENOMEM',
  'lists.finish_match:SGT',
  'lists.finish_match:PAL',
  'lists.finish_match:IOV',
  'att.match:ok',
  'att.match:-EINVAL',
  'att.match:-ENOMEM',
] as const;

/**
 * `dma_buf_match_mapping()`: for each entry of the exporter, in its order of preference, each of the
 * importer; the first pair of one type whose `match` does not object is the mapping type of the
 * attachment. No lock is taken.
 */
export function matchMapping() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'match_mapping',
    description: 'dma_buf_match_mapping(), drivers/dma-buf/dma-buf-mapping.c of the series',
    meta: {
      labels,
      source:
        'Jason Gunthorpe, "[PATCH RFC 00/26] Add DMA-buf mapping types and convert vfio/iommufd to use them", 2026-02-17: 1',
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'att.match:begin': 'next_exp' } },
      next_exp: { on: { 'lists.next_exp:entry': 'next_imp', 'lists.next_exp:end': 'none' } },
      next_imp: { on: { 'lists.next_imp:entry': 'type', 'lists.next_imp:end': 'next_exp' } },
      type: { on: { 'lists.same_type:true': 'op', 'lists.same_type:false': 'next_imp' } },
      op: {
        description: 'a type need not have a match of its own',
        on: {
          'lists.match_op:sgt': 'sgt',
          'lists.match_op:iov': 'iov',
          'lists.match_op:none': 'finish',
        },
      },
      sgt: {
        on: { 'lists.sgt_match:0': 'finish', 'lists.sgt_match:-EOPNOTSUPP': 'next_imp' },
      },
      iov: {
        description: '-EOPNOTSUPP goes on with the next pair, another error ends the search',
        on: {
          'lists.iov_match:0': 'finish',
          'lists.iov_match:-EOPNOTSUPP': 'next_imp',
          'lists.iov_match:-ENOMEM': 'abort',
        },
      },
      finish: {
        description: 'finish_match() of the type is called whether it is there or not',
        on: {
          'lists.finish_match:SGT': { target: 'found', meta: { commits: 'att.match(SGT)' } },
          'lists.finish_match:PAL': { target: 'found', meta: { commits: 'att.match(PAL)' } },
          'lists.finish_match:IOV': { target: 'found', meta: { commits: 'att.match(IOV)' } },
        },
      },
      found: { tags: ['found'], on: { 'att.match:ok': 'idle' } },
      none: { tags: ['no_match'], on: { 'att.match:-EINVAL': 'idle' } },
      abort: { on: { 'att.match:-ENOMEM': 'idle' } },
    },
  });
}
