#!/usr/bin/env node
import { namesFile, runApart, terminalOf } from 'xstate-check/command';

const args = process.argv.slice(2);
const terminal = terminalOf(process);
// What is imported for a command takes a second, and where it works apart it is imported there.
process.exitCode = namesFile(args)
  ? await runApart(new URL('apart.js', import.meta.url), args, terminal)
  : await (await import('./command.ts')).runCommand(args, terminal);
