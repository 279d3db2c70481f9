import { dma_buf_dynamic_attach } from '../../simulator/buffer/dma-buf.ts';
import { importerOps } from '../../simulator/importers/importers.ts';
import { type SurfaceOptions, SyscallSurface } from '../../simulator/syscalls.ts';
import {
  type AttachSituation,
  MAP_FILE_SIZE,
  type MapFileSituation,
  type MapSituation,
} from '../../specs/importers/import-arguments.ts';
import { drive } from './drive.ts';

/** A buffer of so many ranges, all of it revoked or not. */
function exported(
  ranges: number,
  revoked: boolean,
  route: SurfaceOptions['route'] = 'translated',
): { surface: SyscallSurface; fd: number } {
  const surface = new SyscallSurface({ devices: [{}], route });
  surface.open(0);
  const length = MAP_FILE_SIZE / BigInt(ranges === 3 ? 4 : ranges);
  const dma_ranges = Array.from({ length: ranges }, (_, i) => ({
    offset: BigInt(i) * length,
    length,
  }));
  const fd = Number(surface.feature(0, { dma_ranges }));
  if (revoked) surface.writeCommand(0, false);
  return { surface, fd };
}

/** What the simulated kernel answers to an importer that attaches. */
export function performAttach({ peer2peer, callback, revoked }: AttachSituation): string {
  const { surface, fd } = exported(1, revoked);
  const { kernel } = surface;
  const { dmabuf } = kernel.fds.get(fd)!;
  const attachment = kernel.addAttachment(0, 'unmaps_in_callback');
  const { invalidate_mappings } = importerOps(kernel, 'unmaps_in_callback')!;
  return drive(kernel, () =>
    dma_buf_dynamic_attach(kernel, dmabuf, attachment, {
      allow_peer2peer: peer2peer,
      ...(callback && invalidate_mappings && { invalidate_mappings }),
    }),
  );
}

/** What the simulated kernel answers to IOMMU_IOAS_MAP_FILE. */
export function performMapFile({ start, length, revoked, ranges }: MapFileSituation): string {
  const { surface, fd } = exported(ranges, revoked);
  const answer = surface.mapFile(fd, start, length);
  return typeof answer === 'string' ? answer : 'ok';
}

/** What the simulated kernel answers to an importer that is attached and maps. */
export function performMap({ revoked, route, translates, ranges }: MapSituation): string {
  const through = translates ? 'translated' : 'identity';
  const { surface, fd } = exported(ranges, false, route === 'host_bridge' ? through : route);
  const attachment = surface.attach(fd, 'unmaps_later');
  if (typeof attachment === 'string') return attachment;
  if (revoked) surface.writeCommand(0, false);
  return surface.map(attachment);
}
