import type { ShownEvent } from './verdict.ts';

const WIDTH = 75;
const GAP = 3;

/**
 * The last lines of a trace as kernel developers write a run in commit messages: one column for
 * each task, one line of the trace a row, its number in front.
 */
export function columns(events: readonly ShownEvent[]): string[] {
  const shown = withReturns(events);
  const tasks = [...new Set(shown.map(({ task }) => task))];
  const titles = tasks.map((task, cpu) => `CPU${cpu} (${task})`);
  const numbers = Math.max(4, ...shown.map(({ line }) => String(line).length));
  const room = WIDTH - numbers - 2 - GAP * (tasks.length - 1);
  const widths = widthsOf(tasks, titles, shown, Math.floor(room / Math.max(1, tasks.length)), room);
  const row = (number: string, cells: readonly string[]) =>
    `${number.padStart(numbers)}  ${cells.map((cell, i) => cell.padEnd(widths[i]!)).join(' '.repeat(GAP))}`.trimEnd();
  const out = [
    row(
      'line',
      titles.map((title, i) => title.slice(0, widths[i])),
    ),
  ];
  out.push(
    row(
      '-'.repeat(numbers),
      widths.map((width) => '-'.repeat(width)),
    ),
  );
  for (const { line, task, text } of shown) {
    const own = tasks.indexOf(task);
    cut(text, widths[own]!).forEach((part, i) => {
      out.push(
        row(
          i === 0 ? String(line) : '',
          tasks.map((_, at) => (at === own ? part : '')),
        ),
      );
    });
  }
  return out;
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

/** Each column as wide as it needs, and no wider than its share where not all have room. */
function widthsOf(
  tasks: readonly string[],
  titles: readonly string[],
  events: readonly ShownEvent[],
  share: number,
  room: number,
): number[] {
  const wanted = tasks.map((task, i) =>
    Math.max(
      titles[i]!.length,
      ...events.filter((event) => event.task === task).map(({ text }) => text.length),
    ),
  );
  const total = wanted.reduce((sum, width) => sum + width, 0);
  return total <= room ? wanted : wanted.map((width) => Math.max(8, Math.min(width, share)));
}

function cut(text: string, width: number): string[] {
  const parts: string[] = [];
  let rest = text;
  while (rest.length > width) {
    const space = rest.lastIndexOf(' ', width);
    const at = space > width / 2 ? space : width;
    parts.push(rest.slice(0, at));
    rest = `    ${rest.slice(at).trimStart()}`;
  }
  return [...parts, rest];
}
