import { type ArgumentTable, type Cause, when } from '../shared/argument-table.ts';
import { RFC0 } from './sources.ts';

/** One VFIO_DEVICE_FEATURE_P2P_REGISTER: the BAR that is named, and what the call finds. */
export interface RegisterSituation {
  readonly barKind: 'memory' | 'io';
  /** The BAR's resource is the driver's own, and it could be mapped at open. */
  readonly claimed: boolean;
  /** Where the memory to be registered begins, and how long it is. */
  readonly start: bigint;
  readonly size: bigint;
  /** The size of the region that the driver shows; a variant driver may show other memory. */
  readonly regionSize: bigint;
  /** The MSI-X table or PBA is in the BAR. */
  readonly msix: boolean;
  readonly device: 'decoding' | 'memory_off' | 'd3hot' | 'low_power' | 'closed';
  readonly bar: 'free' | 'registering' | 'registered' | 'unregistering';
  /** DMABUFs of this BAR on `vdev->dmabufs`, revoked for now or not. */
  readonly buffers: number;
}

/** A reason to refuse a registration. */
export interface RegisterCause extends Cause<RegisterSituation> {
  /** Of several causes the one with the lowest answers. */
  readonly precedence: number;
  /** What comes of it in v7.3, or later, where VFIO does not look. */
  readonly unchecked: string;
  /** Whether other calls can change it, so that it is tested under memory_lock. */
  readonly tested: 'under_memory_lock' | 'ahead_of_memory_lock';
  /** What the RFC leaves open, and somebody has to decide. */
  readonly undecided?: string;
}

interface RegisterTable extends ArgumentTable<RegisterSituation> {
  readonly causes: readonly RegisterCause[];
}

/** SUBSECTION_SHIFT of v7.3 is 21. */
const SUBSECTION = 1n << 21n;
const ADD = 'pci_p2pdma_add_resource, v7.3';
const SPAN = 'check_pfn_span, mm/memory_hotplug.c, v7.3; SUBSECTION_SHIFT, include/linux/mmzone.h';
const SPAN_FAILS = 'WARN "Misaligned …" and -EINVAL, which every attempt of a user repeats';
const DECODING =
  'derived: a struct page maps the BAR for the CPU outside the fault handler; -errno is all that the RFC says';
const BUS_ERROR = 'an access through p2pmem is a bus error';

/** The answer where the RFC names no errno, and no version of it was read that has the check. */
const REFUSED = { errno: 'refused', since: 'unknown' } as const;

function fixed(
  precedence: number,
  cause: Omit<RegisterCause, 'errno' | 'since' | 'precedence' | 'tested'>,
): RegisterCause {
  return { ...REFUSED, ...cause, precedence, tested: 'ahead_of_memory_lock' };
}

function locked(
  precedence: number,
  cause: Omit<RegisterCause, 'errno' | 'since' | 'precedence' | 'tested'>,
): RegisterCause {
  return { ...REFUSED, ...cause, precedence, tested: 'under_memory_lock' };
}

