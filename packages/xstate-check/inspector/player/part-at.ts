import type { Play, SystemView } from '../../src/inspect/protocol.ts';

/**
 * The part that is worth seeing at a position: the one that took the last step, else what it moved;
 * at the beginning, or where only monitors moved, the one that moves the most in the run.
 */
export function partAt(system: SystemView, play: Play, at: number): string {
  const step = play.steps[at - 1];
  const moved = (step?.moved ?? []).flatMap(({ part }) => system.parts[part] ?? []);
  const own = moved.find(({ name }) => name === step?.initiator);
  const ranked = ['procedure', 'contract', 'resource'].flatMap((kind) =>
    moved.filter((part) => part.kind === kind),
  );
  const ofThread = ranked.find(({ thread }) => thread !== undefined && thread === step?.thread);
  return (own ?? ofThread ?? ranked[0])?.name ?? busiest(system, play);
}

/** The part that moves the most in the run; the first procedure where nothing has moved. */
function busiest(system: SystemView, play: Play): string {
  const moves = system.parts.map(() => 0);
  for (const { moved } of play.steps) for (const { part } of moved) moves[part]!++;
  const ranked = system.parts.map(({ name, kind }, index) => ({
    name,
    rank: moves[index]! + (kind === 'procedure' ? 0.5 : kind === 'contract' ? 0.25 : 0),
    watches: kind === 'monitor',
  }));
  return (
    ranked.filter(({ watches }) => !watches).toSorted((a, b) => b.rank - a.rank)[0]?.name ?? ''
  );
}
