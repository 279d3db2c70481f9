// Truth: the C of v7.3.
import { assign, setup } from 'xstate';
import { madeOnce } from '../made-once.ts';

export const labels = [
  'bar.add_resource:ok',
  'bar.allocate:ok',
  'bar.allocate:-ENOENT',
  'bar.allocate:-ENOMEM',
  'bar.put',
  'bar.remove_resource',
  'bar.drained',
  'type1.map_dma:ok#no_page',
  'type1.map_dma:ok#page',
  'type1.map_dma:-EFAULT#page',
  'type1.unmap_dma#no_page',
  'type1.unmap_dma#page',
] as const;

const ADD = 'pci_p2pdma_add_resource, devm_memremap_pages, v7.3';
const ALLOCATE = 'p2pmem_alloc_mmap, v7.3: gen_pool, then one reference to the pgmap for each page';
const GONE =
  'pci_p2pdma_unmap_mappings, v7.3: the file goes before percpu_ref_kill(), whose -ENODEV nobody sees';
const PUT = 'p2pdma_folio_free, v7.3: gen_pool_free_owner(), percpu_ref_put()';
const KILL = 'memunmap_pages, v7.3: percpu_ref_kill()';
const WAIT = 'memunmap_pages, v7.3: wait_for_completion(&pgmap->done), without a timeout';

const PFN = 'is_invalid_reserved_pfn, v7.3: pfn_valid(), while the BAR has struct pages';

/**
 * The struct pages of one registered BAR and those who hold some: a mapping of p2pmem/allocate, a
 * pin of an O_DIRECT in flight. Pages cannot be revoked; who wants them back waits.
 *
 * @param most - how many pages there are; who asks for one more is told -ENOMEM
 */
export const pages = madeOnce(function pages(most: number = 1) {
  return setup({
    types: {
      context: {} as { refs: number },
      events: {} as { type: (typeof labels)[number] },
    },
    guards: {
      room: ({ context }) => context.refs < most,
      full: ({ context }) => context.refs === most,
      last: ({ context }) => context.refs === 1,
      held: ({ context }) => context.refs > 0,
      unheld: ({ context }) => context.refs === 0,
    },
    actions: {
      get: assign({ refs: ({ context }) => context.refs + 1 }),
      put: assign({ refs: ({ context }) => context.refs - 1 }),
    },
  }).createMachine({
    id: 'pages',
    description: 'ZONE_DEVICE pages of a BAR: struct dev_pagemap and its percpu_ref',
    meta: { labels, source: ADD },
    context: { refs: 0 },
    initial: 'absent',
    states: {
      absent: {
        tags: ['quiescent'],
        meta: { source: ADD },
        on: {
          'bar.add_resource:ok': { target: 'unused', meta: { source: ADD } },
          ...pfnWithoutPage('absent'),
        },
      },
      unused: {
        tags: ['quiescent'],
        meta: { source: ADD },
        on: {
          'bar.allocate:ok': { target: 'used', actions: 'get', meta: { source: ALLOCATE } },
          'bar.allocate:-ENOENT': { target: 'unused', meta: { source: ALLOCATE } },
          'bar.remove_resource': { target: 'draining', meta: { source: KILL } },
          ...pfnWithPage('unused'),
        },
      },
      used: {
        meta: { source: ALLOCATE },
        on: {
          ...(most > 1 && {
            'bar.allocate:ok': {
              guard: 'room',
              target: 'used',
              actions: 'get',
              meta: { source: ALLOCATE },
            },
          }),
          'bar.allocate:-ENOMEM': { guard: 'full', target: 'used', meta: { source: ALLOCATE } },
          'bar.allocate:-ENOENT': { target: 'used', meta: { source: ALLOCATE } },
          'bar.put': [
            { guard: 'last', target: 'unused', actions: 'put', meta: { source: PUT } },
            ...(most > 1
              ? [{ target: 'used', actions: 'put', meta: { source: PUT } } as const]
              : []),
          ],
          'bar.remove_resource': { target: 'draining', meta: { source: KILL } },
          ...pfnWithPage('used'),
        },
      },
      draining: {
        description: 'p2pmem/allocate is gone, so nobody gets another page',
        meta: { source: KILL },
        on: {
          'bar.allocate:-ENOENT': { target: 'draining', meta: { source: GONE } },
          'bar.put': { guard: 'held', target: 'draining', actions: 'put', meta: { source: PUT } },
          'bar.drained': { guard: 'unheld', target: 'absent', meta: { source: WAIT } },
          ...pfnWithPage('draining'),
        },
      },
    },
  });
});

/** What type1 sees of a PFN of the BAR where there is no struct page for it. */
function pfnWithoutPage(state: string) {
  const same = { target: state, meta: { source: PFN } };
  return { 'type1.map_dma:ok#no_page': same, 'type1.unmap_dma#no_page': same };
}

/** What it sees where there is one; whether that is good enough to map is its own affair. */
function pfnWithPage(state: string) {
  const same = { target: state, meta: { source: PFN } };
  return {
    'type1.map_dma:ok#page': same,
    'type1.map_dma:-EFAULT#page': same,
    'type1.unmap_dma#page': same,
  };
}
