import type { Fault } from 'xstate-check';
import { screenFaults } from './screen-faults.ts';

/** What users and the drivers below them could get wrong. */
export const faults: readonly Fault[] = [...screenFaults];
