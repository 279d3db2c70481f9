import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { InputError } from '../errors.ts';
import { findByName } from './catalogue.ts';
import type { Terminal } from './terminal.ts';

/** A form of another tool in which what is specified can be written. */
export interface ExportFormat {
  /** As `--to` calls it. */
  readonly name: string;
  /** A phrase: what is written. */
  readonly description: string;
  /**
   * The text, of what is named or of everything; several files where there is one for each machine.
   *
   * @throws InputError where it is not of what was asked for
   */
  readonly write: (
    name: string | undefined,
    options: ExportScope,
  ) => string | readonly ExportedFile[];
}

export interface ExportedFile {
  readonly name: string;
  readonly text: string;
}

/** The version and size of the system that is meant. */
export interface ExportScope {
  readonly scope?: string;
  readonly revision?: string;
}

export interface ExportOptions extends ExportScope {
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
    .argument('[name]', 'a system, a machine or a runtime monitor, as the format has it')
    .requiredOption('--to <format>', known)
    .option('--revision <name>', 'the version of the design')
    .option('--scope <scope>', 'how many of each, such as devices=3,importers=0')
    .option(
      '-o, --output <file>',
      'where to, a directory where there are several files; the standard output where absent',
    )
    .action((name: string | undefined, options: ExportOptions) => {
      finished(exportCommand(formats, name, options, terminal));
    });
}

/** @throws InputError for an unknown format, or what cannot be written in it */
export function exportCommand(
  formats: readonly ExportFormat[],
  subject: string | undefined,
  { to, output, ...options }: ExportOptions,
  terminal: Terminal,
): number {
  const written = findByName('format', to, formats, ({ name }) => name).write(subject, options);
  const files = typeof written === 'string' ? [{ name: to, text: written }] : written;
  if (output === undefined) for (const { text } of files) terminal.out(text);
  else if (files.length === 1) writeFileSync(output, files[0]!.text);
  else writeInto(output, files);
  return 0;
}

function writeInto(directory: string, files: readonly ExportedFile[]): void {
  if (/\.\w+$/.test(directory)) {
    throw new InputError(
      `there are ${files.length} files to write: name a directory with --output`,
    );
  }
  mkdirSync(directory, { recursive: true });
  for (const { name, text } of files) writeFileSync(join(directory, name), text);
}
