import { workApart } from './load/work-apart.ts';
import { runCommand } from './own.ts';

await workApart(runCommand);
