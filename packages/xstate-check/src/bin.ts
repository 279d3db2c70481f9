#!/usr/bin/env node
import { TOOL } from './base/program.ts';
import { start } from './load/start.ts';

const apart = new URL('apart.js', import.meta.url);
await start(TOOL, apart, async () => (await import('./own.ts')).runCommand);
