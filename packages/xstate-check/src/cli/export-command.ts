import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../base/errors.ts';
import { assertDirectoryWritable, assertFileWritable, written } from '../base/output.ts';
import type { Terminal } from '../base/terminal.ts';
import { writeWhole } from '../base/write-file.ts';
import { type Catalogue, findByName } from '../catalogue/catalogue.ts';
import type { ExportedFile, ExportedFrom, ExportFormat, ExportScope } from '../export/format.ts';
import { familiesNamed, withRefused } from '../load/file.ts';
import { parseFileArgument } from '../load/file-argument.ts';
import type { ExportSubject } from './add-export-command.ts';
import { meant, type SourceOption } from './source-option.ts';

export interface ExportOptions extends Omit<ExportScope, 'file'> {
  readonly to: string;
  readonly output?: string;
}

/** Writes what is named in the form that is asked for. @returns the exit status */
export async function exportNamed(
  { catalogue, formatsOf }: ExportSubject,
  name: string | undefined,
  options: ExportOptions & SourceOption,
  terminal: Terminal,
): Promise<number> {
  const formats = formatsOf(await meant(catalogue, terminal, options, name));
  if (options.source !== undefined) assertTakesC(formats, options.to);
  const { file, refused = [] } = await exportedFrom(catalogue, name);
  const status = exportCommand(formats, name, { ...options, ...(file && { file }) }, terminal);
  return withRefused(status, refused, terminal);
}

/** @throws InputError for a format that is of nothing that is made of C */
function assertTakesC(formats: readonly ExportFormat[], to: string): void {
  const format = findByName('format', to, formats, ({ name }) => name);
  if (format.takesC) return;
  const others = formats.filter(({ takesC }) => takesC).map(({ name }) => name);
  throw new InputError(
    `--source: '${to}' is not of machines that are made of C: leave it out, or take one of ${others.join(', ')}`,
  );
}

async function exportedFrom(
  catalogue: Omit<Catalogue, 'targets'>,
  name: string | undefined,
): Promise<{ readonly file?: ExportedFrom; readonly refused?: readonly string[] }> {
  const argument = name === undefined ? undefined : parseFileArgument(name);
  if (argument === undefined) return {};
  const { file: path, inside } = argument;
  const { families, refused } = await familiesNamed({ ...catalogue, targets: [] }, path);
  return { file: { path, ...(inside !== undefined && { inside }), families }, refused };
}

/** @throws InputError for an unknown format, or what cannot be written in it */
export function exportCommand(
  formats: readonly ExportFormat[],
  subject: string | undefined,
  { to, output, ...options }: ExportOptions & ExportScope,
  terminal: Terminal,
): number {
  const content = findByName('format', to, formats, ({ name }) => name).write(subject, options);
  const files = typeof content === 'string' ? [{ name: to, text: content }] : content;
  if (files.length > 1) writeInto(output, files);
  else if (output === undefined) for (const { text } of files) terminal.out(text);
  else {
    assertFileWritable('--output', output);
    written('--output', output, () => writeWhole(output, files[0]!.text));
  }
  return 0;
}

/** One after the other they would be no file that anything reads. */
function writeInto(directory: string | undefined, files: readonly ExportedFile[]): void {
  if (directory === undefined || /\.\w+$/.test(directory)) {
    throw new InputError(
      `there are ${files.length} files to write: name a directory with --output, or one of ` +
        `${files.map(({ name }) => name.replace(/\.\w+$/, '')).join(', ')}`,
    );
  }
  assertDirectoryWritable('--output', directory);
  written('--output', directory, () => {
    mkdirSync(directory, { recursive: true });
    for (const { name, text } of files) writeWhole(join(directory, name), text);
  });
}
