import { readFileSync } from 'node:fs';
import { parseLine, type TraceEvent } from 'xstate-check/traces';

/** A function that is entered or left, as a probe with its arguments would see it. */
export interface Point {
  readonly line: number;
  /** Seconds. */
  readonly time: number;
  readonly task: string;
  readonly function: string;
  readonly on: 'entry' | 'return';
  caller: string | undefined;
  /** At a return those of the entry as well. */
  readonly fields: Readonly<Record<string, string>>;
}

/** The lines of a trace below `test/`. */
export function linesOf(path: string): string[] {
  return readFileSync(new URL(`../${path}.trace`, import.meta.url), 'utf8').split('\n');
}

export function pointsOf(lines: readonly string[]): Point[] {
  return pointsOfEvents(lines.flatMap((line, i) => parseLine(line, i + 1) ?? []));
}

/**
 * The function tracer says who called, a probe with which arguments: two lines for one call. Where
 * a probe of the return hides the caller, the line of the return says it.
 */
function pointsOfEvents(events: readonly TraceEvent[]): Point[] {
  const points: Point[] = [];
  const halves = new Map<string, { readonly kind: string; readonly at: number }>();
  const entries = new Map<string, number[]>();
  for (const { line, time, task, kind, name, caller, fields } of events) {
    if (kind === 'marker' || kind === 'event') continue;
    const key = `${task} ${name}`;
    if (kind === 'return') {
      const entry = points[entries.get(key)?.pop() ?? -1];
      if (entry) entry.caller ??= caller;
      const both = { ...entry?.fields, ...fields };
      points.push({ line, time, task, function: name, on: 'return', caller, fields: both });
      continue;
    }
    const half = halves.get(task);
    const other = half && points[half.at];
    if (other?.function === name && half?.kind !== kind) {
      points[half!.at] = {
        ...other,
        caller: caller ?? other.caller,
        fields: { ...other.fields, ...fields },
      };
      halves.delete(task);
      continue;
    }
    halves.set(task, { kind, at: points.length });
    entries.set(key, [...(entries.get(key) ?? []), points.length]);
    points.push({ line, time, task, function: name, on: 'entry', caller, fields });
  }
  return points;
}
