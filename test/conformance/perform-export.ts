import { vfio_pci_core_feature_dma_buf } from '../../simulator/buffer/vfio-pci-dmabuf-export.ts';
import {
  GET,
  PROBE,
  SET,
  type SurfaceDevice,
  type SurfaceOptions,
  SyscallSurface,
} from '../../simulator/syscalls.ts';
import { argszOf, type ExportSituation, nrRangesOf } from '../../specs/buffer/export-arguments.ts';
import { drive } from './drive.ts';

const HEADER = 8;
/** A bit of the flags that names neither a feature nor an operation. */
const UNKNOWN = 1 << 19;
/** As many ranges as no allocation can hold. */
const MANY = new Array<ExportSituation['ranges'][number]>(1 << 20).fill({
  offset: 0n,
  length: 0x1000n,
});

/** What the simulated kernel answers to an export: an errno, `0`, or `fd`. */
export function performExport(
  situation: ExportSituation,
  faults: SurfaceOptions['faults'] = [],
): string {
  const surface = new SyscallSurface({ devices: [deviceOf(situation)], faults });
  surface.open(0);
  if (!situation.memoryEnabled) surface.writeCommand(0, false);
  const vdev = surface.kernel.devices[0]!;
  vdev.registered = situation.registered;
  const call = callOf(situation);
  if (situation.headerReadable && situation.fdsLeft) return inWords(surface.feature(0, call));
  // The surface can always read its arguments and always has a file descriptor.
  const early = surface.feature(0, { ...call, argsz: Math.min(call.argsz, HEADER) });
  const { built, get, set, probe, unknownOperation } = situation;
  const answered =
    call.argsz < HEADER || unknownOperation || !built || probe || (get && set) || (!get && !set);
  if (answered) return inWords(early);
  return inWords(
    drive(
      surface.kernel,
      () => {
        const arg = situation.headerReadable ? call : undefined;
        const left = call.argsz - HEADER;
        return vfio_pci_core_feature_dma_buf(surface.kernel, vdev, 0, call.operation, left, arg);
      },
      situation.fdsLeft ? [] : ['buf[0].dma_buf_fd:-EMFILE'],
    ),
  );
}

const inWords = (answer: string | number) =>
  typeof answer === 'number' && answer > 2 ? 'fd' : `${answer}`;

function deviceOf(situation: ExportSituation): SurfaceDevice {
  const bar = {
    index: situation.regionIndex < 6 ? situation.regionIndex : 0,
    kind: situation.barKind === 'io' ? ('io' as const) : ('mem' as const),
    start: situation.barStart,
    size: situation.barSize,
    claimable: situation.barMapped,
  };
  const offers = {
    get_dmabuf_phys: 'get_dmabuf_phys',
    'no get_dmabuf_phys': 'without_get_dmabuf_phys',
    'no pci_ops': 'none',
  } as const;
  return {
    bars: [bar],
    config_dmabuf: situation.built,
    pci_ops: offers[situation.driver],
    p2pdma: situation.p2pdma ? 'ok' : '-EOPNOTSUPP',
  };
}

function callOf(situation: ExportSituation) {
  const { get, set, probe, unknownOperation, ranges } = situation;
  const nr_ranges = nrRangesOf(situation);
  const all = nr_ranges > ranges.length ? MANY : ranges;
  return {
    region_index: situation.regionIndex,
    open_flags: situation.openFlags,
    flags: situation.flags,
    nr_ranges,
    dma_ranges: situation.rangesReadable ? all : [],
    operation:
      (get ? GET : 0) | (set ? SET : 0) | (probe ? PROBE : 0) | (unknownOperation ? UNKNOWN : 0),
    argsz: argszOf(situation),
  };
}
