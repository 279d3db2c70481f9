import { type ArgumentTable, type Cause, when } from '../shared/argument-table.ts';

/** A range of a BAR, as the caller passes it. */
export interface ExportRange {
  readonly offset: bigint;
  readonly length: bigint;
}

/** One call of VFIO_DEVICE_FEATURE with DMA_BUF: what is passed, and what it finds. */
export interface ExportSituation {
  /** CONFIG_VFIO_PCI_DMABUF. */
  readonly built: boolean;
  /** What the driver of the device offers. */
  readonly driver: 'get_dmabuf_phys' | 'no get_dmabuf_phys' | 'no pci_ops';
  /** pcim_p2pdma_init() succeeded at probe. */
  readonly p2pdma: boolean;
  /** False once the device is being unbound. */
  readonly registered: boolean;
  readonly fdsLeft: boolean;
  readonly memoryEnabled: boolean;
  readonly barStart: bigint;
  readonly barKind: 'memory' | 'io';
  /** 0 where the device has no such BAR. */
  readonly barSize: bigint;
  /** The BAR's resource is the driver's own, and it could be mapped at open. */
  readonly barMapped: boolean;
  readonly argsz: number | 'all';
  readonly get: boolean;
  readonly set: boolean;
  readonly probe: boolean;
  readonly unknownOperation: boolean;
  /** The 16 bytes in front of the ranges can be read. */
  readonly headerReadable: boolean;
  readonly regionIndex: number;
  readonly openFlags: number;
  readonly flags: number;
  readonly nrRanges: number | 'all';
  readonly rangesReadable: boolean;
  readonly ranges: readonly ExportRange[];
}

const PAGE = 0x1000n;
const U64 = 1n << 64n;
const SWIOTLB = 1n << 63n;
const BAR_SIZE = 0x400000n;
/** Of a BAR in which there is no page. */
export const SMALL_BAR_SIZE = 0x100n;
const HEADER = 8;
const STRUCT = 16;
const RANGE = 16;
const KMALLOC_MAX = 4 << 20;
const FIRST = 'v6.19';
const CHECK = 'vfio_check_feature, v7.3';
const FEATURE = 'vfio_pci_core_feature_dma_buf, v7.3';
const VALIDATE = 'validate_dmabuf_input, v7.3';
const PHYS = 'vfio_pci_core_get_dmabuf_phys, v7.3';
const FILL = 'vfio_pci_core_fill_phys_vec, v7.3';
const MEASURED = 'measured on Debian 7.2.13 / 7.3.4 in a virtual machine';

const page = (offset: bigint, length = PAGE): ExportRange => ({ offset, length });

/** No device has it; with it a length of 2^63 is wrong for nothing but its bit 63. */
const HUGE_BAR = { barStart: 0n, barSize: SWIOTLB };

/** The bytes that the caller says it passes. */
export function argszOf({ argsz, ranges }: ExportSituation): number {
  return argsz === 'all' ? HEADER + STRUCT + RANGE * ranges.length : argsz;
}

export function nrRangesOf({ nrRanges, ranges }: ExportSituation): number {
  return nrRanges === 'all' ? ranges.length : nrRanges;
}

/** The ranges that are looked at, where they are. */
function looked(situation: ExportSituation): readonly ExportRange[] {
  return situation.ranges.slice(0, nrRangesOf(situation));
}

function totalOf(situation: ExportSituation): bigint {
  return readable(situation).reduce((sum, { length }) => sum + length, 0n);
}

function startOf(situation: ExportSituation, { offset }: ExportRange): bigint {
  return situation.barStart + offset;
}

function overflows(situation: ExportSituation, range: ExportRange): boolean {
  const start = startOf(situation, range);
  return start >= U64 || start + range.length >= U64;
}

function leavesBar(situation: ExportSituation, range: ExportRange): boolean {
  return !overflows(situation, range) && range.offset + range.length > situation.barSize;
}

