import type { MachineEntry } from 'xstate-check';
import { barBuffer } from '../../machines/p2p-registration/bar-buffer.contract.ts';
import { barDevice } from '../../machines/p2p-registration/bar-device.contract.ts';
import { devSet } from '../../machines/p2p-registration/dev-set.contract.ts';
import { dmabufs } from '../../machines/p2p-registration/dmabufs.resource.ts';
import { exportBuffer } from '../../machines/p2p-registration/export.procedure.ts';
import { mmapAndTouch } from '../../machines/p2p-registration/mmap-and-touch.procedure.ts';
import { pages } from '../../machines/p2p-registration/pages.contract.ts';
import { pgmap } from '../../machines/p2p-registration/pgmap.resource.ts';
import { register } from '../../machines/p2p-registration/register.procedure.ts';
import { registeredMark } from '../../machines/p2p-registration/registered.resource.ts';
import { entry } from '../shared/entry.ts';
import { barOf, policyOf, poolOf, type1Of, vmaOf } from './policy.ts';

const completed = policyOf('completed');

/** The machines of the subject, as the completed policy has them. */
export const machines: readonly MachineEntry[] = [
  entry('contract', barOf(completed, { device: 0, buffers: 1, others: 0 })),
  entry('contract', vmaOf(completed)),
  entry('contract', type1Of(completed)),
  entry('contract', barBuffer),
  entry('contract', barDevice),
  entry('contract', devSet),
  entry('contract', pages()),
  entry('contract', poolOf(completed, 2)),
  entry('procedure', register),
  entry('procedure', exportBuffer),
  entry('procedure', mmapAndTouch),
  entry('resource', registeredMark()),
  entry('resource', dmabufs()),
  entry('resource', pgmap()),
];
