import type { Scope } from 'xstate-check';
import type { Entry, ListBounds } from '../../machines/mapping-types/match-lists.resource.ts';

/** The list that vfio-pci offers in the series, an importer of one entry, and what takes memory away. */
export const REVOKED: Scope = { lists: 1, revokes: 1 };

/** Two entries on each side, whatever they are, and nobody takes anything away: what matches. */
export const MATCHED: Scope = { lists: 2, revokes: 0 };

type Bounds = Pick<ListBounds, 'entries' | 'offered' | 'offers' | 'wants'>;

const BOUNDS: Readonly<Record<number, Bounds>> = {
  1: { entries: ['SGT_P2P', 'PAL'], offered: ['PAL', 'SGT_P2P'], offers: 0, wants: 1 },
  2: { entries: ['SGT', 'SGT_P2P', 'IOV'], offers: 2, wants: 2 },
};

/** @param newType - what the exporter offers beside scatterlists, where its list is known */
export function boundsOf(lists: number, newType: 'PAL' | 'IOV' = 'PAL'): Bounds {
  const bounds = BOUNDS[lists]!;
  const named = (entry: Entry) => (entry === 'PAL' ? newType : entry);
  const { entries, offered } = bounds;
  return {
    ...bounds,
    entries: entries.map(named),
    ...(offered !== undefined && { offered: offered.map(named) }),
  };
}
