import type { Fault } from 'xstate-check';

export const faults: readonly Fault[] = [];
