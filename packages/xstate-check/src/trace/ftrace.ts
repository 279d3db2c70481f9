import { InputError } from '../base/errors.ts';
import { linesOf } from './lines.ts';

/** One line of a trace. */
export interface TraceEvent {
  /** The line of the file, from 1. */
  readonly line: number;
  /** `comm-pid`. */
  readonly task: string;
  readonly cpu: number;
  /** Seconds, as the trace's clock gives them. */
  readonly time: number;
  /**
   * A function that is entered (function tracer), a probe at a function's entry or return, a
   * tracepoint, or a line that a program wrote.
   */
  readonly kind: 'function' | 'entry' | 'return' | 'event' | 'marker';
  /** The function, without what the compiler appends to it, or the tracepoint. */
  readonly name: string;
  /** The function that called, where the line says so. */
  readonly caller?: string;
  /** `ret=1 sem=0xffff…`, by name. */
  readonly fields: Readonly<Record<string, string>>;
  /** What the line says after the time. */
  readonly text: string;
}

/**
 * Task, CPU, time and the rest, with or without the columns for interrupts, and with the names of
 * thread groups (`record-tgid`); also as `trace-cmd report` writes them.
 */
const LINE =
  /^\s*(\S.*?)-(\d+)\s+(?:\(\s*(?:\d+|-+)\)\s+)?\[(\d+)\]\s+(?:\S{4,8}\s+)?(\d+\.\d+):\s+(\S.*)$/;
