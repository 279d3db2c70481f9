#!/usr/bin/env node
import { run } from '../src/cli/main.ts';
import { terminalOf } from '../src/cli/terminal.ts';
import { catalogue } from './catalogue.ts';

process.exitCode = await run(catalogue, process.argv.slice(2), terminalOf(process));
