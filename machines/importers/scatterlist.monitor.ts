import { assign, setup } from 'xstate';
import { madeOnce } from '../made-once.ts';

/**
 * Sizes scaled down so that every one of them is tried: a page has two units, and an `unsigned int`
 * holds 0 to 3, so that UINT_MAX is no multiple of a page, as it is in the kernel.
 */
export const PAGE = 2;
export const UINT_MAX = 3;
/** The longest buffer, in pages: `unsigned int` overflows from the second, twice UINT_MAX from the third. */
export const MOST_PAGES = 4;

const upTo = (last: number) => Array.from({ length: last + 1 }, (_, i) => i);
const entries = upTo(MOST_PAGES * PAGE).flatMap((a) =>
  upTo(UINT_MAX).map((l) => ({ a, l, label: `addr[${a}].len[${l}].set` })),
);

/**
 * The entries of a scatterlist as an importer reads them: one behind the other, each with an address
 * and a length. It only looks on: nothing in the kernel reads them.
 */
export const scatterlist = madeOnce(function scatterlist() {
  const machine = setup({
    types: { context: {} as { end: number } },
    guards: { fits: ({ context }, a: number) => a === context.end },
    actions: {
      ends: assign((_, end: number) => ({ end })),
      forget: assign({ end: 0 }),
    },
  });
  /** Where an entry leads, and whether it may begin where the one before ends. */
  const set = (mayFit: (a: number) => boolean, aligned: 'filled' | 'unaligned', always = false) =>
    Object.fromEntries(
      entries.map(({ a, l, label }) => {
        const actions = { type: 'ends', params: a + l } as const;
        const gap = { target: 'gap', actions };
        if (l === 0 || !mayFit(a)) return [label, gap];
        const there = { target: l % PAGE === 0 ? aligned : 'unaligned', actions };
        if (always) return [label, there];
        return [label, [{ ...there, guard: { type: 'fits', params: a } as const }, gap]];
      }),
    );
  const freed = { sg_free_table: { target: 'empty', actions: 'forget' } } as const;

  return machine.createMachine({
    id: 'scatterlist',
    description: 'the scatterlist of a mapping: sg_dma_address(), sg_dma_len() of its entries',
    meta: {
      labels: [...entries.map(({ label }) => label), 'sg_free_table'],
      source:
        'dma_buf_phys_vec_to_sgt, v7.3: "the DMA addresses and lengths ... are PAGE_SIZE aligned"',
    },
    context: { end: 0 },
    initial: 'empty',
    states: {
      empty: { tags: ['quiescent'], on: { ...set((a) => a === 0, 'filled', true), ...freed } },
      filled: {
        tags: ['quiescent'],
        on: { ...set((a) => a > 0 && a % PAGE === 0, 'filled'), ...freed },
      },
      unaligned: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'has an entry that does not begin, or end, at a page' },
        on: { ...set((a) => a > 0, 'unaligned'), ...freed },
      },
      gap: {
        tags: ['violation', 'quiescent'],
        meta: {
          finding: 'has an entry that does not begin where the one before ends, or is empty',
        },
        on: { ...set(() => false, 'unaligned'), ...freed },
      },
    },
  });
});
