import type { MachineEntry } from 'xstate-check';
import { buffer } from '../../machines/buffer/buffer.contract.ts';
import { cleanup } from '../../machines/buffer/cleanup.procedure.ts';
import { dmaBuf } from '../../machines/buffer/dma-buf.resource.ts';
import { dmaBufFile } from '../../machines/buffer/dma-buf-file.resource.ts';
import { exportBuffer } from '../../machines/buffer/export.procedure.ts';
import { fd } from '../../machines/buffer/fd.resource.ts';
import { file } from '../../machines/buffer/file.resource.ts';
import { fput } from '../../machines/buffer/fput.procedure.ts';
import { listed } from '../../machines/buffer/listed.resource.ts';
import { move } from '../../machines/buffer/move.procedure.ts';
import { oPathFile } from '../../machines/buffer/o-path-file.resource.ts';
import { priv } from '../../machines/buffer/priv.resource.ts';
import { release } from '../../machines/buffer/release.procedure.ts';
import { revoked } from '../../machines/buffer/revoked.resource.ts';
import { base } from '../revisions/index.ts';
import { entry } from '../shared/entry.ts';

/** A buffer from export to release, and its revoke, as of the newest released kernel. */
export const machines: readonly MachineEntry[] = [
  entry('contract', buffer()),
  entry('procedure', move(1)),
  entry('procedure', cleanup(1)),
  entry('resource', revoked()),
  entry('resource', file()),
  entry('resource', listed()),
  entry('procedure', exportBuffer),
  entry('procedure', fput('file')),
  entry('procedure', fput('o_path')),
  entry('procedure', release()),
  entry('resource', priv()),
  entry('resource', dmaBuf(2, base.export)),
  entry('resource', dmaBufFile(3, base.export)),
  entry('resource', fd(2, 'opened')),
  entry('resource', oPathFile()),
];
