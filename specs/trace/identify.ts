import type { TraceEvent } from '../../src/trace/ftrace.ts';
import { FirstReading } from './first-reading.ts';
import { ProbeOrder, type Seen, seenAs } from './lines.ts';
import { isKnown } from './sight.ts';

/** Which devices, buffers and tasks a trace is about, as far as its lines say so. */
export interface Identities {
  readonly seen: Seen;
  readonly isSeen: (name: string) => boolean;
  /** The devices by number: the address of a vdev or of its memory_lock. */
  readonly devices: readonly string[];
  /** The number of the device that an address belongs to. */
  readonly deviceOf: (address: string) => number | undefined;
  readonly isMemoryLock: (address: string) => boolean;
  /** For each call, in the order of the trace, the only device that its lines name. */
  readonly callDevice: readonly (number | undefined)[];
  /** For each call the only buffer (inode number) that its lines name. */
  readonly callBuffer: readonly (string | undefined)[];
  /** For each device, whether the trace shows nothing of it, or that it was opened first. */
  readonly openedFirst: readonly boolean[];
  /** The lines after which a task may have dropped the last reference of a buffer's file. */
  readonly closingAfter: ReadonlySet<number>;
  /** For each buffer (inode number) the last line that names it. */
  readonly lastNamed: ReadonlyMap<string, number>;
  readonly mostTasks: number;
  /** The sets of devices that were locked where a bus was reset; absent where that is not known. */
  readonly resetSets?: readonly (readonly number[])[];
  readonly events: number;
  readonly known: number;
}

/** Reads a trace twice: what it shows at all, then which addresses are one device. */
export function identify(read: () => Iterable<TraceEvent>): Identities {
  const seen = new Set<string>();
  let events = 0;
  let known = 0;
  const order = new ProbeOrder();
  for (const event of read()) {
    events++;
    if (isKnown(event.name)) known++;
    for (const name of seenAs(event)) seen.add(name);
    order.read(event);
  }
  for (const name of order.seenAs()) seen.add(name);
  if (!seen.has('down_write') && seen.has('lock event of a memory_lock')) seen.add('down_write');
  const first = new FirstReading(seen);
  for (const event of read()) first.read(event);
  return { ...first.result(), events, known };
}
