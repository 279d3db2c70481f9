/** What a program needs before it knows its command: where it writes, how it ends, files of somebody in a process of their own. */

export { EXIT } from '../base/exit.ts';
export { assertDirectoryWritable, assertFileWritable } from '../base/output.ts';
export { type Terminal, terminalOf } from '../base/terminal.ts';
export { wrap } from '../base/text.ts';
export { writeWhole } from '../base/write-file.ts';
export { namesFile, runApart } from '../load/apart.ts';
export { workApart } from '../load/work-apart.ts';
