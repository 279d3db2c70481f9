import type { TraceEvent } from 'xstate-check/traces';
import { FirstReading } from './first-reading.ts';
import { Joiner, ProbeOrder, type Seen, seenAs } from './lines.ts';
import { LockAddresses, standingFor } from './lock-events.ts';
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
  /** Joins the lines of the trace to calls, from its first line on. */
  readonly joiner: () => Joiner;
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
  /** The devices that are reset together with this one, as far as hot resets show them. */
  readonly setOf: (device: number | undefined) => readonly number[];
  readonly events: number;
  readonly known: number;
}

/** Reads a trace twice: what it shows at all, then which addresses are one device. */
export function identify(read: () => Iterable<TraceEvent>): Identities {
  const seen = new Set<string>();
  let events = 0;
  let known = 0;
  const order = new ProbeOrder();
  const locks = new LockAddresses();
  for (const event of read()) {
    events++;
    if (isKnown(event.name)) known++;
    for (const name of seenAs(event)) seen.add(name);
    order.read(event);
    locks.read(event);
  }
  for (const name of order.seenAs()) seen.add(name);
  for (const name of [...standingFor(seen)]) seen.add(name);
  const joiner = () => new Joiner(seen, locks.addressOf);
  const first = new FirstReading(seen, joiner());
  for (const address of locks.addressOf.values()) first.memoryLock(address);
  for (const event of read()) first.read(event);
  return { ...first.result(), joiner, events, known };
}
