import type { TraceEvent } from 'xstate-check/traces';
import { LOCKERS, ZAP_AND_LOCK } from './functions.ts';
import { LockEvents, lockEventSeenAs } from './lock-events.ts';

/** What a trace shows at all: `name`, `name <-caller`, `name:return` and `name:return to caller`. */
export type Seen = ReadonlySet<string>;

/** A call, with what the lines before it say of it. */
export interface Call extends TraceEvent {
  /** The function that takes the lock for the caller. */
  readonly through?: string;
  /** The line itself says that the lock is a memory_lock. */
  readonly locks?: 'memory_lock';
}

/** The names under which a line is known to have been seen. */
export function* seenAs(event: TraceEvent): Generator<string> {
  const { kind, name, caller } = event;
  const as = { return: `${name}:return`, event: `event ${name}` }[kind as string] ?? name;
  yield as;
  if (kind === 'entry') yield `${name} probe`;
  if (kind === 'function') yield `${name}()`;
  if (caller !== undefined) yield `${as} ${kind === 'return' ? 'to ' : '<-'}${caller}`;
  yield* lockEventSeenAs(event);
}

/** In a trace with both, whether the line of a probe follows that of the function tracer. */
export class ProbeOrder {
  readonly #last = new Map<string, TraceEvent>();
  #follows = 0;

  read(event: TraceEvent): void {
    const last = this.#last.get(event.task);
    this.#last.set(event.task, event);
    if (last?.name !== event.name) return;
    if (last.kind === 'function' && event.kind === 'entry') this.#follows++;
    if (last.kind === 'entry' && event.kind === 'function') this.#follows--;
  }

  /** Under what name it is seen. */
  *seenAs(): Generator<string> {
    if (this.#follows > 0) yield PROBES_FOLLOW;
  }
}

/** Which line comes first follows from which tracer was started first. */
const PROBES_FOLLOW = 'probes follow';

interface Before {
  /** A probe whose function comes next. */
  entry?: TraceEvent;
  /** A function whose probe comes next. */
  function?: Call;
  /** Who called the function that takes the lock for others. */
  zapCaller?: string;
  /** That function was called just before. */
  isZap?: boolean;
}

/**
 * Joins what several tracers say about one call: a probe's arguments go to the line of the
 * function tracer beside it; where there is none, the probe or the lock event stands for it.
 */
export class Joiner {
  readonly #before = new Map<string, Before>();
  readonly #seen: Seen;
  readonly #locks: LockEvents;

  constructor(seen: Seen, addressOf: ReadonlyMap<string, string>) {
    this.#seen = seen;
    this.#locks = new LockEvents(seen, addressOf);
  }

  /** The calls that a line shows, or nothing where another line shows them. */
  join(event: TraceEvent): Call[] {
    const before = this.#before.get(event.task) ?? {};
    this.#before.set(event.task, before);
    const { entry, function: waiting } = before;
    delete before.entry;
    delete before.function;
    if (waiting !== undefined && event.kind === 'entry' && event.name === waiting.name) {
      return [{ ...waiting, line: event.line, fields: event.fields }];
    }
    const own = this.#own(event, entry, before);
    return [...(waiting === undefined ? [] : [waiting]), ...(own === undefined ? [] : [own])];
  }

  #own(event: TraceEvent, entry: TraceEvent | undefined, before: Before): Call | undefined {
    switch (event.kind) {
      case 'entry': {
        if (!this.#seen.has(`${event.name}()`)) return this.#called(event, before);
        before.entry = event;
        return undefined;
      }
      case 'function': {
        const own = this.#called(event, before);
        if (this.#seen.has(PROBES_FOLLOW) && this.#seen.has(`${event.name} probe`)) {
          before.function = own;
          return undefined;
        }
        return entry?.name === event.name ? { ...own, fields: entry.fields } : own;
      }
      case 'event': {
        const call = this.#locks.asCall(event);
        return call === undefined ? event : this.#called(call, before);
      }
      default:
        return event;
    }
  }

  /** Who called, where a function that takes the lock for others stands between. */
  #called(event: Call, before: Before): Call {
    const { caller, name } = event;
    const isInZap = caller === ZAP_AND_LOCK || (event.locks !== undefined && before.isZap === true);
    before.isZap = name === ZAP_AND_LOCK;
    if (name === ZAP_AND_LOCK) {
      if (caller !== undefined && LOCKERS.includes(caller)) before.zapCaller = caller;
      else delete before.zapCaller;
    }
    if (!isInZap || name !== 'down_write') return event;
    return { ...event, caller: before.zapCaller ?? ZAP_AND_LOCK, through: ZAP_AND_LOCK };
  }
}

/** What a function returned, as a row of the table has it. */
export function returnOf({
  name,
  fields,
}: Pick<TraceEvent, 'name' | 'fields'>): string | undefined {
  const { ret } = fields;
  if (ret === undefined) return undefined;
  const value = signed(ret);
  if (value === undefined) return undefined;
  if (name === 'down_write_trylock' || name === '__vfio_pci_memory_enabled') {
    return (value & 1n) === 0n ? '0' : '1';
  }
  if (value === -19n) return '-ENODEV';
  // A pointer is an answer too, unless it is one of the last page, which are errnos.
  const isError = value < 0n && value >= -4095n;
  return isError || (value !== 0n && name !== 'vfio_pci_dma_buf_map') ? 'other' : 'ok';
}

/** A number as a probe writes it, where 32 or 64 bits may stand for a negative one. */
function signed(text: string): bigint | undefined {
  if (!/^-?(?:0x[0-9a-f]+|\d+)$/i.test(text)) return undefined;
  const value = text.startsWith('-') ? -BigInt(text.slice(1)) : BigInt(text);
  if (value >= 1n << 63n) return value - (1n << 64n);
  if (value >= 0xfffff001n && value <= 0xffffffffn) return value - (1n << 32n);
  return value;
}
