import { close } from '../machines/device/close.procedure.ts';
import { commandWrite } from '../machines/device/command-write.procedure.ts';
import { coreDisable } from '../machines/device/core-disable.procedure.ts';
import { device } from '../machines/device/device.contract.ts';
import { deviceFile } from '../machines/device/device-file.resource.ts';
import { memory } from '../machines/device/memory.contract.ts';
import { needsReset } from '../machines/device/needs-reset.resource.ts';
import { openCount } from '../machines/device/open-count.resource.ts';
import { owner } from '../machines/device/owner.contract.ts';
import { pciCommand } from '../machines/device/pci-command.resource.ts';
import { pciPower } from '../machines/device/pci-power.resource.ts';
import { pciReset } from '../machines/device/pci-reset.resource.ts';
import { vdev } from '../machines/device/vdev.resource.ts';
import { buffer } from '../machines/dma-buf/buffer.contract.ts';
import { cleanup } from '../machines/dma-buf/cleanup.procedure.ts';
import { file } from '../machines/dma-buf/file.resource.ts';
import { invalidateMappings } from '../machines/dma-buf/invalidate-mappings.procedure.ts';
import { listed } from '../machines/dma-buf/listed.resource.ts';
import { move } from '../machines/dma-buf/move.procedure.ts';
import { revoked } from '../machines/dma-buf/revoked.resource.ts';
import { sgt } from '../machines/dma-buf/sgt.resource.ts';
import { hotReset } from '../machines/hot-reset/hot-reset.procedure.ts';
import { tryReset } from '../machines/hot-reset/try-reset.procedure.ts';
import { attachment } from '../machines/importer/attachment.contract.ts';
import { callback } from '../machines/importer/callback.procedure.ts';
import { callbackLater } from '../machines/importer/callback-later.procedure.ts';
import { importer } from '../machines/importer/importer.procedure.ts';
import { iommufdMapping } from '../machines/importer/iommufd-mapping.contract.ts';
import { unmapWork } from '../machines/importer/unmap-work.procedure.ts';
import { completion } from '../machines/locks/completion.resource.ts';
import { dmaResv } from '../machines/locks/dma-resv.resource.ts';
import { kref } from '../machines/locks/kref.resource.ts';
import { mutex } from '../machines/locks/mutex.resource.ts';
import { rwsem } from '../machines/locks/rwsem.resource.ts';
import type { MachineEntry } from '../src/catalogue/catalogue.ts';

type Machine = MachineEntry['machine'];

function entry(kind: MachineEntry['kind'], machine: Machine): MachineEntry {
  return { name: machine.id, kind, machine };
}

/** Every machine of the newest released kernel, at the bounds that the default scopes use. */
export const machines: readonly MachineEntry[] = [
  entry('contract', buffer()),
  entry('contract', attachment('unmaps_in_callback', { admits: 'revocable' })),
  entry('contract', attachment('unmaps_later', { admits: 'revocable' })),
  entry('contract', attachment('several_ranges_translated', { admits: 'revocable' })),
  entry('contract', attachment('no_callback', { admits: 'revocable' })),
  entry('contract', attachment('not_p2p', { admits: 'revocable' })),
  entry('contract', iommufdMapping('one')),
  entry('contract', iommufdMapping('several')),
  entry('contract', device()),
  entry('contract', memory({ lowPower: 'ignored' })),
  entry('contract', owner()),
  entry('procedure', hotReset(2)),
  entry('procedure', move(1)),
  entry('procedure', invalidateMappings(2)),
  entry('procedure', commandWrite()),
  entry('procedure', close()),
  entry('procedure', cleanup(1)),
  entry('procedure', coreDisable()),
  entry('procedure', tryReset(2)),
  entry('procedure', importer()),
  entry('procedure', callback()),
  entry('procedure', callbackLater()),
  entry('procedure', unmapWork()),
  entry('resource', rwsem()),
  entry('resource', mutex()),
  entry('resource', dmaResv()),
  entry('resource', kref(3)),
  entry('resource', completion()),
  entry('resource', revoked()),
  entry('resource', sgt()),
  entry('resource', file()),
  entry('resource', listed()),
  entry('resource', pciCommand('on')),
  entry('resource', pciPower()),
  entry('resource', pciReset()),
  entry('resource', vdev('closed')),
  entry('resource', deviceFile()),
  entry('resource', needsReset()),
  entry('resource', openCount(2)),
];
