import type { MachineEntry } from 'xstate-check';
import { devOpenClose } from '../../machines/xsk-pool/dev-open-close.procedure.ts';
import { memModel } from '../../machines/xsk-pool/mem-model.resource.ts';
import { napi } from '../../machines/xsk-pool/napi.resource.ts';
import { netdev } from '../../machines/xsk-pool/netdev.resource.ts';
import { poolDma } from '../../machines/xsk-pool/pool-dma.resource.ts';
import { poolPointer } from '../../machines/xsk-pool/pool-pointer.resource.ts';
import { port } from '../../machines/xsk-pool/port.resource.ts';
import { rxChannel } from '../../machines/xsk-pool/rx-channel.resource.ts';
import { rxRing } from '../../machines/xsk-pool/rx-ring.resource.ts';
import { txPoll } from '../../machines/xsk-pool/tx-poll.procedure.ts';
import { txRing } from '../../machines/xsk-pool/tx-ring.resource.ts';
import { virtqueue } from '../../machines/xsk-pool/virtqueue.resource.ts';
import { xpReleaseDeferred } from '../../machines/xsk-pool/xp-release-deferred.procedure.ts';
import { xskBind } from '../../machines/xsk-pool/xsk-bind.procedure.ts';
import { xskBuffPool } from '../../machines/xsk-pool/xsk-buff-pool.resource.ts';
import { xskQid } from '../../machines/xsk-pool/xsk-qid.resource.ts';
import { xskSocket } from '../../machines/xsk-pool/xsk-socket.contract.ts';
import { entry } from '../shared/entry.ts';
import { drivers } from './drivers.ts';

const [icssg] = Object.values(drivers);

/** The core, the drivers, and what they use. */
export const machines: readonly MachineEntry[] = [
  entry('contract', xskSocket),
  entry('procedure', xskBind(icssg!.errnos.enable)),
  entry('procedure', xpReleaseDeferred(icssg!.errnos.disable)),
  entry('procedure', devOpenClose(icssg!.errnos.open)),
  entry('procedure', txPoll('tx.xsk_pool.use', 'tx.poll')),
  ...Object.values(drivers).flatMap(({ enable, disable, openClose, routines }) =>
    [enable, disable, openClose, ...routines.map(({ machine }) => machine)].map((machine) =>
      entry('procedure', machine()),
    ),
  ),
  entry('resource', netdev()),
  entry('resource', xskBuffPool()),
  entry('resource', poolDma()),
  entry('resource', poolPointer()),
  entry('resource', rxRing()),
  entry('resource', rxChannel()),
  entry('resource', virtqueue(true)),
  entry('resource', memModel()),
  entry('resource', napi(true)),
  entry('resource', txRing()),
  entry('resource', port()),
  entry('resource', xskQid()),
];
