import { assign, setup } from 'xstate';
import { MOST_PAGES, PAGE, UINT_MAX } from './scatterlist.monitor.ts';

export interface EntryVariation {
  /**
   * How a length that does not fit into the `unsigned int` of an entry is cut: `aligned`, into the
   * most pages that fit (v7.3); `uint_max`, into UINT_MAX; `uint_max_product`, the same, with the
   * address of the i-th entry from `i * UINT_MAX` in an `unsigned int`; or `not`.
   */
  readonly cut: 'aligned' | 'uint_max' | 'uint_max_product' | 'not';
}

const lengths = Array.from({ length: MOST_PAGES }, (_, i) => i + 1);

/** What an `unsigned int` keeps of a number. */
const unsigned = (value: number) => value % (UINT_MAX + 1);

/** Address and length of an entry, and what is left to fill, in units of half a page. */
interface Entry {
  readonly k: number;
  readonly a: number;
  readonly l: number;
  readonly left: number;
}

/** The first entry of a length, or the next one after an entry. */
function entryOf({ cut }: EntryVariation, k: number, from: number, left: number): Entry {
  const most = cut === 'aligned' ? UINT_MAX - (UINT_MAX % PAGE) : UINT_MAX;
  const l = cut === 'not' ? unsigned(left) : Math.min(left, most);
  const a = cut === 'uint_max_product' ? unsigned(k * UINT_MAX) : from;
  return { k, a, l, left: cut === 'not' ? 0 : left - l };
}

/** `fill_sg_entry()` of a contiguous range of DMA addresses from 0 on, as an IOVA range is. */
export function fillSgEntry(variation: EntryVariation) {
  const first = (pages: number) => entryOf(variation, 0, 0, pages * PAGE);
  const next = ({ k, a, l, left }: Entry) => entryOf(variation, k + 1, a + l, left);
  return setup({
    types: { context: {} as Entry },
    guards: { more: ({ context }) => context.left > 0 },
    actions: {
      first: assign((_, pages: number) => first(pages)),
      next: assign(({ context }) => next(context)),
      forget: assign({ k: 0, a: 0, l: 0, left: 0 }),
    },
  }).createMachine({
    id: 'fill_sg_entry',
    description: 'fill_sg_entry(), drivers/dma-buf/dma-buf-mapping.c',
    meta: {
      labels: [
        'att.map:begin',
        ...lengths.map((n) => `att.length.is:${n}`),
        'att.sgl.addr[a].len[l].set',
        'att.map:ok',
        'att.unmap:begin',
        'att.sg_free_table',
        'att.unmap:ok',
      ],
      index: { a: MOST_PAGES * PAGE + 1, l: UINT_MAX + 1 },
      source: 'fill_sg_entry, calc_sg_nents, v7.3: MAX_SG_ENT_SZ',
    },
    context: { k: 0, a: 0, l: 0, left: 0 },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'att.map:begin': 'length' } },
      length: {
        on: Object.fromEntries(
          lengths.map((n) => [
            `att.length.is:${n}`,
            { target: 'fill', actions: { type: 'first' as const, params: n } },
          ]),
        ),
      },
      fill: {
        on: {
          'att.sgl.addr[a].len[l].set': [
            {
              guard: 'more',
              target: 'fill',
              actions: 'next',
              ...(variation.cut === 'not' && { meta: { unused: true } }),
            },
            { target: 'return', actions: 'forget' },
          ],
        },
      },
      return: { on: { 'att.map:ok': 'mapped' } },
      mapped: { tags: ['quiescent', 'mapped'], on: { 'att.unmap:begin': 'free' } },
      free: { on: { 'att.sg_free_table': 'return_unmapped' } },
      return_unmapped: { on: { 'att.unmap:ok': 'idle' } },
    },
  });
}
