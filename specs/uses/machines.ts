import type { MachineEntry } from 'xstate-check';
import { compositor } from '../../machines/uses/compositor.procedure.ts';
import { ioasPages } from '../../machines/uses/ioas-pages.resource.ts';
import { ioasRange } from '../../machines/uses/ioas-range.resource.ts';
import { memoryRegion } from '../../machines/uses/memory-region.contract.ts';
import { piece } from '../../machines/uses/piece.resource.ts';
import { regionFd } from '../../machines/uses/region-fd.resource.ts';
import { scanoutWork } from '../../machines/uses/scanout-work.procedure.ts';
import { screen } from '../../machines/uses/screen.resource.ts';
import { sectionBuffer } from '../../machines/uses/section-buffer.contract.ts';
import { siblingReset } from '../../machines/uses/sibling-reset.contract.ts';
import { spdkTarget } from '../../machines/uses/spdk-target.procedure.ts';
import { vmm } from '../../machines/uses/vmm.procedure.ts';
import { vmmRealize } from '../../machines/uses/vmm-realize.procedure.ts';
import { entry } from '../shared/entry.ts';

/** What users and the drivers below them do with buffers of vfio-pci: derived, as no source states it. */
export const machines: readonly MachineEntry[] = [
  entry('procedure', compositor(2)),
  entry('procedure', scanoutWork()),
  entry('resource', screen()),
  entry('resource', piece()),
  entry('contract', memoryRegion('pinned')),
  entry('contract', memoryRegion('revocable')),
  entry('contract', memoryRegion('odp')),
  entry('procedure', spdkTarget(true)),
  entry('procedure', spdkTarget(false)),
  entry('procedure', vmm(2, 'd3hot')),
  entry('resource', ioasRange()),
  entry('resource', regionFd()),
  entry('contract', siblingReset()),
  entry('procedure', vmmRealize({ buffers: 'of_each_area', start: 'in_area' })),
  entry('contract', sectionBuffer()),
  entry('resource', ioasPages()),
];
