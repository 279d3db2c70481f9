import {
  argszOf,
  type ExportSituation,
  exportArguments,
  nrRangesOf,
  SMALL_BAR_SIZE,
} from '../../buffer/export-arguments.ts';
import {
  countOf,
  type HotResetSituation,
  hotResetArguments,
} from '../../hot-reset/hot-reset-arguments.ts';
import {
  MAP_FILE_SIZE,
  type MapFileSituation,
  mapFileArguments,
} from '../../importers/import-arguments.ts';
import {
  type ArgumentTable,
  answeringCause,
  answerOf,
  type Cause,
  pairsOf,
} from '../../shared/argument-table.ts';

/** One call with something wrong, as a row of a table in C. */
export interface Row {
  readonly what: string;
  /** Whether two things are wrong, so that the answer tells the order of the checks. */
  readonly pair: boolean;
  readonly answer: string;
  /** The members of the arguments that are not as usual. */
  readonly args: readonly string[];
}

/** What a program can pass to a call, and how that is written in C; undefined where it cannot. */
interface Dialect<S> {
  readonly table: ArgumentTable<S>;
  readonly args: (situation: S) => readonly string[] | undefined;
  /** Causes that are no promise, or need a state that the paths have. */
  readonly leftOut: readonly string[];
  readonly accepted: string;
}

/**
 * Every cause alone in each way there is to have it, all that is accepted, and each two causes whose answers differ: where they are
 * the same nobody can tell which check was made first.
 */
function rowsOf<S extends object>({ table, args, leftOut, accepted }: Dialect<S>): Row[] {
  const tried = table.causes.filter(({ id }) => !leftOut.includes(id));
  const row = (what: string, answer: string, situations: readonly S[], pair = false): Row[] => {
    const written = situations
      .filter((situation) => answerOf(table, situation) === answer)
      .map(args)
      .find((found) => found !== undefined);
    const errno = answer === table.answers ? accepted : answer;
    return written === undefined ? [] : [{ what, pair, answer: errno, args: written }];
  };
  return [
    ...tried.flatMap((cause) =>
      examplesOf(table.sound, cause)
        .filter((situation) => answeringCause(table, situation) === cause)
        .flatMap((situation) => row(titleOf(cause), cause.errno, [situation])),
    ),
    ...table.accepted.flatMap(({ what, example }) =>
      row(headOf(what), table.answers, [{ ...table.sound, ...example }]),
    ),
    ...pairsOf({ ...table, causes: tried }).flatMap(({ earlier, later, situations }) =>
      earlier.errno === later.errno
        ? []
        : row(`${earlier.id} before ${later.id}`, earlier.errno, situations, true),
    ),
  ];
}

/** Characters that fit on a line of the table. */
const LONGEST = 70;

function titleOf({ cause, id }: { readonly cause: string; readonly id: string }): string {
  const head = headOf(cause);
  return head.length <= LONGEST ? head : id.replaceAll('-', ' ');
}

/** Without what explains it. */
function headOf(text: string): string {
  return text.split(/[:;]/)[0]!;
}

function examplesOf<S>(sound: S, { example, also = [] }: Cause<S>): S[] {
  return example === undefined ? [] : [example, ...also].map((part) => ({ ...sound, ...part }));
}

// --- VFIO_DEVICE_FEATURE_DMA_BUF ---------------------------------------------------------------

const U64 = 1n << 64n;
const PAGE = 0x1000n;

export function exportRows(): Row[] {
  return rowsOf({
    table: exportArguments,
    args: exportArgs,
    leftOut: ['too-many-ranges'],
    accepted: 'AN_FD',
  });
}

function exportArgs(s: ExportSituation): string[] | undefined {
  const { sound } = exportArguments;
  const { built, driver, p2pdma, registered, barStart, barMapped, memoryEnabled } = s;
  const device = { built, driver, p2pdma, registered, barStart, barMapped, memoryEnabled };
  const given = Object.entries(device).every(
    ([key, value]) => sound[key as keyof ExportSituation] === value,
  );
  const bar = barOf(s);
  if (!given || bar === undefined) return undefined;
  if (bar !== USUAL_BAR && s.regionIndex !== sound.regionIndex) return undefined;
  return [
    ...changed('argsz', argszOf(s), argszOf({ ...s, argsz: 'all' }), String),
    ...operation(s),
    ...(bar !== USUAL_BAR ? [`.region = ${bar}`] : []),
    ...changed('region', s.regionIndex, sound.regionIndex, (region) => REGIONS[region]!),
    ...changed('open_flags', s.openFlags, 0, openFlags),
    ...changed('flags', s.flags, 0, String),
    ...ranges(s),
    ...(s.headerReadable ? [] : ['.readable = FEATURE_HEADER']),
    ...(s.rangesReadable ? [] : ['.readable = DMA_BUF_HEADER']),
    ...(s.fdsLeft ? [] : ['.no_fds = true']),
  ];
}

function changed<T>(name: string, value: T, usual: unknown, text: (value: T) => string): string[] {
  return value === usual ? [] : [`.${name} = ${text(value)}`];
}

function operation({ get, set, probe, unknownOperation }: ExportSituation): string[] {
  if (get && !set && !probe && !unknownOperation) return [];
  const words = [
    ...(get ? ['OP_GET'] : []),
    ...(set ? ['OP_SET'] : []),
    ...(probe ? ['OP_PROBE'] : []),
    ...(unknownOperation ? ['OP_UNKNOWN'] : []),
  ];
  return [`.operation = ${words.join(' | ') || 'OP_NONE'}`];
}

