import type { MachineEntry } from 'xstate-check';
import { compositor } from '../../machines/uses/compositor.procedure.ts';
import { piece } from '../../machines/uses/piece.resource.ts';
import { scanoutWork } from '../../machines/uses/scanout-work.procedure.ts';
import { screen } from '../../machines/uses/screen.resource.ts';
import { entry } from '../shared/entry.ts';

/** What users and the drivers below them do with buffers of vfio-pci: derived, as no source states it. */
export const machines: readonly MachineEntry[] = [
  entry('procedure', compositor(2)),
  entry('procedure', scanoutWork()),
  entry('resource', screen()),
  entry('resource', piece()),
];
