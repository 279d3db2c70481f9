import { addKernelCommands } from '../kernel/kernel-command.ts';
import { Simulator } from '../simulator/index.ts';
import type { Terminal } from '../src/base/terminal.ts';
import type { OfSource } from '../src/catalogue/catalogue.ts';
import { addCarriesCommand } from '../src/cli/carries-command.ts';
import { addExportCommand } from '../src/cli/export-command.ts';
import { GENERATED_TESTS } from '../src/cli/generate-command.ts';
import { run } from '../src/cli/main.ts';
import { ofSource } from '../src/cli/of-source.ts';
import { addPatchCommand } from '../src/cli/patch-command.ts';
import type { Program } from '../src/cli/program.ts';
import { addSourceCommand } from '../src/cli/source-command.ts';
import { addTraceCommand } from '../src/cli/trace-command.ts';
import { exportFormats } from '../src/export/formats.ts';
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
  judgeTrace,
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
        (of) => [kselftestFormat, ...exportFormats(of, runtimeMonitors)],
        terminal,
        finished,
      ),
  ],
};

/** Runs one command of this specification. @returns its exit status */
export const runCommand = (args: readonly string[], terminal: Terminal): Promise<number> =>
  run(catalogue, args, terminal);
