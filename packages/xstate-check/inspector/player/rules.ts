import type { Play } from '../../src/inspect/protocol.ts';

/** How a rule stands after a number of steps. */
export interface Standing {
  readonly status?: 'broken' | 'pending';
  readonly why?: string;
  /** The first position at which it is broken, wherever in the run. */
  readonly brokenAt?: number;
}

/**
 * A rule about states may be true again after the step that broke it. The run has broken it all the
 * same, so that it stays broken from there on.
 */
export function standingOf(play: Play, id: string, at: number): Standing {
  const statusAt = (position: number) => play.properties[position]?.find((one) => one.id === id);
  const first = play.properties.findIndex((_, i) => statusAt(i)?.status === 'broken');
  const now = statusAt(at);
  const told = first >= 0 && first < at && now?.status !== 'broken' ? statusAt(first) : now;
  return {
    ...(told !== undefined && { status: told.status, why: told.why }),
    ...(first >= 0 && { brokenAt: first }),
  };
}

/**
 * By position, the properties that break there and did not before; the one that the run is said to
 * break is broken at its end where no state by itself shows it.
 */
export function breaksOf(play: Play, named?: string): ReadonlyMap<number, readonly string[]> {
  const breaks = new Map<number, readonly string[]>();
  const known = new Set<string>();
  play.properties.forEach((all, position) => {
    const fresh = all.filter(({ id, status }) => status === 'broken' && !known.has(id));
    for (const { id } of fresh) known.add(id);
    if (fresh.length > 0)
      breaks.set(
        position,
        fresh.map(({ id }) => id),
      );
  });
  const end = play.steps.length;
  if (named !== undefined && !known.has(named) && play.refusedStep === undefined) {
    breaks.set(end, [...(breaks.get(end) ?? []), named]);
  }
  return breaks;
}
