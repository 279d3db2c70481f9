import type { Fault } from 'xstate-check';
import { screenFaults } from './screen-faults.ts';
import { spdkFaults } from './spdk-faults.ts';
import { vmmFaults } from './vmm-faults.ts';

/** What users and the drivers below them could get wrong. */
export const faults: readonly Fault[] = [...screenFaults, ...spdkFaults, ...vmmFaults];
