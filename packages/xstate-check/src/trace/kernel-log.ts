import { InputError } from '../base/errors.ts';
import { linesOf } from './lines.ts';

/** A report in a kernel log, by the first line that says what it is. */
export interface LogReport {
  /** Seconds since boot. */
  readonly time: number;
  readonly text: string;
}

const STAMPED = /^(?:<\d+>)?\[\s*(\d+\.\d+)\](?:\[\s*\w+\])?\s?(.*)$/;
/** The first lines of the reports that say more about a run than its answers do. */
const REPORT =
  /^(?:WARNING: |BUG: |refcount_t: |INFO: task .* blocked|INFO: possible|Unable to handle|Oops)/;

/**
 * The reports of refcounts, lockdep, KASAN and hung tasks in the output of `dmesg`.
 *
 * @throws InputError for a file without time stamps
 */
export function reportsIn(path: string): LogReport[] {
  const reports: LogReport[] = [];
  let stamped = 0;
  for (const line of linesOf(path)) {
    const match = STAMPED.exec(line);
    if (match === null) continue;
    stamped++;
    const text = match[2]!.trim();
    if (REPORT.test(text)) reports.push({ time: Number(match[1]), text });
  }
  if (stamped === 0) {
    throw new InputError(`'${path}' is no kernel log: no line begins with a time in brackets`);
  }
  return reports;
}