const causes: readonly Cause<ExportSituation>[] = [
  {
    id: 'short-header',
    cause: 'argsz is less than the 8 bytes of struct vfio_device_feature',
    errno: '-EINVAL',
    since: FIRST,
    source: 'vfio_ioctl_device_feature, v7.3',
    at: when((s) => argszOf(s) < HEADER),
    example: { argsz: 7 },
  },
  {
    id: 'unknown-operation',
    cause: 'a flag that is neither GET, SET nor PROBE',
    errno: '-EINVAL',
    since: FIRST,
    source: 'vfio_ioctl_device_feature, v7.3',
    at: when((s) => s.unknownOperation),
    example: { unknownOperation: true },
  },
  {
    id: 'get-and-set',
    cause: 'GET and SET without PROBE',
    errno: '-EINVAL',
    since: FIRST,
    source: 'vfio_ioctl_device_feature, v7.3',
    at: when((s) => s.get && s.set && !s.probe),
    example: { get: true, set: true, probe: false },
  },
  {
    id: 'not-built',
    cause: 'the kernel has no CONFIG_VFIO_PCI_DMABUF',
    errno: '-ENOTTY',
    since: FIRST,
    source: 'the stub in vfio_pci_priv.h, v7.3',
    at: when((s) => !s.built),
    example: { built: false },
  },
  {
    id: 'no-phys',
    cause: 'the driver has no pci_ops, or no get_dmabuf_phys in it',
    errno: '-EOPNOTSUPP',
    since: 'v8, the test of pci_ops; the other v6.19',
    source: `${FEATURE}; Alex Williamson on v7 10/11, 2025-11-10, <20251110130525.6712552b.alex@shazbot.org>`,
    at: when((s) => s.driver !== 'get_dmabuf_phys'),
    example: { driver: 'no get_dmabuf_phys' },
    also: [{ driver: 'no pci_ops' }],
  },
  {
    id: 'set',
    cause: 'SET, which this feature does not have; with PROBE too',
    errno: '-EINVAL',
    since: FIRST,
    source: CHECK,
    at: when((s) => s.set && (!s.get || s.probe)),
    example: { get: false, set: true },
    also: [{ set: true, probe: true }],
  },
  {
    id: 'probe',
    cause: 'PROBE, whatever else is passed: the feature is there, nothing is created',
    errno: '0',
    since: FIRST,
    source: `${CHECK}; ${MEASURED}`,
    at: when((s) => s.probe),
    example: { probe: true },
    also: [{ probe: true, get: false }],
  },
  {
    id: 'no-operation',
    cause: 'none of GET, SET and PROBE',
    errno: '-EINVAL',
    since: FIRST,
    source: CHECK,
    at: when((s) => !s.get && !s.set && !s.probe),
    example: { get: false, set: false, probe: false },
  },
  {
    id: 'short-struct',
    cause: 'argsz has room for the header and not for the 16 bytes in front of the ranges',
    errno: '-EINVAL',
    since: FIRST,
    source: CHECK,
    at: when((s) => argszOf(s) >= HEADER && argszOf(s) < HEADER + STRUCT),
    example: { argsz: HEADER },
  },
  {
    id: 'header-unreadable',
    cause: 'the 16 bytes cannot be read',
    errno: '-EFAULT',
    since: FIRST,
    source: FEATURE,
    at: when((s) => !s.headerReadable),
    example: { headerReadable: false },
  },
  {
    id: 'no-ranges',
    cause: 'nr_ranges is 0',
    errno: '-EINVAL',
    since: FIRST,
    source: FEATURE,
    at: when((s) => s.headerReadable && nrRangesOf(s) === 0),
    example: { nrRanges: 0 },
  },
  {
    id: 'flags',
    cause: 'flags is not 0',
    errno: '-EINVAL',
    since: FIRST,
    source: `${FEATURE}; Kevin Tian asked for -EOPNOTSUPP on v8, 2025-11-18, and the code kept -EINVAL`,
    at: when((s) => s.headerReadable && s.flags !== 0),
    example: { flags: 1 },
  },
  {
    id: 'no-such-bar',
    cause: 'region_index is not that of a BAR: ROM, config space or beyond',
    errno: '-ENODEV',
    since: 'v0',
    source: FEATURE,
    at: when((s) => s.headerReadable && s.regionIndex >= 6),
    example: { regionIndex: 6 },
    also: [{ regionIndex: 7 }, { regionIndex: 8 }, { regionIndex: 9 }],
  },
  {
    id: 'bar-not-mapped',
    cause: 'the BAR has no length, its resource belongs to somebody else, or it cannot be mapped',
    errno: '-ENODEV',
    since: 'v7.1 (702809dabdec)',
    source: FEATURE,
    at: when((s) => s.headerReadable && s.regionIndex < 6 && (s.barSize === 0n || !s.barMapped)),
    example: { barMapped: false },
    also: [{ barSize: 0n }],
  },
  {
    id: 'too-many-ranges',
    cause: 'there is no memory for nr_ranges ranges; a limit of the allocator, and no promise',
    errno: '-ENOMEM',
    since: FIRST,
    source: `memdup_array_user; ${MEASURED} for 1 << 20`,
    at: when((s) => s.headerReadable && nrRangesOf(s) * RANGE > KMALLOC_MAX),
    example: { nrRanges: 1 << 20 },
  },
  {
    id: 'ranges-unreadable',
    cause: 'the ranges cannot be read',
    errno: '-EFAULT',
    since: FIRST,
    source: 'memdup_array_user',
    at: when((s) => s.headerReadable && nrRangesOf(s) > 0 && !s.rangesReadable),
    example: { rangesReadable: false },
  },
  {
    id: 'empty-range',
    cause: 'a range has no length',
    errno: '-EINVAL',
    since: FIRST,
    source: VALIDATE,
    loop: 'ranges',
    at: (s) => readable(s).findIndex(({ length }) => length === 0n),
    example: { ranges: [page(0n, 0n)] },
    also: [{ ranges: [page(1n, 0n)] }],
  },
  {
    id: 'unaligned-range',
    cause: 'an offset or a length is no multiple of a page',
    errno: '-EINVAL',
    since: FIRST,
    source: VALIDATE,
    loop: 'ranges',
    at: (s) => readable(s).findIndex((r) => r.offset % PAGE !== 0n || r.length % PAGE !== 0n),
    example: { ranges: [page(1n)] },
    also: [{ ranges: [page(0n, PAGE - 1n)] }],
  },
  {
    id: 'sum-overflows',
    cause: 'the lengths together do not fit in 64 bits',
    errno: '-EINVAL',
    since: 'v5',
    source: VALIDATE,
    loop: 'ranges',
    at: (s) => {
      let sum = 0n;
      return readable(s).findIndex(({ length }) => {
        sum += length;
        return sum >= U64;
      });
    },
    example: { ...HUGE_BAR, ranges: [page(0n, SWIOTLB), page(0n, SWIOTLB)] },
    also: [{ ranges: [page(0n, SWIOTLB), page(0n, SWIOTLB)] }],
  },
  {
    id: 'swiotlb-bit',
    cause: 'the sum of the lengths has bit 63, which is DMA_IOVA_USE_SWIOTLB',
    errno: '-EINVAL',
    since: FIRST,
    source: VALIDATE,
    at: when((s) => totalOf(s) < U64 && totalOf(s) >= SWIOTLB),
    example: { ...HUGE_BAR, ranges: [page(0n, SWIOTLB)] },
    also: [{ ranges: [page(0n, SWIOTLB)] }, { ranges: [page(0n, U64 - PAGE)] }],
  },
  {
    id: 'no-memory',
    cause: 'there is no memory for the buffer',
    errno: '-ENOMEM',
    since: FIRST,
    source: FEATURE,
    at: () => -1,
    untried: 'small allocations do not fail in the simulator, nor in practice',
  },
  {
    id: 'io-bar',
    cause: 'the BAR has no P2P provider: an I/O BAR',
    errno: '-EINVAL',
    since: FIRST,
    source: `${PHYS}; ${MEASURED}`,
    at: when((s) => hasBar(s) && s.barKind === 'io'),
    example: { barKind: 'io' },
  },
  {
    id: 'no-provider',
    cause: 'the BAR has no P2P provider: pcim_p2pdma_init() could not be run',
    errno: '-EINVAL',
    since: 'v8',
    source: `${PHYS}; pcim_p2pdma_provider, v7.3`,
    at: when((s) => hasBar(s) && !s.p2pdma),
    example: { p2pdma: false },
  },
  {
    id: 'address-overflows',
    cause: 'the start or the end of a range, as an address, does not fit in 64 bits',
    errno: '-EOVERFLOW',
    since: FIRST,
    source: `${FILL}; ${MEASURED}`,
    loop: 'ranges of the BAR',
    at: (s) => readable(s).findIndex((range) => overflows(s, range)),
    example: { ranges: [page(U64 - PAGE)] },
    also: [{ ranges: [page(U64 - PAGE + 1n)] }, { ranges: [page(U64 - PAGE, 0n)] }],
  },
  {
    id: 'beyond-bar',
    cause: 'a range ends behind the BAR',
    errno: '-EINVAL',
    since: FIRST,
    source: FILL,
    loop: 'ranges of the BAR',
    at: (s) => (hasBar(s) ? readable(s).findIndex((range) => leavesBar(s, range)) : -1),
    example: { ranges: [page(BAR_SIZE)] },
    also: [
      { ranges: [page(0n, BAR_SIZE + PAGE)] },
      { ranges: [page(BAR_SIZE + 1n)] },
      { ranges: [page(BAR_SIZE + PAGE, 0n)] },
      { barSize: SMALL_BAR_SIZE },
    ],
  },
  {
    id: 'unbinding',
    cause: 'the device is being unbound',
    errno: '-ENODEV',
    since: FIRST,
    source: 'vfio_device_try_get_registration, v7.3',
    at: when((s) => !s.registered),
    example: { registered: false },
  },
  {
    id: 'core-refuses',
    cause: 'dma_buf_export() fails',
    errno: 'its errno',
    since: FIRST,
    source: 'dma_buf_export, v7.3',
    at: () => -1,
    untried: 'only allocations and a module on its way out make it fail',
  },
  {
    id: 'no-fd',
    cause: 'the process has no file descriptor left; the buffer was made and is put again',
    errno: '-EMFILE',
    since: 'v6',
    source: 'dma_buf_fd, v7.3; e98137f0a874 (CVE-2026-31468)',
    at: when((s) => !s.fdsLeft),
    example: { fdsLeft: false },
  },
];

