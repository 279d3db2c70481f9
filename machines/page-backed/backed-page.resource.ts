import { assign, setup } from 'xstate';
import { madeOnce } from '../made-once.ts';

export const labels = [
  'set_page_count(1)',
  'set_page_count(0)',
  'claim',
  'put',
  'insert_page:ok',
  'insert_page:-EINVAL',
  'insert_pfn',
  'pte:present',
  'pte:none',
  'zap',
  'pin:ok',
  'pin:none',
  'pin:-EEXIST',
  'unpin',
  'pinned:true',
  'pinned:false',
  'wait_unpinned',
  'p2pmem.allocate',
  'p2pmem.free',
] as const;

interface Counts {
  /** What page_ref_count() says. */
  readonly count: number;
  /** Buffers that have the page. */
  readonly claims: number;
  /** PTEs of a VMA that count a reference, and one that does not (special). */
  readonly ptes: number;
  readonly special: number;
  readonly pins: number;
  /** Whether gen_pool has given it away, to a mapping of p2pmem/allocate. */
  readonly pool: number;
}

const NOT_HELD: readonly string[] = [
  'pte:present',
  'pin:ok',
  'pin:-EEXIST',
  'pinned:true',
  'insert_page:-EINVAL',
];

type Held = 'claims' | 'ptes' | 'pins';

const INSERT =
  'validate_page_before_insert, insert_page_into_pte_locked, mm/memory.c, v7.3: no page of count 0; a reference for the PTE';
const GUP =
  'try_grab_folio, mm/gup.c, v7.3: a reference for the pin, of a page that a PTE leads to';
const FREE =
  'free_zone_device_folio, p2pdma_folio_free, gen_pool_free_owner, v7.3: BUG_ON(remain) where the pool has not given the page away';

/**
 * One struct page of a BAR: the count that the kernel keeps in it, and beside it those who in truth
 * have a reference. Where the two are not the same, somebody has written the count over.
 *
 * @param buffers - most buffers that can have it, and two pins: one more stands for any number
 * @param freedTo - who gets it when the last reference goes: `gen_pool`, where
 * pci_p2pdma_add_resource() has made it, or its maker, who keeps it for the next
 * @param claims - how many buffers have it from the start
 * @param flags - what the mapping says of its PTEs: where it says pages, the PFN of one is a BUG_ON(),
 * and no PTE
 */
