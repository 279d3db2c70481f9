import type { MachineEntry } from 'xstate-check';
import { barFaults } from '../../machines/type1/bar-faults.contract.ts';
import { barPtes } from '../../machines/type1/bar-ptes.resource.ts';
import { type1DoMap } from '../../machines/type1/do-map.procedure.ts';
import { type1DoUnmap } from '../../machines/type1/do-unmap.procedure.ts';
import { ownerVma } from '../../machines/type1/owner-vma.contract.ts';
import { type1Dma } from '../../machines/type1/type1-dma.contract.ts';
import { vaddrGetPfns } from '../../machines/type1/vaddr-get-pfns.procedure.ts';
import { vfioDma } from '../../machines/type1/vfio-dma.resource.ts';
import { entry } from '../shared/entry.ts';

/** VFIO type1, as of the newest released kernel. */
export const machines: readonly MachineEntry[] = [
  entry('contract', type1Dma),
  entry('contract', ownerVma),
  entry('contract', barFaults),
  entry('procedure', type1DoMap()),
  entry('procedure', vaddrGetPfns()),
  entry('procedure', type1DoUnmap()),
  entry('resource', vfioDma()),
  entry('resource', barPtes()),
];
