import { nodePath, type StateNode } from '../lts/snapshot.ts';

/** A timer that a state starts when it is entered and that runs out once. */
export interface Timer {
  /** XState's event for it. */
  readonly event: string;
  /** `after(1000)`, with its state where another has the same. */
  readonly name: string;
  readonly node: StateNode;
  /** The timers of the same state that run out before it, by their numbers. */
  readonly shorter: readonly number[];
}

/** The timers of the nodes of a machine. */
export function timersOf(nodes: readonly StateNode[]): Timer[] {
  const all = nodes.flatMap((node) => {
    const delays = new Map<string, string | number>();
    for (const { eventType, delay } of node.after) delays.set(eventType, delay as string | number);
    return [...delays].map(([event, delay]) => ({ event, delay, node }));
  });
  return all.map(({ event, delay, node }) => {
    const isOnly = all.filter((one) => one.delay === delay).length === 1;
    const isShorter = (one: (typeof all)[number]) =>
      one.node === node &&
      typeof one.delay === 'number' &&
      typeof delay === 'number' &&
      one.delay < delay;
    return {
      ...{ event, node },
      name: isOnly ? `after(${delay})` : `after(${delay}) in ${nodePath(node)}`,
      shorter: all.flatMap((one, i) => (isShorter(one) ? [i] : [])),
    };
  });
}
