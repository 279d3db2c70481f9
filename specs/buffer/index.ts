import type { SystemFamily } from '../../src/specification/system.ts';
import { exportFamily } from './export.system.ts';
import { probeFamily } from './probe.system.ts';

export { exportFaults as faults } from './faults.ts';
export { exportFindings as findings } from './findings.ts';
export { exportMachines as machines } from './machines.ts';

/** Export, release and the closing of the fd. */
export const families: readonly SystemFamily[] = [exportFamily, probeFamily];
