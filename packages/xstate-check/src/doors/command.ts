/** What a program needs before it knows its command: where it writes, how it ends, files of somebody in a process of their own. */

export { EXIT } from '../base/exit.ts';
export { assertDirectoryWritable, assertFileWritable } from '../base/output.ts';
export { identity, type ProgramIdentity, speakAs } from '../base/program.ts';
export { type Terminal, terminalOf } from '../base/terminal.ts';
export { wrap } from '../base/text.ts';
export { versionOfPackage } from '../base/version.ts';
export { writeWhole } from '../base/write-file.ts';
export { namesFile, runApart } from '../load/apart.ts';
export { start } from '../load/start.ts';
export { workApart } from '../load/work-apart.ts';
