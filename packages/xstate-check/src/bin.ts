#!/usr/bin/env node
import { identity } from './base/program.ts';
import { start } from './load/start.ts';

const apart = new URL('apart.js', import.meta.url);
await start(identity(), apart, async () => (await import('./own.ts')).runCommand);
