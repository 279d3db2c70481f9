#!/usr/bin/env node
import { start } from 'xstate-check/command';
import { program } from './program.ts';

const apart = new URL('apart.js', import.meta.url);
await start(program, apart, async () => (await import('./command.ts')).runCommand);