const REGIONS: Readonly<Record<number, string>> = {
  6: 'VFIO_PCI_ROM_REGION_INDEX',
  7: 'VFIO_PCI_CONFIG_REGION_INDEX',
  8: 'VFIO_PCI_VGA_REGION_INDEX',
  9: 'VFIO_PCI_NUM_REGIONS',
};

const USUAL_BAR = '';

/** The BAR that is meant, as the selftest calls it; undefined where it has none of the kind. */
function barOf({ barSize, barKind }: ExportSituation): string | undefined {
  const { sound } = exportArguments;
  if (barSize === 0n) return 'ABSENT_BAR';
  if (barSize === SMALL_BAR_SIZE) return 'SMALL_BAR';
  if (barSize !== sound.barSize) return undefined;
  return barKind === 'io' ? 'IO_BAR' : USUAL_BAR;
}

function openFlags(flags: number): string {
  const names: Readonly<Record<number, string>> = { 686: 'O_APPEND', 1372: 'O_NONBLOCK' };
  return names[flags] ?? '~0U';
}

function ranges(s: ExportSituation): string[] {
  const [range] = s.ranges;
  const count = nrRangesOf(s);
  if (count === 0) return ['.nr_ranges = NO_RANGES'];
  if (count === 1 && range!.offset === 0n && range!.length === PAGE) return [];
  return [`.nr_ranges = ${count}`, `.ranges = { ${s.ranges.map(rangeText).join(', ')} }`];
}

function rangeText({ offset, length }: { offset: bigint; length: bigint }): string {
  return `{ ${address(offset)}, ${address(length)} }`;
}

/** A number near zero, near the end of the BAR, or near the end of all addresses. */
function address(value: bigint): string {
  const bar = exportArguments.sound.barSize;
  const near: readonly (readonly [bigint, string])[] = [
    [0n, ''],
    [bar, 'bar'],
    [1n << 63n, '1ULL << 63'],
    [U64, ''],
  ];
  for (const [base, name] of near) {
    const rest = OFFSETS.find(([offset]) => value === base + offset);
    if (rest !== undefined) return [name, rest[1]].filter((text) => text !== '').join(' + ') || '0';
  }
  throw new Error(`the selftest has no word for the address ${value}`);
}

const OFFSETS: readonly (readonly [bigint, string])[] = [
  [0n, ''],
  [1n, '1'],
  [PAGE - 1n, 'page - 1'],
  [PAGE, 'page'],
  [-PAGE, '-page'],
  [1n - PAGE, '1 - page'],
];

// --- IOMMU_IOAS_MAP_FILE -----------------------------------------------------------------------

export function mapFileRows(): Row[] {
  return rowsOf({ table: mapFileArguments, args: mapFileArgs, leftOut: [], accepted: '0' });
}

function mapFileArgs(s: MapFileSituation): string[] | undefined {
  const size = (value: bigint) =>
    value % MAP_FILE_SIZE === 0n && value > 0n
      ? `${value === MAP_FILE_SIZE ? '' : `${value / MAP_FILE_SIZE} * `}size`
      : address(value);
  return [
    ...changed('start', s.start, 0n, size),
    `.length = ${size(s.length)}`,
    ...(s.ranges === 1 ? [] : ['.two_ranges = true']),
    ...(s.revoked ? ['.revoked = true'] : []),
  ];
}

// --- VFIO_DEVICE_PCI_HOT_RESET -----------------------------------------------------------------

/** Only what the front end refuses: the rest has other devices, or is a path. */
export function hotResetRows(): Row[] {
  const front = ['unreadable', 'short', 'flags', 'no-groups', 'too-many-groups', 'fds-unreadable'];
  const kept = [...front, 'not-an-fd', 'not-a-group'];
  const leftOut = hotResetArguments.causes.map(({ id }) => id).filter((id) => !kept.includes(id));
  const rows = rowsOf({ table: hotResetArguments, args: hotResetArgs, leftOut, accepted: '0' });
  return rows.filter(({ answer }) => answer !== '0');
}

const GROUP: Readonly<Record<string, string>> = {
  'of both': 'group',
  'not a group': 'container',
  'not an fd': '-1',
};

function hotResetArgs(s: HotResetSituation): string[] | undefined {
  const { sound } = hotResetArguments;
  const { opened, busReset, wholeSet, resumes, contended, resetWorks, resetLocked } = s;
  const device = { opened, busReset, wholeSet, resumes, contended, resetWorks, resetLocked };
  const given = Object.entries(device).every(
    ([key, value]) => sound[key as keyof HotResetSituation] === value,
  );
  const groups = s.fds.map((fd) => GROUP[fd]);
  if (!given || groups.includes(undefined)) return undefined;
  const count = countOf(s);
  // a slot may have one function only
  if (count === 2 && groups[0] === 'group') return undefined;
  return [
    ...changed('argsz', s.argsz, sound.argsz, String),
    ...changed('flags', s.flags, 0, String),
    ...(count > 0 ? [`.count = ${count > 2 ? 'TOO_MANY' : count}`] : []),
    ...(count > 0 && s.fdsReadable ? [`.fds = { ${groups.slice(0, 2).join(', ')} }`] : []),
    ...(s.readable ? [] : ['.readable = 8']),
    ...(s.fdsReadable ? [] : ['.readable = HOT_RESET_HEADER']),
  ];
}
