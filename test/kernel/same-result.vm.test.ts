import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { type TestCase, type TestStep, type TestSuite, UNSTATED } from 'xstate-check';
import { type KernelFiles, newestStockKernel } from '../../kernel/archive.ts';
import { builtLabKernel } from '../../kernel/build.ts';
import { Laboratory } from '../../kernel/laboratory.ts';
import { TWO_PAIRS } from '../../kernel/machine.ts';
import { runSelftest, selftestFile } from '../../kernel/selftest.ts';
import { suites } from '../../specs/suites.ts';
import { LIFE_SUITE, lifePaths, type TestPath } from '../../specs/writers/kselftest/paths.ts';

const QEMU = spawnSync('qemu-system-x86_64', ['--version']).status === 0;
const LAB = QEMU ? builtLabKernel() : undefined;

/** A test of the selftest as `kernel run` performs it, label for label. */
function testCase({ name, steps }: TestPath): TestCase {
  const open: TestStep = { kind: 'perform', label: 'dev[0].open:ok', shows: {} };
  return {
    id: name,
    title: name,
    given: {},
    steps: [open, ...steps.flatMap(({ labels, mappable }) => stepsOf(labels, mappable))],
  };
}

/** What can be seen of the buffer once the call has returned. */
function stepsOf(labels: readonly string[], mappable: boolean | undefined): TestStep[] {
  const revoked = mappable === undefined ? UNSTATED : String(!mappable);
  return labels.map((label, i) => ({
    kind: 'observe',
    label,
    shows: { 'buf[0].revoked': i === labels.length - 1 ? revoked : UNSTATED },
  }));
}

/** What `kernel run` says of every path of the selftest that is one of a suite. */
async function runVerdicts(kernel: KernelFiles): Promise<Record<string, string>> {
  const { targetScope } = suites.find(({ name }) => name === LIFE_SUITE)!;
  const suite = { system: LIFE_SUITE, tests: [] } as unknown as TestSuite;
  const laboratory = new Laboratory(kernel);
  const verdicts: Record<string, string> = {};
  try {
    for (const path of lifePaths()) {
      const outcome = await laboratory.run(suite, testCase(path), targetScope);
      verdicts[path.name] = outcome.verdict;
    }
  } finally {
    await laboratory.close();
  }
  return verdicts;
}

/**
 * What the selftest says of the device that `kernel run` uses, by the name of the test. It runs each
 * with every kind of container; those that the kernel lacks are skipped.
 */
async function selftestVerdicts(kernel: KernelFiles): Promise<Record<string, string>> {
  const { runs } = await runSelftest(selftestFile(), kernel, () => undefined);
  const device = TWO_PAIRS.devices[TWO_PAIRS.powered];
  const { lines } = runs.find((run) => run.device === device)!;
  const verdicts: Record<string, string> = {};
  for (const line of lines) {
    const [, not, name, skip] = /^(not )?ok \d+ \S+\.(\w+)( # SKIP.*)?$/.exec(line) ?? [];
    if (name === undefined) continue;
    const verdict = not !== undefined ? 'failed' : skip !== undefined ? 'skipped' : 'passed';
    if (verdicts[name] !== 'failed' && verdict !== 'skipped') verdicts[name] = verdict;
    else verdicts[name] ??= verdict;
  }
  return verdicts;
}

async function expectSameResult(kernel: KernelFiles): Promise<Record<string, string>> {
  const [run, selftest] = [await runVerdicts(kernel), await selftestVerdicts(kernel)];
  expect(Object.keys(run).length).toBeGreaterThan(40);
  const same = Object.fromEntries(Object.keys(run).map((name) => [name, selftest[name]]));
  expect(run).toEqual(same);
  return run;
}

describe.skipIf(!QEMU)('kernel selftest and kernel run give the same result', () => {
  test('on a stock Debian kernel, which has no iommufd', { timeout: 600_000 }, async () => {
    const verdicts = Object.values(await expectSameResult(await newestStockKernel()));
    expect(new Set(verdicts)).toEqual(new Set(['passed', 'skipped']));
  });

  const title = LAB ? '' : ' (skipped: it has not been built)';
  test.skipIf(!LAB)(
    `on the kernel that 'kernel build' builds${title}`,
    { timeout: 600_000 },
    async () => {
      const verdicts = Object.values(await expectSameResult(LAB!));
      expect(new Set(verdicts)).toEqual(new Set(['passed']));
    },
  );
});
