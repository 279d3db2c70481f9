// Truth: the C of v7.3.
import { assign, not, setup } from 'xstate';
import { madeOnce } from '../made-once.ts';
import { spelt } from './spelt.ts';

/**
 * What genalloc.c cannot say: which BARs have memory in the pool. It drops no chunk, so that whoever removes
 * BARs one by one has to count them (derived; a proposal, and no part of the C of v7.3).
 */
const counted = [
  'bar[b].drop_chunk:more',
  'bar[b].drop_chunk:last',
  'dev.chunks:some',
  'dev.chunks:none',
];

export const labels = [
  'dev.pool:set',
  'dev.pool:NULL',
  'dev.gen_pool_create:ok',
  'dev.pool.clear',
  'dev.gen_pool_destroy',
  'dev.gen_pool_size',
  'bar[b].gen_pool_add_owner:ok',
  ...counted,
  'bar[b].gen_pool_alloc_owner:ok',
  'dev.gen_pool_alloc_owner:NULL',
  'bar[b].page[p].gen_pool_free_owner',
  /** Of page p and those of the BAR behind it. */
  'bar[b].rest[p].gen_pool_free',
] as const;

/** Bits of BARs, of which the pool has the memory, and of pages that are handed out. */
interface Quantities {
  readonly chunks: number;
  readonly used: number;
}

/**
 * `p2pdma->pool`: the `struct gen_pool` of a device, and the pointer to it. One pool serves all BARs of a
 * device; an allocation does not choose the BAR, and takes all pages of it here. gen_pool_destroy() is a
 * BUG_ON() where something is handed out, and leaves the pointer as it is.
 *
 * @param bars - the BARs of the device
 * @param pages - pages of each
 * @param initially - `filled` where the system starts with every BAR registered
 */
