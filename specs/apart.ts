import { workApart } from '../src/cli/work-apart.ts';
import { runCommand } from './command.ts';

await workApart(runCommand);
