import { readFileSync } from 'node:fs';
import { parseLine, type TraceEvent, type TraceVerdict } from 'xstate-check/traces';
import { judgeTrace } from '../../specs/traces/judge.ts';

/** The lines with events of a trace among the fixtures. */
export function fixture(name: string): string[] {
  const text = readFileSync(new URL(`./fixtures/${name}.trace`, import.meta.url), 'utf8');
  return text.split('\n').filter((line) => line !== '' && !/^(#|cpus=)/.test(line));
}

export function judge(lines: readonly string[], hung = false): TraceVerdict {
  return judgeTrace(() => lines.map((line, i) => eventOf(line, i + 1)), { hung });
}

export function eventOf(line: string, number = 1): TraceEvent {
  const event = parseLine(line, number);
  if (event === undefined) throw new Error(`no event: ${line}`);
  return event;
}

/**
 * What one call shows: the line of the function tracer with that of the probe before it, which
 * only add up to something together, or the line of a probe alone.
 */
export interface Unit {
  readonly from: number;
  readonly to: number;
  /** `up_write <-vfio_pci_core_ioctl`, with `true` or `false` for vfio_pci_dma_buf_move(). */
  readonly what: string;
}

export function unitsOf(lines: readonly string[]): Unit[] {
  const events = lines.map((line, i) => eventOf(line, i + 1));
  return events.flatMap((event, i) => {
    if (isPair(event, events[i + 1])) return [];
    const before = events[i - 1];
    const isPaired = isPair(before, event);
    const { fields } = isPaired ? before! : event;
    const revoked = { '0': '(false)', '1': '(true)' }[fields.revoked ?? ''];
    const caller = event.caller === undefined ? '' : ` <-${event.caller}`;
    const name = event.kind === 'return' ? `${event.name} returns` : event.name;
    return [{ from: isPaired ? i - 1 : i, to: i + 1, what: `${name}${revoked ?? ''}${caller}` }];
  });
}

/** A probe, and the line of the function tracer for the same call. */
function isPair(probe: TraceEvent | undefined, call: TraceEvent | undefined): boolean {
  return probe?.kind === 'entry' && call?.kind === 'function' && probe.name === call.name;
}

export function dropped(lines: readonly string[], { from, to }: Unit): string[] {
  return [...lines.slice(0, from), ...lines.slice(to)];
}

export function doubled(lines: readonly string[], { from, to }: Unit): string[] {
  return [...lines.slice(0, to), ...lines.slice(from, to), ...lines.slice(to)];
}

/** The unit is put before another one. */
export function moved(lines: readonly string[], unit: Unit, before: Unit): string[] {
  const text = lines.slice(unit.from, unit.to);
  const rest = lines.map((line, i) => (i >= unit.from && i < unit.to ? undefined : line));
  return rest.flatMap((line, i) => [
    ...(i === before.from ? text : []),
    ...(line === undefined ? [] : [line]),
  ]);
}
