import { describe, expect, it } from 'vitest';
import { asInManifest, manifest } from './reduction.fixture.ts';

/** Systems of 7.3 with their states, and those that are kept. */
const kept: [system: string, states: number, kept: number][] = [
  ['attach', 29_648, 717],
  ['fences', 18_400, 288],
  ['hot-reset', 120_752, 857],
  ['hot-reset-order', 1_008, 49],
  ['iommufd', 4_218, 267],
  ['rdma-pinned', 650, 18],
  ['remap', 5_370, 138],
  ['revoke', 74_296, 385],
  ['wake-up', 4_588, 113],
];

describe('checking by reduction gives the verdicts of the manifest with fewer states', () => {
  it.each(kept)('%s: of %i states %i', (system, states, fewer) => {
    const expected = manifest.find((e) => e.system === system && e.revision === '7.3')!;
    expect(expected.states).toBe(states);
    expect(asInManifest(expected).states).toBe(fewer);
  });
});
