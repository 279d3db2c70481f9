import {
  addExportCommand,
  FORMAT_NAMES,
  GENERATED_TESTS,
  type Program,
  run,
  type Terminal,
} from 'xstate-check/command';
import {
  addCarriesCommand,
  addPatchCommand,
  addSourceCommand,
  addTraceCommand,
  RV_DOT,
} from 'xstate-check/kernel-command';
import { addKernelCommands } from '../kernel/kernel-command.ts';
import { description } from './description.ts';
import { program } from './program.ts';
import { KSELFTEST } from './writers/kselftest/format-name.ts';

/*
 * What is imported above is little, so that `--help` comes at once: the specification itself takes
 * more than a second, and is loaded for a command that needs it.
 */
const load = async () => (await import('./cli/whole.ts')).whole;
const loadSystem = async (name: string) => (await import('./one-system.ts')).oneSystem(name);
const loadC = async () => (await import('./source/index.ts')).cSpecification;

const about: Program = {
  program,
  description,
  isSpecified: true,
  readsC: true,
  load,
  loadSystem,
  commands: [
    (to, terminal, finished) => addSourceCommand(to, loadC, terminal, finished),
    (to, terminal, finished) => addPatchCommand(to, loadPatch, terminal, finished),
    (to, terminal, finished) => addCarriesCommand(to, loadCarries, terminal, finished),
    (to, terminal, finished) => addTraceCommand(to, loadJudge, terminal, finished),
    (to, terminal, finished) => addKernelCommands(to, loadTests, terminal, finished),
    (to, terminal, finished) =>
      addExportCommand(
        to,
        { formats: [KSELFTEST, ...FORMAT_NAMES, RV_DOT], readsC: true },
        loadExport,
        terminal,
        finished,
      ),
  ],
};

async function loadPatch() {
  const { specification } = await import('./catalogue.ts');
  return { catalogue: specification, specification: await loadC() };
}

async function loadCarries() {
  const { knownDefects } = await import('./source/known-defects.ts');
  return { specification: await loadC(), known: knownDefects };
}

async function loadJudge() {
  return (await import('./traces/judge.ts')).judgeTrace;
}

async function loadTests() {
  const { suites, suitesOf } = await import('./suites.ts');
  return { suites, directory: GENERATED_TESTS, ofRevision: suitesOf };
}

async function loadExport() {
  const { exportFormats } = await import('xstate-check/cli');
  const { runtimeMonitorFormat } = await import('xstate-check/kernel');
  const { kselftestFormat } = await import('./writers/kselftest/kselftest.ts');
  const { runtimeMonitors } = await import('./rv/monitors.ts');
  return {
    catalogue: await load(),
    formatsOf: (of: Parameters<typeof exportFormats>[0]) => [
      kselftestFormat,
      ...exportFormats(of),
      runtimeMonitorFormat(of, runtimeMonitors),
    ],
  };
}

/**
 * Runs one command of this specification.
 *
 * @param having - what is known from before, and the threads that work beside this one
 * @returns its exit status
 */
export const runCommand = (
  args: readonly string[],
  terminal: Terminal,
  having: Pick<Program, 'kept' | 'beside'> = {},
): Promise<number> => run({ ...about, ...having }, args, terminal);
