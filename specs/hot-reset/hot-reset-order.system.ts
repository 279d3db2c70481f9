import type { System, SystemFamily } from 'xstate-check';
import { revisionsOf } from '../revisions/index.ts';
import { hotResetFamily } from './hot-reset.system.ts';

/**
 * The steps of a hot reset alone: no buffer, so that a review of its code is enough; the second
 * device of the set is one that nobody has open.
 */
export const hotResetOrderFamily: SystemFamily = {
  name: 'hot-reset-order',
  title: 'the steps of a hot reset of two devices, one of them not open, without a buffer',
  defaultScope: { ...hotResetFamily.defaultScope, unopened: 1, buffers: 0, importers: 0 },
  ...revisionsOf(['hotReset'], {
    also: ['move', 'commandWrite'],
    asked: ['handlers', 'memoryEnabled'],
  }),
  build: (options): System => ({ ...hotResetFamily.build(options), name: 'hot-reset-order' }),
};
