import type { OfSource } from 'xstate-check';
import {
  addExportCommand,
  exportFormats,
  GENERATED_TESTS,
  type Program,
  run,
} from 'xstate-check/cli';
import type { Terminal } from 'xstate-check/command';
import {
  addCarriesCommand,
  addPatchCommand,
  addSourceCommand,
  addTraceCommand,
  ofSource,
  runtimeMonitorFormat,
} from 'xstate-check/kernel';
import { readTrace } from 'xstate-check/traces';
import { addKernelCommands } from '../kernel/kernel-command.ts';
import { Simulator } from '../simulator/index.ts';
import { specification } from './catalogue.ts';
import { modules } from './modules.ts';
import { runtimeMonitors } from './rv/monitors.ts';
import { cSpecification } from './source/index.ts';
import { knownDefects } from './source/known-defects.ts';
import { suites, suitesOf } from './suites.ts';
import { judgeTrace } from './traces/judge.ts';
import { kselftestFormat } from './writers/kselftest/kselftest.ts';

const sourced: OfSource = (of, terminal) =>
  ofSource({ ...specification, targets: [] }, cSpecification, of, terminal);

const catalogue: Program = {
  ...specification,
  modules,
  takenInTrace: (file) => judgeTrace(() => readTrace(file), {}).coverage,
  ofSource: sourced,
  targets: [{ name: 'simulated kernel', make: () => new Simulator() }],
  commands: [
    (program, terminal, finished) => addSourceCommand(program, cSpecification, terminal, finished),
    (program, terminal, finished) =>
      addPatchCommand(program, specification, cSpecification, terminal, finished),
    (program, terminal, finished) =>
      addCarriesCommand(program, cSpecification, knownDefects, terminal, finished),
    (program, terminal, finished) => addTraceCommand(program, judgeTrace, terminal, finished),
    (program, terminal, finished) =>
      addKernelCommands(
        program,
        { suites, directory: GENERATED_TESTS, ofRevision: suitesOf },
        terminal,
        finished,
      ),
    (program, terminal, finished) =>
      addExportCommand(
        program,
        { ...specification, modules, ofSource: sourced },
        (of) => [kselftestFormat, ...exportFormats(of), runtimeMonitorFormat(of, runtimeMonitors)],
        terminal,
        finished,
      ),
  ],
};

/** Runs one command of this specification. @returns its exit status */
export const runCommand = (args: readonly string[], terminal: Terminal): Promise<number> =>
  run(catalogue, args, terminal);
