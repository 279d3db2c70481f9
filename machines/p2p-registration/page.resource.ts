// Truth: the C of v7.3.
import { assign, setup } from 'xstate';

export const labels = [
  'set_count(1)',
  'set_count(0)',
  'insert:ok',
  'pin',
  'put:more',
  'put:last',
] as const;

/**
 * One struct page of a BAR and its count: that of mmap() until the page is in the page table, that of
 * the PTE, those of O_DIRECT in flight. A count that is written over is a violation: the one who writes
 * 1 warns (VM_WARN_ON_ONCE_PAGE), the one who writes 0 takes the page from under those who have it.
 *
 * @param most - most references that all who are here can have at once
 */
export function page(most: number) {
  return setup({
    types: {
      context: {} as { count: number },
      events: {} as { type: (typeof labels)[number] },
    },
    guards: {
      several: ({ context }) => context.count > 1,
      one: ({ context }) => context.count === 1,
    },
    actions: {
      one: assign({ count: 1 }),
      none: assign({ count: 0 }),
      get: assign({ count: ({ context }) => Math.min(context.count + 1, most) }),
      put: assign({ count: ({ context }) => context.count - 1 }),
    },
  }).createMachine({
    id: 'page',
    description: 'page_ref_count() of a ZONE_DEVICE page of type MEMORY_DEVICE_PCI_P2PDMA',
    meta: { labels, source: 'p2pmem_alloc_mmap, p2pdma_folio_free, v7.3' },
    context: { count: 0 },
    initial: 'free',
    states: {
      free: {
        tags: ['quiescent'],
        on: {
          'set_count(1)': { target: 'used', actions: 'one' },
          'set_count(0)': 'free',
          'insert:ok': 'underflow',
          pin: 'underflow',
          'put:more': 'underflow',
        },
      },
      used: {
        description: 'count 1 and more',
        tags: ['quiescent'],
        on: {
          'set_count(1)': { target: 'taken_twice', actions: 'one' },
          'set_count(0)': [
            { guard: 'one', target: 'free', actions: 'none' },
            { target: 'reset_in_use', actions: 'none' },
          ],
          'insert:ok': { target: 'used', actions: 'get' },
          pin: { target: 'used', actions: 'get' },
          'put:more': { guard: 'several', target: 'used', actions: 'put' },
          'put:last': { guard: 'one', target: 'free', actions: 'none' },
        },
      },
      taken_twice: wrong(
        'taken_twice',
        'is handed out while its count is not 0: VM_WARN_ON_ONCE_PAGE',
      ),
      reset_in_use: wrong(
        'reset_in_use',
        'has its count set to 0 while somebody else has the page',
      ),
      underflow: wrong('underflow', 'is used or put at count 0'),
    },
  });
}

/** What a page is after its count was wrong: nobody can tell any more, and it never comes back. */
function wrong(state: 'taken_twice' | 'reset_in_use' | 'underflow', finding: string) {
  return {
    tags: ['violation', 'quiescent'],
    meta: { finding },
    on: {
      'set_count(1)': state,
      'set_count(0)': state,
      'insert:ok': state,
      pin: state,
      'put:more': state,
    },
  };
}
