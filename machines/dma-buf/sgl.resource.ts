import { assign, setup } from 'xstate';

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
 * and a length.
 */
export function sgl() {
  const machine = setup({
    types: { context: {} as { end: number } },
    guards: {
      fits: ({ context }, { a, l }: { a: number; l: number }) => a === context.end && l > 0,
      aligned: ({ context }, { a, l }: { a: number; l: number }) =>
        a === context.end && a % PAGE === 0 && l > 0 && l % PAGE === 0,
    },
    actions: {
      ends: assign((_, end: number) => ({ end })),
      forget: assign({ end: 0 }),
    },
  });
  const set = (otherwise: 'unaligned' | 'gap') =>
    Object.fromEntries(
      entries.map(({ a, l, label }) => {
        const actions = { type: 'ends', params: a + l } as const;
        const fits = { guard: { type: 'fits', params: { a, l } }, target: 'unaligned', actions };
        const aligned = { guard: { type: 'aligned', params: { a, l } }, target: 'filled', actions };
        return [
          label,
          [...(otherwise === 'gap' ? [aligned] : []), fits, { target: 'gap', actions }],
        ];
      }),
    );
  const freed = { sg_free_table: { target: 'empty', actions: 'forget' } } as const;

  return machine.createMachine({
    id: 'sgl',
    description: 'the scatterlist of a mapping: sg_dma_address(), sg_dma_len() of its entries',
    meta: {
      labels: [...entries.map(({ label }) => label), 'sg_free_table'],
      source:
        'dma_buf_phys_vec_to_sgt, v7.3: "the DMA addresses and lengths ... are PAGE_SIZE aligned"',
    },
    context: { end: 0 },
    initial: 'empty',
    states: {
      empty: { tags: ['quiescent'], on: { ...set('gap'), ...freed } },
      filled: { tags: ['quiescent'], on: { ...set('gap'), ...freed } },
      unaligned: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'has an entry that does not begin, or end, at a page' },
        on: { ...set('unaligned'), ...freed },
      },
      gap: {
        tags: ['violation', 'quiescent'],
        meta: {
          finding: 'has an entry that does not begin where the one before ends, or is empty',
        },
        on: { ...set('unaligned'), ...freed },
      },
    },
  });
}
