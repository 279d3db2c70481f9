import type { SystemFamily } from 'xstate-check';
import { raceFamily } from './p2p-register-race.system.ts';
import { registrationFamily } from './p2p-registration.system.ts';

export { expectations } from './expectations.ts';
export { faults } from './faults.ts';
export { findings } from './findings.ts';
export { machines } from './machines.ts';
export { designs } from './policy.ts';

export const families: readonly SystemFamily[] = [registrationFamily, raceFamily];
