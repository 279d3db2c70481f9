import { assign } from 'xstate';
import type { Entry } from '../../../machines/importers/fill-sg-entry.procedure.ts';
import { PAGE, UINT_MAX } from '../../../machines/importers/scatterlist.monitor.ts';
import type { WhatIf } from '../design.ts';
import { V9_COVER } from '../sources.ts';

/** What an `unsigned int` keeps of a number. */
const unsigned = (value: number) => value % (UINT_MAX + 1);

/** The k-th entry, where the one before it ends at `from`, and so much is left. */
type EntryOf = (k: number, from: number, left: number) => Entry;

const filledWith = (entryOf: EntryOf): WhatIf['actions'] => ({
  fill_sg_entry: {
    first: assign((_: unknown, pages: number) => entryOf(0, 0, pages * PAGE)),
    next: assign(({ context: { k, a, l, left } }: { context: Entry }) =>
      entryOf(k + 1, a + l, left),
    ),
  },
});

/** Up to v5 of the export series: one entry, whose length is cut by its type. */
export const notCut: WhatIf = {
  at: ['sgEntries'],
  actions: filledWith((k, a, left) => ({ k, a, l: unsigned(left), left: 0 })),
  steps: {
    'fill_sg_entry.fill': {
      on: { 'att.sgl.addr[a].len[l].set': { target: 'return', actions: 'forget' } },
    },
  },
  source: `${V9_COVER}: v5`,
};

/** A length that does not fit is cut into UINT_MAX, which is no number of pages. */
export const cutIntoUintMax: WhatIf = {
  at: ['sgEntries'],
  actions: filledWith((k, a, left) => cut(k, a, left)),
  source: 'fill_sg_entry before 06dd5e1ae8ce',
};

/** The same, with the address of the i-th entry from `i * UINT_MAX` in an `unsigned int`. */
export const addressMultiplied: WhatIf = {
  at: ['sgEntries'],
  actions: filledWith((k, _, left) => cut(k, unsigned(k * UINT_MAX), left)),
  source: 'fill_sg_entry before 590d74568030, v6.19: addr + i * UINT_MAX',
};

function cut(k: number, a: number, left: number): Entry {
  const l = Math.min(left, UINT_MAX);
  return { k, a, l, left: left - l };
}
