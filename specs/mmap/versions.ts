import type { MmapVariation } from '../../machines/mmap/bar-mmap.procedure.ts';
import { InputError, nearest } from '../../src/errors.ts';

/** What a version of the series that adds mmap() to dma-bufs does, and where that is stated. */
export interface MmapVersion {
  readonly name: string;
  readonly design: MmapVariation;
  /** The known defects that it has, by the ids of their faults. */
  readonly defects: readonly string[];
  readonly source: string;
}

const v5: MmapVariation = {
  listLock: 'memory_lock',
  bornFrom: 'memory_enabled',
  proof: 'registration',
};

const v8: MmapVariation = {
  listLock: 'dmabuf_lock',
  bornFrom: 'bars_revoked',
  proof: 'registration',
};

/** The newest version first. */
export const mmapVersions: readonly MmapVersion[] = [
  {
    name: 'mmap-v8',
    design: v8,
    defects: [],
    source:
      'Matt Evans, "vfio/pci: Add mmap() for DMABUFs" v8, 2026-10-06, <20261006193643.76330-1-matt@ozlabs.org>; ' +
      'read as of v6, with bars_revoked by its name in v8',
  },
  {
    name: 'mmap-v5',
    design: v5,
    defects: ['P24'],
    source:
      'Matt Evans, "vfio/pci: Add mmap() for DMABUFs" v5, 2026-07-15; read as of v2, 2026-05-27, ' +
      '<20260527102319.100128-1-mattev@meta.com>, and of opsound/vfio-dmabuf-lab, nvgrace-v5',
  },
];

/** v8 with one thing changed, by the names that faults use. */
const whatIfs: readonly MmapVersion[] = [
  {
    name: 'mmap-v8+P23',
    design: { ...v8, proof: 'nothing' },
    defects: ['P23'],
    source:
      'Matt Evans, "vfio/pci: Support mmap() of a DMABUF" RFC 3/7, 2026-02-26, <20260226202211.929005-4-mattev@meta.com>',
  },
  {
    name: 'mmap-v8+memory-enabled',
    design: { ...v8, bornFrom: 'memory_enabled' },
    defects: ['mmap-memory-enabled'],
    source: 'derived: the test of v5 under the lock of v6',
  },
];

export const mmapRevisions: readonly string[] = [...mmapVersions, ...whatIfs].map((v) => v.name);

/** @throws InputError for a version that is not drawn */
export function mmapDesignOf(name: string): MmapVariation {
  const found = [...mmapVersions, ...whatIfs].find((version) => version.name === name);
  if (found !== undefined) return found.design;
  throw new InputError(
    `system 'bar-mmap' has no revision '${name}'; the nearest are ${nearest(name, mmapRevisions).join(', ')}`,
  );
}
