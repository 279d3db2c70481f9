import type { TraceEvent } from '../../src/trace/ftrace.ts';
import { type Row, rows } from './functions.ts';
import { returnOf } from './lines.ts';

/** Whether a function may begin a call of a task. */
function mayEnter(name: string): boolean {
  return byName.get(name)?.some(({ labels }) => labels.includes('task.enters')) ?? false;
}

/** What is known of a line when its meaning is looked up. */
export interface Sight {
  readonly name: string;
  readonly returns?: string;
  readonly caller?: string;
  readonly revoked?: string;
}

const byName = new Map<string, Row[]>();
for (const row of rows) byName.set(row.name, [...(byName.get(row.name) ?? []), row]);

/** The names that the table has. */
export function isKnown(name: string): boolean {
  return byName.has(name);
}

/**
 * The rows that a line may stand for. What a line does not say, it may be.
 *
 * @param isSeen - whether the trace shows a function somewhere
 */
export function rowsOf(sight: Sight, isSeen: (name: string) => boolean): Row[] {
  return (byName.get(sight.name) ?? []).filter(
    ({ returns, from, revoked, without }) =>
      returns === sight.returns &&
      (from === undefined || sight.caller === undefined || from.includes(sight.caller)) &&
      (revoked === undefined || sight.revoked === undefined || revoked === sight.revoked) &&
      (without === undefined || !isSeen(without)),
  );
}

/** How a function takes memory_lock, in a trace that does not show it. */
export function lockOf(function_: string): string | undefined {
  const row = rows.find(
    ({ name, from, returns }) =>
      name.startsWith('down_write') && returns === undefined && from?.includes(function_),
  );
  return row?.labels.find((label) => label.startsWith('dev[d]'));
}

/** Whether a line begins a call of its task. */
export function begins(event: TraceEvent): boolean {
  return (
    event.kind !== 'return' &&
    mayEnter(event.name) &&
    rowsOf(sightOf(event), () => true).some(({ labels }) => labels.includes('task.enters'))
  );
}

/** What the rows of the table need to know of a line. */
export function sightOf(event: TraceEvent) {
  const returns = event.kind === 'return' ? (returnOf(event) ?? 'unknown') : undefined;
  // The caller of a return probe is the function returned to.
  const { caller } = event;
  const { revoked } = event.fields;
  return {
    name: event.kind === 'event' ? `event ${event.name}` : event.name,
    ...(returns !== undefined && { returns }),
    ...(caller !== undefined && { caller }),
    ...(revoked !== undefined && { revoked }),
  };
}
