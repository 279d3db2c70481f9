import { columnsOf, header, row } from '../base/columns.ts';
import type { ShownEvent } from './verdict.ts';

const WIDTH = 75;

/**
 * The last lines of a trace as kernel developers write a run in commit messages: one column for
 * each task, one line of the trace a row, its number in front.
 */
export function columns(events: readonly ShownEvent[]): string[] {
  const shown = withReturns(events);
  const tasks = [...new Set(shown.map(({ task }) => task))];
  const numbers = Math.max(4, ...shown.map(({ line }) => String(line).length));
  const placed = columnsOf(
    tasks,
    tasks.map((task) => shown.filter((event) => event.task === task).map(({ text }) => text)),
    WIDTH - numbers - 2,
  );
  const numbered = (number: string, text: string) =>
    `${number.padStart(numbers)}  ${text}`.trimEnd();
  const heads = header(placed, WIDTH - numbers - 2);
  return [
    ...heads.slice(0, -2).map((legend) => numbered('', legend)),
    numbered('line', heads.at(-2)!),
    numbered('-'.repeat(numbers), heads.at(-1)!),
    ...shown.flatMap(({ line, task, text }) =>
      row(placed[tasks.indexOf(task)]!, text).map((part, i) =>
        numbered(i === 0 ? String(line) : '', part),
      ),
    ),
  ];
}

/** What a function returned is shown behind the call where that is the line above. */
function withReturns(events: readonly ShownEvent[]): ShownEvent[] {
  const shown: ShownEvent[] = [];
  for (const event of events) {
    const before = shown.at(-1);
    const isReturn = before?.task === event.task && event.text.startsWith(`${before.text} = `);
    if (isReturn) shown[shown.length - 1] = { ...before, text: event.text };
    else shown.push(event);
  }
  return shown;
}
