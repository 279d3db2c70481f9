import { hotResetFixup } from './hot-reset-fixup.ts';
import type { Mail } from './mail.ts';
import { mappingTypes } from './mapping-types.ts';
import { receiveRing } from './receive-ring.ts';
import { versionsOfTheSeries } from './versions.ts';

/** Four exchanges in one file. */
export const november2025: Mail = {
  number: '003',
  title: 'A receive ring; the series at v6; its hot reset; mapping types of dma-bufs',
  from: 'Meghana Malladi, Leon Romanovsky, Nicolin Chen, Alex Williamson, Jason Gunthorpe, Vivek Kasireddy, Christian König, 2025-10 and 2025-11',
  rows: [...receiveRing, ...versionsOfTheSeries, ...hotResetFixup, ...mappingTypes],
  beyond: [],
};