export const backedPage = madeOnce(function backedPage(
  buffers: number,
  freedTo: 'gen_pool' | 'its_maker' = 'gen_pool',
  claims: 0 | 1 = 0,
  flags: 'VM_MIXEDMAP' | 'VM_PFNMAP' = 'VM_PFNMAP',
) {
  const machine = setup({
    types: { context: {} as Counts, events: {} as { type: (typeof labels)[number] } },
    guards: {
      unclaimed: ({ context }) => context.claims === 0,
      countless: ({ context }) => context.count < 1,
      insertable: ({ context }) => context.count > 0 && context.ptes === 0,
      inserted: ({ context }) => context.count > 0 && context.ptes > 0,
      unmapped: ({ context }) => context.ptes === 0,
      mapped: ({ context }) => context.ptes + context.special > 0,
      nowhere: ({ context }) => context.ptes + context.special === 0,
      pinnable: ({ context }) => context.ptes > 0 && context.pins < 2,
      overpinned: ({ context }) => context.ptes > 0 && context.pins > 1,
      pinned: ({ context }) => context.pins > 0,
      unpinned: ({ context }) => context.pins === 0,
      special: ({ context }) => context.ptes === 0 && context.special > 0,
      given: ({ context }) => context.pool > 0,
      last: ({ context }) => context.count === 1 && context.pool === 0 && freedTo === 'gen_pool',
    },
    actions: {
      claimAnew: assign({
        claims: ({ context }) => Math.min(context.claims + 1, buffers),
        count: 1,
      }),
      forget: assign({ claims: ({ context }) => Math.max(context.claims - 1, 0), count: 0 }),
      claim: assign(({ context: { claims, count } }) =>
        claims < buffers ? { claims: claims + 1, count: count + 1 } : {},
      ),
      insert: assign({ ptes: 1, count: ({ context }) => context.count + 1 }),
      insertSpecial: assign({ special: flags === 'VM_PFNMAP' ? 1 : 0 }),
      zapSpecial: assign({ special: 0 }),
      pin: assign({
        pins: ({ context }) => context.pins + 1,
        count: ({ context }) => context.count + 1,
      }),
      allocate: assign({ pool: 1, count: 1 }),
      free: assign({ pool: 0, count: ({ context }) => context.count - 1 }),
      drop: assign(({ context }, held: Held) => ({
        [held]: context[held] - 1,
        count: context.count - 1,
        // The last reference gives it back, also over the head of who has it from the pool.
        pool: context.count === 1 ? 0 : context.pool,
        ...(held === 'ptes' && { special: 0 }),
      })),
    },
  });

  /** A reference goes: to less than nothing, to a pool that has never given the page away, or well. */
  const drops = (held: Held) => {
    const drop = { type: 'drop', params: held } as const;
    return [
      { guard: 'countless', target: 'underflow', actions: drop },
      ...(freedTo === 'gen_pool'
        ? [{ guard: 'last', target: 'freed_unallocated', actions: drop } as const]
        : []),
      { target: 'made', actions: drop },
    ] as const;
  };

  /** After a BUG or a count below zero the page answers as if nothing held it. */
  const answersOn = (state: string) =>
    Object.fromEntries(
      labels.filter((label) => !NOT_HELD.includes(label)).map((label) => [label, state]),
    );

  return machine.createMachine({
    id: 'backed_page',
    description: 'struct page of a ZONE_DEVICE page of a BAR, and who has it',
    meta: { labels, source: 'devm_memremap_pages, include/linux/page_ref.h, v7.3' },
    context: { count: claims, claims, ptes: 0, special: 0, pins: 0, pool: 0 },
    initial: 'made',
    states: {
      made: {
        meta: { source: 'memmap_init_zone_device, v7.3: made with a count of 0' },
        on: {
          'set_page_count(1)': {
            target: 'made',
            actions: 'claimAnew',
            meta: { source: 'set_page_count, include/linux/page_ref.h, v7.3: whatever it was' },
          },
          'set_page_count(0)': { target: 'made', actions: 'forget' },
          claim: {
            target: 'made',
            actions: 'claim',
            meta: { source: 'derived: get_page(), or init_page_count() of a page of count 0' },
          },
          put: [{ guard: 'unclaimed', target: 'underflow' }, ...drops('claims')],
          'insert_page:ok': [
            { guard: 'insertable', target: 'made', actions: 'insert', meta: { source: INSERT } },
            { guard: 'inserted', target: 'made', meta: { source: `${INSERT}; 0 if it is there` } },
          ],
          'insert_page:-EINVAL': {
            guard: 'countless',
            target: 'made',
            meta: { source: INSERT },
          },
          insert_pfn: {
            target: 'made',
            actions: 'insertSpecial',
            meta: {
              source:
                'insert_pfn, mm/memory.c, v7.3: a special PTE counts no reference; vmf_insert_pfn_prot: BUG_ON((vma->vm_flags & VM_MIXEDMAP) && pfn_valid(pfn)) ahead of it',
            },
          },
          'pte:present': { guard: 'mapped', target: 'made' },
          'pte:none': { guard: 'nowhere', target: 'made' },
          zap: [
            {
              guard: 'unmapped',
              target: 'made',
              actions: 'zapSpecial',
              meta: { source: 'zap_present_ptes, mm/memory.c, v7.3: no page behind a special PTE' },
            },
            ...drops('ptes'),
          ],
          'pin:ok': [
            { guard: 'pinnable', target: 'made', actions: 'pin', meta: { source: GUP } },
            { guard: 'overpinned', target: 'made', meta: { source: GUP } },
          ],
          'pin:none': { guard: 'nowhere', target: 'made', meta: { source: GUP } },
          'pin:-EEXIST': {
            guard: 'special',
            target: 'made',
            meta: { source: 'follow_page_pte, follow_pfn_pte, mm/gup.c, v7.3' },
          },
          unpin: [{ guard: 'unpinned', target: 'made' }, ...drops('pins')],
          'pinned:true': { guard: 'pinned', target: 'made' },
          'pinned:false': { guard: 'unpinned', target: 'made' },
          wait_unpinned: {
            guard: 'unpinned',
            target: 'made',
            meta: { source: 'derived: as dax_break_layout, fs/dax.c, v7.3, waits for a page' },
          },
          ...(freedTo === 'gen_pool' && {
            'p2pmem.allocate': {
              target: 'made',
              actions: 'allocate',
              meta: {
                source:
                  'p2pmem_alloc_mmap, v7.3: VM_WARN_ON_ONCE_PAGE() of a count, set_page_count(1), and the PTE takes it over',
              },
            },
            'p2pmem.free': [
              { guard: 'countless', target: 'underflow', actions: 'free' },
              {
                guard: 'given',
                target: 'made',
                actions: 'free',
                meta: { source: 'p2pdma_folio_free, v7.3: gen_pool_free_owner()' },
              },
              { target: 'freed_unallocated' },
            ],
          }),
        },
      },
      underflow: {
        description: 'VM_BUG_ON_PAGE() of put_page_testzero(); without it, a count of -1',
        tags: ['violation'],
        meta: { finding: 'a reference is put that the count does not have', source: FREE },
        on: answersOn('underflow'),
      },
      freed_unallocated: {
        description: 'BUG_ON(remain) in gen_pool_free_owner()',
        tags: ['violation'],
        meta: { finding: 'is freed to a pool that has never given it away', source: FREE },
        on: answersOn('freed_unallocated'),
      },
    },
  });
});