const LOST = /\[LOST (\d+) EVENTS\]|^\s*CPU:? ?\d+ .*\bLOST\b/i;
/** Lines that say nothing about the run: comments, headers, stack traces. */
const OTHER = /^\s*(?:#|$|=>|<stack trace>|cpus=|version ?=|CPU ?\d+ is empty|##### CPU)/;
const IN_BUFFER = /^#\s*entries-in-buffer\/entries-written:\s*(\d+)\/(\d+)/;

/**
 * Reads ftrace text: `trace`, `trace_pipe`, or the output of `trace-cmd report`.
 *
 * @throws InputError for a file that is no such text, one that was cut, or one that lost events
 */
export function* readTrace(path: string): Generator<TraceEvent> {
  let line = 0;
  let events = 0;
  let inBuffer = 0;
  for (const text of linesOf(path)) {
    line++;
    const event = parseLine(text, line);
    if (event !== undefined) {
      events++;
      yield event;
      continue;
    }
    const counted = IN_BUFFER.exec(text);
    if (counted) inBuffer += Number(counted[1]);
    const lost = LOST.exec(text);
    if (lost) {
      throw new InputError(
        `'${path}' lost events at line ${line} ('${text.trim()}'), so nothing can be said about the ` +
          'rest: record with a larger buffer (buffer_size_kb) or fewer functions',
      );
    }
    if (OTHER.test(text)) continue;
    if (events === 0) throw foreign(path, line, text);
    throw new InputError(
      `'${path}', line ${line}: '${shorten(text)}' is no line of a trace; the file was cut or changed`,
    );
  }
  if (events === 0) throw foreign(path, line, '');
  if (events < inBuffer) {
    throw new InputError(
      `'${path}' was cut: its header counts ${inBuffer} entries, and ${events} are there`,
    );
  }
}

function foreign(path: string, line: number, text: string): InputError {
  const what = text === '' ? 'it has no event' : `line ${line} is '${shorten(text)}'`;
  return new InputError(`'${path}' is no ftrace text: ${what}`);
}

/** The start of a text, without what a terminal would not show. */
function shorten(text: string): string {
  const printable = text.trim().replace(/[^\x20-\x7e]/g, '?');
  return printable.length > 40 ? `${printable.slice(0, 37)}...` : printable;
}

/** Reads one line; `undefined` where it is no event. */
export function parseLine(text: string, line: number): TraceEvent | undefined {
  const match = LINE.exec(text);
  if (match === null) return undefined;
  const [, comm, pid, cpu, time, rest] = match as unknown as string[];
  const said = remembered(rest!);
  return {
    line,
    task: `${comm}-${pid}`,
    cpu: Number(cpu),
    time: Number(time),
    text: rest!.trimEnd(),
    ...said,
  };
}

type Said = Pick<TraceEvent, 'kind' | 'name' | 'caller' | 'fields'>;

/** What was read of texts that come again and again. */
const read = new Map<string, Said>();
const REMEMBERED = 10_000;

function remembered(text: string): Said {
  let said = read.get(text);
  if (said === undefined) {
    said = whatIsSaid(text);
    if (read.size >= REMEMBERED) read.clear();
    read.set(text, said);
  }
  return said;
}

const FUNCTION = /^(\S+)(?: \[[\w-]+\])?\s+<--?\s*(\S+)/;
const EVENT = /^(?:[\w-]+:)?([\w.-]+):\s*(.*)$/;
const ENTRY = /^\(([\w.]+)(?:\+0x[0-9a-f]+(?:\/0x[0-9a-f]+)?)?(?: \[[\w-]+\])?\)\s*(.*)$/;
const RETURN =
  /^\(([\w.]+)(?:\+0x[0-9a-f]+(?:\/0x[0-9a-f]+)?)?(?: \[[\w-]+\])? <-\s*([\w.]+)(?: \[[\w-]+\])?\)\s*(.*)$/;

function whatIsSaid(text: string): Said {
  const called = FUNCTION.exec(text);
  if (called && !text.startsWith('tracing_mark_write:')) {
    return { kind: 'function', name: plain(called[1]!), ...callerOf(called[2]!), fields: {} };
  }
  const event = EVENT.exec(text);
  if (event === null) return { kind: 'event', name: text, fields: {} };
  const [, name = '', payload = ''] = event;
  if (name === 'function') {
    if (!payload.includes('<-')) return { kind: 'function', name: plain(payload), fields: {} };
    return whatIsSaid(payload);
  }
  if (name === 'print' || name === 'bprint') return whatIsSaid(payload.replace(/^\S+\(\):? /, ''));
  if (name === 'tracing_mark_write') return { kind: 'marker', name, fields: { text: payload } };
  const bare = ADDRESS.exec(payload);
  if (bare) {
    const [, isReturn, fields] = bare;
    if (!isReturn) return entryOf(name, fields!);
    return { kind: 'return', name: plain(name.replace(/_ret$/, '')), fields: fieldsOf(fields!) };
  }
  const returned = RETURN.exec(payload);
  if (returned) {
    const [, caller, of, fields] = returned as unknown as string[];
    return { kind: 'return', name: plain(of!), caller: plain(caller!), fields: fieldsOf(fields!) };
  }
  const entered = ENTRY.exec(payload);
  if (entered) return entryOf(entered[1]!, entered[2]!);
  return { kind: 'event', name, fields: fieldsOf(payload) };
}

/** A probe of a function's entry; `by=$stack0:symbol` says who called. */
function entryOf(name: string, text: string): Said {
  const fields = fieldsOf(text);
  const caller = fields.by === undefined ? {} : callerOf(fields.by);
  return { kind: 'entry', name: plain(name), ...caller, fields };
}

/**
 * A probe where the symbols are not known, as trace-cmd prints it: it is named after its function
 * (`down_write`, and `down_write_trylock_ret` at the return), as docs/traces.md has it.
 */
const ADDRESS = /^\((?:0x)?[0-9a-f]+(\s*<-\s*(?:0x)?[0-9a-f]+)?\)\s*(.*)$/;

/** What stands there for the caller where a return probe has put itself in between. */
const TRAMPOLINE = /kretprobe|rethook|return_to_handler|^\[unknown/;

function callerOf(text: string): { caller?: string } {
  return TRAMPOLINE.test(text) ? {} : { caller: plain(text) };
}

/** A function without what the compiler appends to a copy (`.constprop.0`) and without offset. */
function plain(name: string): string {
  return name
    .replace(/\+0x.*$/, '')
    .replace(/(?:\.(?:constprop|isra|part|cold|llvm)(?:\.\d+)?)+$/, '');
}

function fieldsOf(text: string): Record<string, string> {
  const fields: Record<string, string> = { text };
  for (const [, name, value] of text.matchAll(/([\w]+)=(\S+)/g)) fields[name!] = value!;
  return fields;
}
