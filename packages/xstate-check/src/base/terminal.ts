import { styleText } from 'node:util';

/** Where a command writes. Programs read `out`; people see `progress` on a terminal only. */
export interface Terminal {
  out(text: string): void;
  error(text: string): void;
  /** One line that the next one replaces; nothing where `err` is no terminal. */
  progress(text: string): void;
  readonly colour: boolean;
}

/** What a process writes to. Said here, so that who imports the tool needs no types of Node. */
interface Stream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
  on(event: 'error', listener: (error: Error & { readonly code?: string }) => void): unknown;
}

export function terminalOf({ stdout, stderr }: { stdout: Stream; stderr: Stream }): Terminal {
  // Whoever reads may have seen enough: `check | head`.
  stdout.on('error', (error) => {
    if (error.code !== 'EPIPE') throw error;
  });
  return {
    out: (text) => {
      stdout.write(text);
    },
    error: (text) => {
      stderr.write(text);
    },
    progress: (text) => {
      if (stderr.isTTY) stderr.write(`\r\x1b[2K${text.slice(0, (stderr.columns ?? 80) - 1)}`);
    },
    colour: stdout.isTTY === true && process.env.NO_COLOR === undefined,
  };
}

type Colour = 'green' | 'red' | 'yellow' | 'dim' | 'bold';

export function paint(terminal: Terminal, colour: Colour, text: string): string {
  return terminal.colour ? styleText(colour, text, { validateStream: false }) : text;
}

/** Rows with columns aligned, two spaces apart; numbers to the right. */
export function table(rows: readonly (readonly (string | number)[])[]): string {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, i) =>
    Math.max(...rows.map((row) => String(row[i] ?? '').length)),
  );
  const cell = (value: string | number, i: number) =>
    typeof value === 'number' ? String(value).padStart(widths[i]!) : value.padEnd(widths[i]!);
  return rows.map((row) => `${row.map(cell).join('  ').trimEnd()}\n`).join('');
}

/** `31,580`. */
export function count(n: number): string {
  return n.toLocaleString('en-US');
}
