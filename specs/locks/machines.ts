import type { MachineEntry } from 'xstate-check';
import { completion } from '../../machines/locks/completion.resource.ts';
import { dmaResv } from '../../machines/locks/dma-resv.resource.ts';
import { kref } from '../../machines/locks/kref.resource.ts';
import { mutex } from '../../machines/locks/mutex.resource.ts';
import { rwsem } from '../../machines/locks/rwsem.resource.ts';
import { entry } from '../shared/entry.ts';

/** Locks, counts and completions, at the bounds that the default scopes use. */
export const machines: readonly MachineEntry[] = [
  entry('resource', rwsem()),
  entry('resource', mutex()),
  entry('resource', dmaResv()),
  entry('resource', kref(3)),
  entry('resource', completion()),
];
