import { speakAs, workApart } from 'xstate-check/command';
import { runCommand } from './command.ts';
import { program } from './program.ts';

speakAs(program);
// Nothing is kept of what somebody's file does.
await workApart((args, terminal) => runCommand(args, terminal));
