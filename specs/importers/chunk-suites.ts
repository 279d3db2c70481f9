import { type Product, type SuiteSource, suiteOf } from 'xstate-check';
import type { TargetScope } from '../../targets/target-scope.ts';
import { withDifference } from '../revisions/design.ts';
import { base, type Design, NEWEST } from '../revisions/index.ts';
import { vivekMap } from '../revisions/map-chunks/vivek-2024.ts';
import { chunkSystem } from './chunks.system.ts';

const RANGES = 2;

/** Every run of an importer that attaches, maps and unmaps a buffer of ranges of unlike lengths. */
function chunks(
  name: string,
  design: Design,
  revision: string,
  map: TargetScope['design'],
): SuiteSource<TargetScope> {
  const suite = {
    name,
    parts: [],
    whole: true,
    targetScope: {
      devices: 1,
      buffers: [0],
      attachments: [],
      design: map,
      objects: { ranges: RANGES },
      grain: 'procedure' as const,
    },
    performed: byUser,
  };
  return suiteOf(suite, () => chunkSystem(design, { ranges: RANGES }, revision));
}

/** A user calls, and says ahead of that what buffer and importer are. */
function byUser(product: Product, vector: number): boolean {
  const { label, initiator } = product.vectors[vector]!;
  return initiator < 0 || /\.(export|importer):/.test(label);
}

/** The map of the series of 2024 with as many entries as it writes: as posted it ends in an oops. */
const { actions: _, ...counted } = vivekMap;

export const chunkSuites: readonly SuiteSource<TargetScope>[] = [
  chunks('map-chunks', base, NEWEST, 'scatterlist'),
  chunks('map-chunks-2024', withDifference(base, counted), 'vivek-2024', 'scatterlist-2024'),
];
