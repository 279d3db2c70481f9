import { workApart } from '../src/load/work-apart.ts';
import { runCommand } from './command.ts';

// Nothing is kept of what somebody's file does.
await workApart((args, terminal) => runCommand(args, terminal));
