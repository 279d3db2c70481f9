import type { AnyStateMachine } from 'xstate';
import { getShortestPaths, getSimplePaths } from 'xstate/graph';
import { handledEvents } from '../lts/flatten.ts';
import type { Lts } from '../lts/lts.ts';
import type { Path } from './labelled-graph.ts';

/** Paths as the event types that lead along them. */
export type EventSequences = readonly (readonly string[])[];

/** The events that a machine is explored with: those it declares, or all that it handles. */
export function declaredEvents(machine: AnyStateMachine): string[] {
  const { labels } = (machine.root.meta ?? {}) as { labels?: readonly string[] };
  return [...new Set(labels ?? handledEvents(machine.root))];
}

/**
 * The paths that `xstate/graph` finds when each declared event is fired in each state.
 *
 * It tells states apart by value and context, so where history or status matter it sees fewer than
 * the LTS. An event that does nothing (disabled, guarded off, forbidden, an answer without effect)
 * is a self-loop there; neither a simple nor a shortest path has one, so the paths are those of
 * the LTS although the transitions are not.
 */
export function xstatePaths(machine: AnyStateMachine): {
  readonly shortest: EventSequences;
  readonly simple: EventSequences;
} {
  const events = declaredEvents(machine).map((type) => ({ type }));
  return {
    get shortest() {
      return getShortestPaths(machine, { events }).map(eventsOfXstatePath);
    },
    // Asked for apart: of some machines they are too many to list.
    get simple() {
      return getSimplePaths(machine, { events }).map(eventsOfXstatePath);
    },
  };
}

/** The event types of a path of `xstate/graph`, whose first step stands for the start. */
export function eventsOfXstatePath(path: {
  readonly steps: readonly { readonly event: { readonly type: string } }[];
}): string[] {
  return path.steps.map(({ event }) => event.type).filter((type) => type !== 'xstate.init');
}

/** The event types along paths of the LTS: templates, where the labels have indices filled in. */
export function eventsAlong(lts: Lts, paths: readonly Path[]): EventSequences {
  const eventOf = ({ from, label }: Path[number]) =>
    lts.edges.get(from * lts.labels.length + label)!.via[0]!.event;
  return paths.map((path) => path.map(eventOf));
}
