import type { MachineEntry } from 'xstate-check';
import { hotReset } from '../../machines/hot-reset/hot-reset.procedure.ts';
import { tryReset } from '../../machines/hot-reset/try-reset.procedure.ts';
import { entry } from '../shared/entry.ts';

/** Resets of a whole set of devices, as of the newest released kernel. */
export const machines: readonly MachineEntry[] = [
  entry('procedure', hotReset(2)),
  entry('procedure', tryReset(2)),
];