const causes: readonly RegisterCause[] = [
  fixed(10, {
    id: 'not-open',
    cause: 'the device is not open',
    source: 'derived: registration belongs to the session of an open device fd',
    at: when((s) => s.device === 'closed'),
    example: { device: 'closed' },
    unchecked: 'there is no session whose end would take the pages down',
  }),
  fixed(20, {
    id: 'not-memory',
    cause: 'the BAR is not a memory BAR',
    source: `${ADD}: not IORESOURCE_MEM`,
    at: when((s) => s.barKind !== 'memory'),
    example: { barKind: 'io' },
    unchecked: '-EINVAL of pci_p2pdma_add_resource()',
  }),
  fixed(30, {
    id: 'not-claimed',
    cause: 'VFIO has not claimed the BAR',
    source: 'derived: vfio_pci_core_feature_dma_buf of v7.3 answers -ENODEV for such a BAR',
    at: when((s) => !s.claimed),
    example: { claimed: false },
    unchecked: "pages are made of memory that is another driver's",
  }),
  fixed(40, {
    id: 'other-size',
    cause: 'the region that the driver shows is not of the size of the BAR',
    source:
      'derived: variant drivers show memory that is not the BAR; the DMABUF series had to keep them out, too',
    at: when((s) => s.regionSize !== s.size),
    example: { regionSize: SUBSECTION },
    unchecked: 'pages are made of memory that is not what the user sees',
  }),
  fixed(50, {
    id: 'msix',
    cause: 'the MSI-X table or PBA is in the BAR',
    source: 'derived: a registration of the whole BAR covers the table',
    at: when((s) => s.msix),
    example: { msix: true },
    unchecked: 'a peer that is given such a page can write the table',
    undecided:
      'a policy is needed: refuse the BAR, or register the part without the table (pci_p2pdma_add_resource() takes offset and size)',
  }),
  fixed(60, {
    id: 'too-small',
    cause: 'the memory is smaller than 2 MiB',
    source: SPAN,
    at: when((s) => s.size < SUBSECTION),
    example: { size: 0x1000n, regionSize: 0x1000n },
    unchecked: SPAN_FAILS,
  }),
  fixed(70, {
    id: 'misaligned',
    cause: 'the memory does not begin and end at a multiple of 2 MiB',
    source: SPAN,
    at: when(
      (s) => s.size >= SUBSECTION && (s.start % SUBSECTION !== 0n || s.size % SUBSECTION !== 0n),
    ),
    example: { start: 0xfb001000n },
    also: [{ size: SUBSECTION + 0x1000n, regionSize: SUBSECTION + 0x1000n }],
    unchecked: SPAN_FAILS,
  }),
  locked(80, {
    id: 'registered',
    cause: 'the BAR is registered, about to be, or not yet free again',
    source: 'pagemap_range, mm/memremap.c, v7.3; derived: answered from a state of VFIO',
    at: when((s) => s.bar !== 'free'),
    example: { bar: 'registered' },
    also: [{ bar: 'registering' }, { bar: 'unregistering' }],
    unchecked: 'WARN "Conflicting mapping in same section" and -ENOMEM',
  }),
  locked(90, {
    id: 'exported',
    cause: 'a DMABUF of the BAR is on vdev->dmabufs, live or revoked for now',
    source: `${RFC0}, section 2; derived for one that is revoked`,
    at: when((s) => s.buffers > 0),
    example: { buffers: 1 },
    unchecked: 'importers reach memory that the pool has given to somebody else',
  }),
  locked(100, {
    id: 'memory-off',
    cause: 'COMMAND.MEM is clear',
    source: DECODING,
    at: when((s) => s.device === 'memory_off'),
    example: { device: 'memory_off' },
    unchecked: BUS_ERROR,
  }),
  locked(110, {
    id: 'not-d0',
    cause: 'the device is in D3hot',
    source: DECODING,
    at: when((s) => s.device === 'd3hot'),
    example: { device: 'd3hot' },
    unchecked: BUS_ERROR,
  }),
  locked(120, {
    id: 'low-power',
    cause: 'LOW_POWER_ENTRY has let the device suspend',
    source: DECODING,
    at: when((s) => s.device === 'low_power'),
    example: { device: 'low_power' },
    unchecked: BUS_ERROR,
  }),
];

/**
 * What a registration is refused for. The RFC has neither an argument struct nor an errno, so that
 * the order shows nowhere yet; it is for the errnos to come: first what does not change, then,
 * under memory_lock, what does. Ranges, flags and argsz are unknown for want of the struct.
 */
export const registerArguments: RegisterTable = {
  call: 'VFIO_DEVICE_FEATURE | SET | P2P_REGISTER',
  answers: 'admitted',
  sound: {
    barKind: 'memory',
    claimed: true,
    start: 0xfb000000n,
    size: 2n * SUBSECTION,
    regionSize: 2n * SUBSECTION,
    msix: false,
    device: 'decoding',
    bar: 'free',
    buffers: 0,
  },
  causes,
  accepted: [
    {
      what: 'memory of exactly 2 MiB',
      example: { size: SUBSECTION, regionSize: SUBSECTION },
      source: SPAN,
    },
  ],
  exclusive: [
    { causes: ['too-small', 'misaligned'], reason: 'what is too small is not asked for more' },
    {
      causes: ['not-open', 'memory-off', 'not-d0', 'low-power'],
      reason: 'of the reasons not to decode, bar_device has one at a time',
    },
    {
      causes: ['not-open', 'registered'],
      reason: 'a registration ends with its session',
    },
  ],
};
