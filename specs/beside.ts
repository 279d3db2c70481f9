import { keptOf, workBeside } from 'xstate-check/command';
import { built } from './built.ts';
import { program } from './program.ts';

await workBeside(
  program,
  async () => (await import('./cli/whole.ts')).whole,
  () => keptOf(built),
);
