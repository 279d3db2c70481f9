import { TOOL } from './base/program.ts';
import type { Terminal } from './base/terminal.ts';
import type { Catalogue } from './catalogue/catalogue.ts';
import { addExportCommand } from './cli/add-export-command.ts';
import { run } from './cli/main.ts';
import { type Program, programOf } from './cli/program.ts';
import { FORMAT_NAMES } from './export/format-names.ts';
import { exportFormats } from './export/formats.ts';
import * as tool from './index.ts';

/** The tool as a program without a specification: it is about machines and systems of files. */
const catalogue: Catalogue = {
  program: TOOL,
  description:
    'Checks XState machines: visits every state, and shows the shortest run that breaks a rule',
  families: [],
  revisions: [],
  faults: [],
  machines: [],
  expectations: [],
  findings: [],
  suites: [],
  targets: [],
  modules: { 'xstate-check': tool },
};

const about: Program = programOf(catalogue, [
  (program, terminal, finished) =>
    addExportCommand(
      program,
      { formats: FORMAT_NAMES, readsC: false },
      async () => ({ catalogue, formatsOf: exportFormats }),
      terminal,
      finished,
    ),
]);

/** Runs one command. @returns its exit status */
export const runCommand = (args: readonly string[], terminal: Terminal): Promise<number> =>
  run(about, args, terminal);
