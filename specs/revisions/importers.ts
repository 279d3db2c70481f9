import type { Difference } from './design.ts';
import { unpinsTwice } from './register/v6.19.ts';

/** Unpinned twice where the pin is refused before anything is mapped, so that nobody comes to it. */
export const unpinsTwiceBehindPin: Difference = { ...unpinsTwice, defects: [] };

/** The IOVA is made at attach, and destroyed at the first unmap. */
export const iovaOfAttach: Difference = {
  instead: { addresses: { iova: 'in_attach' } },
  defects: ['P9'],
  source:
    'Jason Gunthorpe and Leon Romanovsky on v5 9/9, 2025-10-17, <20251017155850.GN3901471@nvidia.com>',
};