export const genPool = madeOnce(function genPool(
  bars: number,
  pages: number,
  initially: 'none' | 'filled' = 'none',
) {
  const bit = (bar: number, page: number) => 1 << (bar * pages + page);
  const from = (bar: number, first: number) =>
    range(pages - first).reduce((bits, p) => bits | bit(bar, first + p), 0);
  const machine = setup({
    types: { context: {} as Quantities, events: {} as { type: string } },
    guards: {
      isEmpty: ({ context }) => context.chunks === 0,
      isFilled: ({ context }) => context.chunks !== 0,
      isOnly: ({ context }, bar: number) => (context.chunks & ~(1 << bar)) === 0,
      hasRoom: ({ context }, bar: number) =>
        (context.chunks & (1 << bar)) !== 0 && (context.used & from(bar, 0)) === 0,
      isFull: ({ context }) =>
        range(bars).every((b) => !(context.chunks & (1 << b)) || (context.used & from(b, 0)) !== 0),
      isUnused: ({ context }) => context.used === 0,
      hasAll: ({ context }, bits: number) => (context.used & bits) === bits,
    },
    actions: {
      add: assign({ chunks: ({ context }, bar: number) => context.chunks | (1 << bar) }),
      drop: assign({ chunks: ({ context }, bar: number) => context.chunks & ~(1 << bar) }),
      take: assign({ used: ({ context }, bits: number) => context.used | bits }),
      free: assign({ used: ({ context }, bits: number) => context.used & ~bits }),
      forget: assign({ chunks: 0, used: 0 }),
    },
  });
  const each = <T>(of: (bar: number) => Record<string, T>) =>
    Object.assign({}, ...range(bars).map(of)) as Record<string, T>;
  const eachPage = <T>(of: (bar: number, page: number) => Record<string, T>) =>
    each((bar) => Object.assign({}, ...range(pages).map((page) => of(bar, page))));
  /** What is done to a pool that is there, whether or not the pointer is. */
  const frees = (state: string) =>
    eachPage((bar, page) => ({
      [`bar[${bar}].page[${page}].gen_pool_free_owner`]: freed(state, bit(bar, page)),
      [`bar[${bar}].rest[${page}].gen_pool_free`]: freed(state, from(bar, page)),
    }));
  const freed = (state: string, bits: number) => [
    {
      guard: { type: 'hasAll', params: bits } as const,
      target: state,
      actions: { type: 'free', params: bits } as const,
    },
    { target: 'freed_twice' },
  ];
  const everything = (target: string) => ({
    'dev.pool:set': target,
    'dev.gen_pool_create:ok': { target: 'live', actions: 'forget' } as const,
    'dev.pool.clear': { target: 'none', actions: 'forget' } as const,
    'dev.gen_pool_destroy': target,
    'dev.gen_pool_size': target,
    'dev.gen_pool_alloc_owner:NULL': target,
    'dev.chunks:none': target,
    ...each((bar) => ({
      [`bar[${bar}].gen_pool_add_owner:ok`]: target,
      [`bar[${bar}].drop_chunk:last`]: target,
    })),
    ...eachPage((bar, page) => ({
      [`bar[${bar}].page[${page}].gen_pool_free_owner`]: target,
      [`bar[${bar}].rest[${page}].gen_pool_free`]: target,
    })),
  });
  const destroys = (unused: string) =>
    [
      { guard: 'isUnused', target: unused, actions: 'forget' },
      { target: 'destroyed_in_use' },
    ] as const;

  return machine.createMachine({
    id: 'gen_pool',
    description: 'struct gen_pool of p2pdma->pool, lib/genalloc.c',
    meta: {
      labels: spelt(labels, () => true, { bars, pages }),
      source: 'gen_pool_destroy, gen_pool_alloc_owner, lib/genalloc.c, v7.3',
      unused: bars < 2 ? ['bar[0].drop_chunk:more'] : [],
    },
    context: initially === 'filled' ? { chunks: (1 << bars) - 1, used: 0 } : { chunks: 0, used: 0 },
    initial: initially === 'filled' ? 'live' : 'none',
    states: {
      none: {
        description:
          'the pointer is NULL; who uses the pool has read it before, so that there was one and it is gone',
        tags: ['quiescent'],
        on: {
          ...without('dev.pool:set', everything('null_dereference')),
          'dev.pool:NULL': 'none',
          'dev.pool.clear': 'none',
          'dev.chunks:none': 'none',
          'dev.gen_pool_size': 'used_after_free',
        },
      },
      live: {
        tags: ['alive', 'quiescent'],
        on: {
          'dev.pool:set': 'live',
          'dev.gen_pool_create:ok': { target: 'lost', actions: 'forget' },
          'dev.pool.clear': 'detached',
          'dev.gen_pool_destroy': destroys('dangling'),
          'dev.gen_pool_size': 'live',
          'dev.gen_pool_alloc_owner:NULL': { guard: 'isFull', target: 'live' },
          'dev.chunks:some': { guard: 'isFilled', target: 'live' },
          'dev.chunks:none': { guard: 'isEmpty', target: 'live' },
          ...each((bar) => ({
            [`bar[${bar}].drop_chunk:last`]: {
              guard: { type: 'isOnly', params: bar } as const,
              target: 'live',
              actions: { type: 'drop', params: bar } as const,
            },
            [`bar[${bar}].drop_chunk:more`]: {
              guard: not({ type: 'isOnly', params: bar } as const),
              target: 'live',
              actions: { type: 'drop', params: bar } as const,
            },
            [`bar[${bar}].gen_pool_add_owner:ok`]: {
              target: 'live',
              actions: { type: 'add', params: bar } as const,
            },
            [`bar[${bar}].gen_pool_alloc_owner:ok`]: {
              guard: { type: 'hasRoom', params: bar } as const,
              target: 'live',
              actions: { type: 'take', params: from(bar, 0) } as const,
            },
          })),
          ...frees('live'),
        },
      },
      detached: {
        description: 'the pointer is NULL, the pool is there for those who have read it before',
        tags: ['alive'],
        on: {
          ...without('dev.pool:set', everything('null_dereference')),
          'dev.pool:NULL': 'detached',
          'dev.gen_pool_create:ok': { target: 'lost', actions: 'forget' },
          'dev.pool.clear': 'detached',
          'dev.gen_pool_destroy': destroys('none'),
          'dev.gen_pool_size': 'detached',
        },
      },
      dangling: {
        description: 'destroyed, and the pointer to it is still there',
        tags: ['quiescent'],
        on: everything('used_after_free'),
      },
      lost: {
        description: 'a second pool took the place of the first, which is leaked',
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is made anew over one that is there' },
        on: everything('lost'),
      },
      freed_twice: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is given back what it has not handed out: BUG_ON(remain)' },
        on: everything('freed_twice'),
      },
      destroyed_in_use: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is destroyed while pages of it are handed out: BUG_ON(bit < end_bit)' },
        on: everything('destroyed_in_use'),
      },
      used_after_free: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is used after gen_pool_destroy()' },
        on: everything('used_after_free'),
      },
      null_dereference: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is used while p2pdma->pool is NULL' },
        on: everything('null_dereference'),
      },
    },
  });
});

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

function without<T>(key: string, { [key]: _, ...rest }: Record<string, T>): Record<string, T> {
  return rest;
}
