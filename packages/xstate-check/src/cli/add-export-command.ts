import type { Command } from 'commander';
import { exampleOfScope } from '../base/program.ts';
import type { Terminal } from '../base/terminal.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { ExportFormat } from '../export/format.ts';
import type { FormatName } from '../export/format-names.ts';
import type { ExportOptions } from './export-command.ts';
import { type SourceOption, withSource } from './source-option.ts';

/** What `export` is about. */
export interface ExportSubject {
  readonly catalogue: Omit<Catalogue, 'targets'>;
  readonly formatsOf: (catalogue: Omit<Catalogue, 'targets'>) => readonly ExportFormat[];
}

/**
 * `export`: writes what is specified in the form of another tool.
 *
 * @param formats - as they are called; what writes them is loaded when one is asked for
 */
export function addExportCommand(
  program: Command,
  { formats, readsC }: { readonly formats: readonly FormatName[]; readonly readsC: boolean },
  load: () => Promise<ExportSubject>,
  terminal: Terminal,
  finished: (status: number) => void,
): void {
  const known = formats.map(({ name, description }) => `${name}, ${description}`).join('; ');
  withSource(program.command('export'), readsC)
    .description('write what is specified in the form of another tool')
    .argument(
      '[name]',
      'a system, a machine or a runtime monitor, as the format has it; or FILE or FILE/NAME of your own',
    )
    .requiredOption('--to <format>', known)
    .option('--revision <name>', 'the version of the design, of a system')
    .option('--scope <scope>', `how many of each, such as ${exampleOfScope()}, of a system`)
    .option(
      '-o, --output <file>',
      'where to, a directory where there are several files; one goes to the standard output where absent',
    )
    .action(async (name: string | undefined, options: ExportOptions & SourceOption) => {
      const { exportNamed } = await import('./export-command.ts');
      finished(await exportNamed(await load(), name, options, terminal));
    });
}
