import { speakAs, workApart } from 'xstate-check/command';
import { runCommand } from './command.ts';
import { program } from './program.ts';

speakAs(program);
await workApart(runCommand);
