import { workApart } from 'xstate-check/command';
import { runCommand } from './command.ts';

await workApart(runCommand);
