import type { Property } from 'xstate-check';

/** Rules of every system of procedures, each in one place. */

export const oneAnswer: Property = {
  id: 'totality',
  kind: 'totality',
  title: 'every call has exactly one answer',
  source: 'derived',
};

/** @param source - `derived: L2` where somebody states that importers unmap in bounded time */
export const somethingMoves = (source: 'derived' | 'derived: L2' = 'derived'): Property => ({
  id: 'deadlock',
  kind: 'deadlock',
  title: 'something can always move',
  source,
});
