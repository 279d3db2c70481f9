#!/usr/bin/env node
import { keptOf, start, type Terminal } from 'xstate-check/command';
import { built } from './built.ts';
import { program } from './program.ts';

const apart = new URL('apart.js', import.meta.url);
const beside = { entry: new URL('beside.js', import.meta.url) };
await start(program, apart, async () => {
  const { runCommand } = await import('./command.ts');
  const kept = keptOf(built);
  return (args: readonly string[], terminal: Terminal) =>
    runCommand(args, terminal, { ...(kept && { kept }), beside });
});
