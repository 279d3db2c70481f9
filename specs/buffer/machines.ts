import { dmaBuf } from '../../machines/buffer/dma-buf.resource.ts';
import { dmaBufFile } from '../../machines/buffer/dma-buf-file.resource.ts';
import { exportBuffer } from '../../machines/buffer/export.procedure.ts';
import { fd } from '../../machines/buffer/fd.resource.ts';
import { fput } from '../../machines/buffer/fput.procedure.ts';
import { oPathFile } from '../../machines/buffer/o-path-file.resource.ts';
import { priv } from '../../machines/buffer/priv.resource.ts';
import { release } from '../../machines/buffer/release.procedure.ts';
import { barClaim } from '../../machines/device/bar-claim.resource.ts';
import { openFile } from '../../machines/device/open-file.resource.ts';
import { p2pdma } from '../../machines/device/p2pdma.resource.ts';
import { pciOps } from '../../machines/device/pci-ops.resource.ts';
import { probe } from '../../machines/device/probe.procedure.ts';
import { registration } from '../../machines/device/registration.resource.ts';
import { unregister } from '../../machines/device/unregister.procedure.ts';
import type { MachineEntry } from '../../src/catalogue/catalogue.ts';
import { base } from '../revisions/index.ts';

function entry(kind: MachineEntry['kind'], machine: MachineEntry['machine']): MachineEntry {
  return { name: machine.id, kind, machine };
}

/** The machines of export and release in the newest released kernel. */
export const exportMachines: readonly MachineEntry[] = [
  entry('procedure', exportBuffer),
  entry('procedure', fput('file')),
  entry('procedure', fput('o_path')),
  entry('procedure', release()),
  entry('procedure', probe(base.export)),
  entry('procedure', unregister()),
  entry('resource', priv()),
  entry('resource', dmaBuf(2, base.export)),
  entry('resource', dmaBufFile(3, base.export)),
  entry('resource', fd(2, 'opened')),
  entry('resource', oPathFile()),
  entry('resource', registration(1)),
  entry('resource', openFile(2)),
  entry('resource', pciOps('unset')),
  entry('resource', p2pdma('none', base.export)),
  entry('resource', barClaim('not_open')),
];
