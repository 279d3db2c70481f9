import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { findByName } from './catalogue.ts';
import type { Terminal } from './terminal.ts';

/** A form of another tool in which what is specified can be written. */
export interface ExportFormat {
  /** As `--to` calls it. */
  readonly name: string;
  /** A phrase: what is written. */
  readonly description: string;
  /**
   * The text, of one system or of everything.
   *
   * @throws InputError where it is not of what was asked for
   */
  readonly write: (system: string | undefined) => string;
}

export interface ExportOptions {
  readonly to: string;
  readonly output?: string;
}

/** `export`: writes what is specified in the form of another tool. */
export function addExportCommand(
  program: Command,
  formats: readonly ExportFormat[],
  terminal: Terminal,
  finished: (status: number) => void,
): void {
  const known = formats.map(({ name, description }) => `${name}, ${description}`).join('; ');
  program
    .command('export')
    .description('write what is specified in the form of another tool')
    .argument('[system]', 'one system, where the format is of one')
    .requiredOption('--to <format>', known)
    .option('-o, --output <file>', 'where to; the standard output where absent')
    .action((system: string | undefined, options: ExportOptions) => {
      finished(exportCommand(formats, system, options, terminal));
    });
}

/** @throws InputError for an unknown format, or what cannot be written in it */
export function exportCommand(
  formats: readonly ExportFormat[],
  system: string | undefined,
  { to, output }: ExportOptions,
  terminal: Terminal,
): number {
  const text = findByName('format', to, formats, ({ name }) => name).write(system);
  if (output === undefined) terminal.out(text);
  else writeFileSync(output, text);
  return 0;
}