/** The ranges that the kernel reads, where it can. */
function readable(situation: ExportSituation): readonly ExportRange[] {
  return situation.headerReadable && situation.rangesReadable ? looked(situation) : [];
}

function hasBar({ headerReadable, regionIndex, barSize }: ExportSituation): boolean {
  return headerReadable && regionIndex < 6 && barSize > 0n;
}

const OF_RANGES = [
  'too-many-ranges',
  'ranges-unreadable',
  'empty-range',
  'unaligned-range',
  'sum-overflows',
  'swiotlb-bit',
  'address-overflows',
  'beyond-bar',
];
const AFTER_HEADER = [
  'no-ranges',
  'flags',
  'no-such-bar',
  'bar-not-mapped',
  ...OF_RANGES,
  'io-bar',
  'no-provider',
];

/** VFIO_DEVICE_FEATURE with GET and DMA_BUF: what it refuses, in the order in which it looks. */
export const exportArguments: ArgumentTable<ExportSituation> = {
  call: 'VFIO_DEVICE_FEATURE | GET | DMA_BUF',
  answers: 'fd',
  sound: {
    built: true,
    driver: 'get_dmabuf_phys',
    p2pdma: true,
    registered: true,
    fdsLeft: true,
    memoryEnabled: true,
    barStart: 0xfb000000n,
    barKind: 'memory',
    barSize: BAR_SIZE,
    barMapped: true,
    argsz: 'all',
    get: true,
    set: false,
    probe: false,
    unknownOperation: false,
    headerReadable: true,
    regionIndex: 0,
    openFlags: 0,
    flags: 0,
    nrRanges: 'all',
    rangesReadable: true,
    ranges: [page(0n)],
  },
  causes,
  accepted: [
    {
      what: 'argsz that ends in front of the ranges: they are read all the same',
      example: { argsz: HEADER + STRUCT },
      source: MEASURED,
    },
    ...[0o2000, 0o4000, 0xffffffff].map((openFlags) => ({
      what: `open_flags 0o${openFlags.toString(8)}`,
      example: { openFlags },
      source: MEASURED,
    })),
    {
      what: 'the same range twice, for a buffer of twice the size',
      example: { ranges: [page(0n), page(0n)] },
      source: MEASURED,
    },
    {
      what: 'ranges in any order',
      example: { ranges: [page(PAGE), page(0n)] },
      source: FILL,
    },
    {
      what: 'memory that is disabled: the buffer is born revoked',
      example: { memoryEnabled: false },
      source: MEASURED,
    },
    {
      what: 'the whole BAR',
      example: { ranges: [page(0n, BAR_SIZE)] },
      source: MEASURED,
    },
  ],
  exclusive: [
    { causes: ['short-header', 'short-struct'], reason: 'there is one argsz' },
    {
      causes: ['get-and-set', 'set', 'no-operation'],
      reason: 'each says which of GET and SET is there, and they differ',
    },
    {
      causes: ['get-and-set', 'probe', 'no-operation'],
      reason: 'the first and the last are without PROBE, and they differ in the rest',
    },
    ...AFTER_HEADER.map((id) => ({
      causes: ['header-unreadable', id],
      reason: 'what cannot be read has no value',
    })),
    ...OF_RANGES.map((id) => ({
      causes: ['no-ranges', id],
      reason: 'where there is no range, nothing is wrong with one',
    })),
    ...['bar-not-mapped', 'io-bar', 'no-provider', 'beyond-bar'].map((id) => ({
      causes: ['no-such-bar', id],
      reason: 'what is no BAR has no resource, no kind and no end',
    })),
    ...OF_RANGES.filter((id) => !['too-many-ranges', 'ranges-unreadable'].includes(id)).map(
      (id) => ({
        causes: ['ranges-unreadable', id],
        reason: 'what cannot be read has no value',
      }),
    ),
    {
      causes: ['sum-overflows', 'swiotlb-bit'],
      reason: 'a sum that does not fit has no bit 63',
    },
  ],
};
