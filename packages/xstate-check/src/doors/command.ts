/**
 * What a program needs before it knows its command: who it is, where it writes, how it ends, what
 * was kept, files of somebody in a process of their own; and its commands, each of which loads what
 * does it when it is asked for.
 */

export { EXIT } from '../base/exit.ts';
export { assertDirectoryWritable, assertFileWritable } from '../base/output.ts';
export { identity, type ProgramIdentity, speakAs } from '../base/program.ts';
export { type Terminal, terminalOf } from '../base/terminal.ts';
export { wrap } from '../base/text.ts';
export { userCache } from '../base/user-cache.ts';
export { versionOfPackage } from '../base/version.ts';
export { writeWhole } from '../base/write-file.ts';
export { addExportCommand, type ExportSubject } from '../cli/add-export-command.ts';
export { GENERATED_TESTS } from '../cli/generated-tests.ts';
export { run } from '../cli/main.ts';
export { type AddCommand, type Program, programOf } from '../cli/program.ts';
export { workBeside } from '../cli/work-beside.ts';
export type { Beside } from '../cli/workers.ts';
export { FORMAT_NAMES, type FormatName } from '../export/format-names.ts';
export { type Built, type Kept, keptOf, NO_CACHE } from '../keep/kept.ts';
export { namesFile, runApart } from '../load/apart.ts';
export { start } from '../load/start.ts';
export { workApart } from '../load/work-apart.ts';
