import type { AnyStateMachine } from 'xstate';
import type { Call } from 'xstate-check';
import type { AcceptedDifference } from 'xstate-check/kernel';
import { attach } from '../../machines/importers/attach.procedure.ts';
import { callback } from '../../machines/importers/callback.procedure.ts';
import { detach } from '../../machines/importers/detach.procedure.ts';
import { freeSgt } from '../../machines/importers/free-sgt.procedure.ts';
import { importer } from '../../machines/importers/importer.procedure.ts';
import { invalidateListed } from '../../machines/importers/invalidate-listed.procedure.ts';
import { invalidateMappings } from '../../machines/importers/invalidate-mappings.procedure.ts';
import { mapAttachment } from '../../machines/importers/map-attachment.procedure.ts';
import { physVecToSgt } from '../../machines/importers/phys-vec-to-sgt.procedure.ts';
import { accessPin } from '../../machines/iommufd/access-pin.procedure.ts';
import { ioasUnmap } from '../../machines/iommufd/ioas-unmap.procedure.ts';
import { mapFile } from '../../machines/iommufd/map-file.procedure.ts';
import { releasePages } from '../../machines/iommufd/release-pages.procedure.ts';
import { revokeNotify } from '../../machines/iommufd/revoke-notify.procedure.ts';
import { deregister } from '../../machines/rdma/deregister.procedure.ts';
import { register } from '../../machines/rdma/register.procedure.ts';
import { umemRelease } from '../../machines/rdma/umem-release.procedure.ts';
import { umemRevoke } from '../../machines/rdma/umem-revoke.procedure.ts';
import { addressCalls } from '../importers/address-calls.ts';
import { importerCalls } from '../importers/calls.ts';

const SIZES = [1, 2, 3];
/** Ranges of a buffer; each is up to two slots of an IOVA range. */
const RANGES = [1, 2];

/** The procedures of dma-buf, the importers, iommufd and RDMA that are held against their C. */
export const importerMachines: readonly AnyStateMachine[] = [
  attach('revocable'),
  attach('no_callback'),
  attach('not_p2p'),
  detach(),
  ...[0, ...SIZES].map((attachments) => invalidateMappings(attachments)),
  ...SIZES.map((attachments) => invalidateListed(attachments)),
  callback(),
  importer(),
  mapAttachment(),
  ...RANGES.map((ranges) => physVecToSgt(ranges)),
  ...RANGES.map((ranges) => freeSgt(ranges)),
  mapFile('one'),
  mapFile('several'),
  revokeNotify(),
  ioasUnmap(),
  releasePages(),
  accessPin(),
  register(),
  deregister(),
  umemRevoke(),
  umemRelease(),
];

/** Their calls. */
export const importerSourceCalls: readonly Call[] = [...importerCalls, ...addressCalls(true)];

/** Members that lead from an importer's objects to others. */
export const importerLeads: Readonly<Record<string, string>> = {
  'att.dmabuf': '@buf',
  'buf.ops': '&vfio_pci_dmabuf_ops',
};

/** Where these machines and the C part, and why. */
export const importerDifferences: readonly AcceptedDifference[] = [
  {
    machine: 'importer',
    after: 'buf.resv.lock',
    c: [],
    machineOnly: ['buf.resv.unlock'],
    reason: 'an importer that has what it wants, or nothing to give back, makes no call',
  },
  {
    machine: 'map_file',
    after: 'att.map_file:begin',
    c: ['return -EINVAL', 'return -EOVERFLOW'],
    machineOnly: [],
    reason: 'a range that is not in the buffer is refused before anything is done',
  },
  {
    machine: 'access_pin',
    after: 'att.access_pin:begin',
    c: ['return -EPERM'],
    machineOnly: [],
    reason: 'an access that writes to what may only be read is refused before anything is done',
  },
  {
    machine: 'register_mr',
    after: 'att.reg_mr:begin',
    c: ['att.reg_mr:-EINVAL'],
    machineOnly: [],
    reason: 'a range that is not in the buffer is refused before anything is done',
  },
];
