import type { SystemFamily } from '../../src/system/system.ts';
import { exportFamily } from './export.system.ts';
import { probeFamily } from './probe.system.ts';

export { exportFaults } from './faults.ts';
export { exportFindings } from './findings.ts';
export { exportMachines } from './machines.ts';

/** Export, release and the closing of the fd. */
export const exportFamilies: readonly SystemFamily[] = [exportFamily, probeFamily];
