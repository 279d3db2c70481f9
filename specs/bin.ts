#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { terminalOf } from '../src/base/terminal.ts';
import { Answers, NO_CACHE } from '../src/keep/answers.ts';
import { Verdicts } from '../src/keep/verdicts.ts';
import { namesFile, runApart } from '../src/load/apart.ts';

const args = process.argv.slice(2);
const terminal = terminalOf(process);
const built = fileURLToPath(new URL('..', import.meta.url));
const kept = process.env[NO_CACHE]
  ? undefined
  : { answers: new Answers(built), verdicts: new Verdicts(built) };
// What somebody's file needs is imported where that works apart, and not here too.
process.exitCode = namesFile(args)
  ? await runApart(new URL('apart.js', import.meta.url), args, terminal)
  : await (await import('./command.ts')).runCommand(args, terminal, kept);
