import { workApart } from '../src/load/work-apart.ts';
import { runCommand } from './command.ts';

await workApart(runCommand);
