import type { Comparison } from 'xstate-check';
import { p2pMemory } from './p2p-memory.ts';

/** Designs of one thing, side by side. */
export const comparisons: readonly Comparison[] = [p2pMemory];
