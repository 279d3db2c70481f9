import { describe, expect, it } from 'vitest';
import { asInManifest, manifest } from './reduction.fixture.ts';

/** Systems of 7.3 with their states, and those that are kept. */
const kept: [system: string, states: number, kept: number][] = [
  ['attach', 35_204, 1006],
  ['fences', 19_120, 308],
  ['hot-reset', 124_448, 875],
  ['hot-reset-order', 1_008, 49],
  ['iommufd', 6_370, 506],
  ['rdma-pinned', 1_170, 107],
  ['remap', 7_190, 208],
  ['revoke', 92_859, 615],
  ['wake-up', 5_034, 154],
];

describe('checking by reduction gives the verdicts of the manifest with fewer states', () => {
  it.each(kept)('%s: of %i states %i', (system, states, fewer) => {
    const expected = manifest.find((e) => e.system === system && e.revision === '7.3')!;
    expect(expected.states).toBe(states);
    expect(asInManifest(expected).states).toBe(fewer);
  });
});
