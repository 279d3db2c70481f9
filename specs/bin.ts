#!/usr/bin/env node
import { Simulator } from '../simulator/index.ts';
import { run } from '../src/cli/main.ts';
import { terminalOf } from '../src/cli/terminal.ts';
import { specification } from './catalogue.ts';
import { modules } from './modules.ts';
import { judgeTrace } from './trace/judge.ts';

const catalogue = {
  ...specification,
  modules,
  judgeTrace,
  targets: [{ name: 'simulated kernel', make: () => new Simulator() }],
};
process.exitCode = await run(catalogue, process.argv.slice(2), terminalOf(process));
