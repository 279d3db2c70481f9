import { compose, explore, parseLabel, type StateSpace } from 'xstate-check';
import { type Graph, graphOf } from 'xstate-check/engine';
import { addressFamily } from './addresses.system.ts';
import type { Way } from './ranges.system.ts';

/** A way, or none: no route that the kernel allows. */
export type AnyWay = Omit<Way, 'route'> & { readonly route: Way['route'] | 'none' };

/** What the environment answers on a way. */
const ON_THE_WAY: Readonly<Record<AnyWay['route'], Readonly<Record<string, string>>>> = {
  translated: { map_type: 'THRU_HOST_BRIDGE', try_alloc: 'true' },
  identity: { map_type: 'THRU_HOST_BRIDGE', try_alloc: 'false' },
  switch: { map_type: 'BUS_ADDR' },
  none: { map_type: 'NOT_SUPPORTED' },
};

const spaces = new Map<string, { space: StateSpace; graph: Graph }>();

/** The runs of `dma-addresses` with so many ranges, made once. */
function runsOf(ranges: number, revision: string): { space: StateSpace; graph: Graph } {
  const key = `${ranges} ${revision}`;
  let runs = spaces.get(key);
  if (runs === undefined) {
    const space = explore(compose(addressFamily.build({ scope: { ranges }, revision })));
    runs = { space, graph: graphOf(space) };
    spaces.set(key, runs);
  }
  return runs;
}

/**
 * What map answers in a version, as `dma-addresses` has it, where no allocation fails: whatever the
 * ranges' lengths are.
 */
export function mapAnswers({ route, ranges }: AnyWay, revision = '7.3'): string[] {
  const { space, graph } = runsOf(ranges, revision);
  const answers = new Set<string>();
  const seen = new Set([0]);
  for (const state of seen) {
    for (let edge = graph.start[state]!; edge < graph.start[state + 1]!; edge++) {
      const { operation, outcome = '' } = parseLabel(
        space.product.vectors[graph.vector[edge]!]!.label,
      );
      if ((ON_THE_WAY[route][operation] ?? outcome) !== outcome || outcome === '-ENOMEM') continue;
      if (operation === 'map' && outcome !== 'begin') answers.add(outcome);
      seen.add(graph.target[edge]!);
    }
  }
  return [...answers].sort();
}
