import { setup } from 'xstate';

export const labels = [
  'there',
  'absent',
  'set_bus',
  'set',
  'dma_len:true',
  'dma_len:false',
  'unmap',
  'sg_free_table',
] as const;

/**
 * One entry of a scatterlist, if the table was allocated with so many. Where it was not, sg_next() of
 * the last one is NULL, and what writes to the next writes there.
 */
export function sgEntry() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'sg_entry',
    description: 'struct scatterlist: sg_dma_address(), sg_dma_len(); sg_next()',
    meta: {
      labels,
      source: 'sg_alloc_table, sg_next, lib/scatterlist.c, v7.3',
    },
    initial: 'none',
    states: {
      none: {
        tags: ['quiescent'],
        on: {
          there: 'empty',
          absent: 'none',
          set_bus: 'past_the_end',
          set: 'past_the_end',
          'dma_len:true': 'read_past_the_end',
          'dma_len:false': 'read_past_the_end',
          unmap: 'unmapped_empty',
          sg_free_table: 'none',
        },
      },
      empty: {
        description: 'zeroed by sg_alloc_table()',
        tags: ['quiescent'],
        on: {
          there: 'empty',
          absent: 'none',
          set_bus: 'bus',
          set: 'mapped',
          'dma_len:false': 'empty',
          unmap: 'unmapped_empty',
          sg_free_table: 'none',
        },
      },
      bus: {
        description: 'an address on the bus, which nobody has to give back',
        tags: ['quiescent'],
        on: {
          there: 'bus',
          absent: 'none',
          set_bus: 'bus',
          set: 'mapped',
          'dma_len:true': 'bus',
          unmap: 'unmapped_empty',
          sg_free_table: 'none',
        },
      },
      mapped: {
        description: 'an address that the DMA API gave',
        tags: ['quiescent'],
        on: {
          there: 'left_mapped',
          absent: 'left_mapped',
          set_bus: 'left_mapped',
          set: 'left_mapped',
          'dma_len:true': 'mapped',
          unmap: 'empty',
          sg_free_table: 'left_mapped',
        },
      },
      past_the_end: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is written and is not there: sg_next() is NULL, the kernel oopses' },
        on: stays('past_the_end'),
      },
      read_past_the_end: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is read and is not there: sg_next() is NULL, the kernel oopses' },
        on: stays('read_past_the_end'),
      },
      unmapped_empty: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is unmapped although it was never filled: address 0, length 0' },
        on: stays('unmapped_empty'),
      },
      left_mapped: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is still mapped when its table goes: nobody can unmap it any more' },
        on: stays('left_mapped'),
      },
    },
  });
}

function stays<State extends string>(state: State) {
  return Object.fromEntries(labels.map((label) => [label, state]));
}
