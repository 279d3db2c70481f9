import { assign, setup } from 'xstate';
import { MOST_PAGES, PAGE, UINT_MAX } from './scatterlist.monitor.ts';

const lengths = Array.from({ length: MOST_PAGES }, (_, i) => i + 1);

/** MAX_SG_ENT_SZ: the most pages that fit into the `unsigned int` of an entry. */
const MAX_SG_ENT_SZ = UINT_MAX - (UINT_MAX % PAGE);

/** Address and length of an entry, and what is left to fill, in units of half a page. */
export interface Entry {
  readonly k: number;
  readonly a: number;
  readonly l: number;
  readonly left: number;
}

/** The k-th entry of a length. */
function entryOf(k: number, from: number, left: number): Entry {
  const l = Math.min(left, MAX_SG_ENT_SZ);
  return { k, a: from, l, left: left - l };
}

/** `fill_sg_entry()` of a contiguous range of DMA addresses from 0 on, as an IOVA range is. */
export function fillSgEntry() {
  return setup({
    types: { context: {} as Entry },
    guards: { more: ({ context }) => context.left > 0 },
    actions: {
      first: assign((_, pages: number) => entryOf(0, 0, pages * PAGE)),
      next: assign(({ context: { k, a, l, left } }) => entryOf(k + 1, a + l, left)),
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
            { guard: 'more', target: 'fill', actions: 'next' },
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
