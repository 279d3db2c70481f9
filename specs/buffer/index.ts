import type { SystemFamily } from 'xstate-check';
import { exportFamily } from './export.system.ts';
import { lifeFamily } from './life.system.ts';
import { probeFamily } from './probe.system.ts';
import { revokeFamily } from './revoke.system.ts';

export { faults } from './faults.ts';
export { findings } from './findings.ts';
export { machines } from './machines.ts';

/** A buffer: its life, revoke, export, release and the closing of the fd. */
export const families: readonly SystemFamily[] = [
  lifeFamily,
  revokeFamily,
  exportFamily,
  probeFamily,
];
