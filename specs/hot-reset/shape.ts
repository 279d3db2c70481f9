import { InputError, type Scope } from 'xstate-check';
import { atMostOne, range } from '../shared/contract.ts';
import type { ImporterThread } from '../shared/parts.ts';

/** What a scope of the hot reset system means. */
export interface Shape {
  readonly devices: number;
  readonly unopened: number;
  /** The device of each buffer; a device that is not open has none. */
  readonly exporters: readonly number[];
  readonly importers: readonly ImporterThread[];
  /** The threads that reset the bus. */
  readonly resets: readonly string[];
  /** The threads that write PCI_COMMAND, each of its own device. */
  readonly writers: readonly { readonly device: number; readonly thread: string }[];
  /** The threads that touch a BAR that is mapped, each that of its own device. */
  readonly faults: readonly { readonly device: number; readonly thread: string }[];
  /** The last of the open devices, whose owner does the following. */
  readonly last: number;
  /** Writes PMCSR. */
  readonly sleeps: boolean;
  /** Puts it into low power. */
  readonly engages: boolean;
  /** Closes it. */
  readonly closes: boolean;
}

/** @throws InputError where a scope asks for what the system does not draw */
export function shapeOf(scope: Scope): Shape {
  for (const name of ['buffers', 'closers', 'sleepers', 'engagers']) atMostOne(scope, name);
  const { devices = 2, unopened = 0, buffers = 0, importers = 0 } = scope;
  const { resets = 1, writers = 1, faults = 0, closers = 0, sleepers = 0, engagers = 0 } = scope;
  const open = devices - unopened;
  assertAtMost('writers', writers, open);
  assertAtMost('faults', faults, open - closers);
  if (closers > 0 && open < 2) {
    throw new InputError(
      "--scope: 'closers=1' closes one of several open devices; take 'devices=2' at least",
    );
  }
  const exporters = buffers === 0 ? [] : range(open);
  return {
    devices,
    unopened,
    exporters,
    importers: range(exporters.length === 0 ? 0 : importers).map((a) => ({
      attachment: a,
      buffer: a % exporters.length,
      // The first one unmaps later, because it alone can still be mapped where nobody waits.
      unmaps: a % 2 === 0 ? 'later' : 'in_callback',
    })),
    resets: range(resets).map((n) => nth('hot_reset', n)),
    writers: range(writers).map((device) => ({ device, thread: nth('command_write', device) })),
    faults: range(faults).map((device) => ({ device, thread: nth('page_fault', device) })),
    last: open - 1,
    sleeps: sleepers > 0,
    engages: engagers > 0,
    closes: closers > 0,
  };
}

function assertAtMost(name: string, asked: number, most: number): void {
  if (asked <= most) return;
  throw new InputError(
    `--scope: '${name}=${asked}' is more than the devices that it is for; take at most ${most}`,
  );
}

/** The first of several threads goes by the name of what it does. */
function nth(name: string, n: number): string {
  return n === 0 ? name : `${name}[${n}]`;
}

/** The buffers that a device exports. */
export function buffersOf({ exporters }: Shape, device: number): number[] {
  return exporters.flatMap((exporter, buffer) => (exporter === device ? [buffer] : []));
}

/** The threads that call vfio_pci_dma_buf_move() of a device. */
export function moversOf(shape: Shape, device: number): string[] {
  const { resets, writers, last, sleeps, engages, closes } = shape;
  const own = device === last;
  return [
    ...resets,
    ...writers.flatMap((writer) => (writer.device === device ? [writer.thread] : [])),
    ...(own && sleeps ? ['power_write'] : []),
    ...(own && engages ? ['low_power_entry'] : []),
    ...(own && closes ? ['close'] : []),
  ];
}
