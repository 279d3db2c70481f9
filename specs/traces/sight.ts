import { type Row, rows } from './functions.ts';
import { type Call, returnOf } from './lines.ts';

/** Whether a function may begin a call of a task. */
function mayEnter(name: string): boolean {
  return byName.get(name)?.some(({ labels }) => labels.includes('task.enters')) ?? false;
}

/** What is known of a line when its meaning is looked up. */
export interface Sight {
  readonly name: string;
  readonly returns?: string;
  readonly caller?: string;
  readonly zaps?: boolean;
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
    (row) =>
      isOf(row, sight) &&
      (row.with ?? []).every((name) => isSeen(name)) &&
      (row.without === undefined || !isSeen(row.without)),
  );
}

function isOf({ returns, from, zaps, revoked }: Row, sight: Sight): boolean {
  return (
    returns === sight.returns &&
    (from === undefined || sight.caller === undefined || from.includes(sight.caller)) &&
    (zaps === undefined || zaps === sight.zaps) &&
    (revoked === undefined || sight.revoked === undefined || revoked === sight.revoked)
  );
}

/** How a function may take memory_lock, in a trace that does not show it. */
export function locksOf(function_: string): string[] {
  const labels = rows
    .filter(({ name, returns }) => name.startsWith('down_write') && returns === undefined)
    .flatMap((row) => (row.from?.includes(function_) ? row.labels : []))
    .filter((label) => label.startsWith('dev[d]') && !label.endsWith('#release'));
  return [...new Set(labels)];
}

/** Whether a line begins a call of its task. */
export function begins(event: Call): boolean {
  return (
    event.kind !== 'return' &&
    mayEnter(event.name) &&
    rowsOf(sightOf(event), () => true).some(({ labels }) => labels.includes('task.enters'))
  );
}

/** What the rows of the table need to know of a line. */
export function sightOf(event: Call): Sight {
  const returns = event.kind === 'return' ? (returnOf(event) ?? 'unknown') : undefined;
  // The caller of a return probe is the function returned to.
  const { caller, through } = event;
  const { revoked } = event.fields;
  return {
    name: event.kind === 'event' ? `event ${event.name}` : event.name,
    ...(returns !== undefined && { returns }),
    ...(caller !== undefined && { caller }),
    zaps: through !== undefined,
    ...(revoked !== undefined && { revoked }),
  };
}
