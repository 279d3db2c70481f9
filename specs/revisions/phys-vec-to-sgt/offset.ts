import { assign } from 'xstate';
import type { WhatIf } from '../design.ts';

/** What it knows when it links a range: its number, and the lengths of those before it. */
interface Before {
  readonly context: { readonly i: number; readonly n: number; readonly mapped: number };
}

/** dma_iova_link() of each range at another offset than 0. */
const linkedAt = (offset: string, of: (at: Before['context']) => number) => ({
  at: ['addresses' as const],
  steps: {
    'phys_vec_to_sgt.link.length': {
      on: Object.fromEntries(
        [1, 2].map((params) => [
          `att.phys_vec[i].len:${params}`,
          { target: 'slot', actions: [{ type: 'units', params }, `offset = ${offset}`] },
        ]),
      ),
    },
  },
  actions: {
    phys_vec_to_sgt: {
      [`offset = ${offset}`]: assign({ n: ({ context }: Before) => of(context) }),
    },
  },
});

/** Each range behind the one before it. */
export const offsetAddedUp: WhatIf = {
  ...linkedAt('mapped_len', ({ mapped }) => mapped),
  title:
    'dma_iova_link() of each range behind the one before: mends what map-offset breaks, and leaves map-nents',
  source:
    'derived: dma_iova_link() at the sum of the lengths before a range, as dma_iova_sync() and dma_iova_destroy() have it',
};

/** What is right for ranges of one page alone. */
export const offsetIsNumber: WhatIf = {
  ...linkedAt('i', ({ i }) => i),
  source: 'derived: the number of a range taken for the sum of the lengths before it',
};
