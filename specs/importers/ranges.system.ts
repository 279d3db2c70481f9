import type { System } from 'xstate-check';
import type { TargetScope } from '../../targets/target-scope.ts';
import { lifeSystem } from '../buffer/life.system.ts';
import { type ImporterSpec, range } from '../shared/contract.ts';

/** The way from an importer's device to the memory, and how many ranges the buffer has. */
export interface Way {
  readonly route: NonNullable<TargetScope['route']>;
  readonly ranges: number;
}

/** Every way on which a map is tried, on a real kernel too. */
export const WAYS: readonly Way[] = (['translated', 'identity', 'switch'] as const).flatMap(
  (route) => range(3).map((n) => ({ route, ranges: n + 1 })),
);

/** What an importer is on a way: several ranges behind an IOMMU that translates are refused. */
export function kindOn({ route, ranges }: Way): ImporterSpec['kind'] {
  return route === 'translated' && ranges > 1 ? 'several_ranges_translated' : 'unmaps_later';
}

/** What the environment chooses: there is a route, and there is memory. */
const CHOSEN = /^map:-(EINVAL|ENOMEM)$/;

/** A device that is opened, a buffer that is exported, and one importer of it; nobody revokes. */
export function rangesSystem(way: Way): System {
  const life = lifeSystem(
    {
      devices: 1,
      buffers: [0],
      importers: [{ buffer: 0, kind: kindOn(way) }],
      initially: 'fresh',
    },
    '7.3',
    { ranges: way.ranges },
  );
  return {
    ...life,
    name: 'ranges',
    environment: ['user'],
    parts: life.parts.map((part) => ({
      ...part,
      rename: (label) => (happens(part.name, label) ? part.rename(label) : []),
    })),
    properties: [],
  };
}

function happens(part: string, label: string): boolean {
  return part === 'owner[0]' ? /^(open|export)\b/.test(label) : !CHOSEN.test(label);
}
