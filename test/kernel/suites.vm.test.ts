import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newestStockKernel } from '../../kernel/archive.ts';
import { suiteFiles } from '../../kernel/command.ts';
import { Laboratory } from '../../kernel/laboratory.ts';
import { explanation } from '../../kernel/report.ts';
import { suites, suitesOf } from '../../specs/suites.ts';

const QEMU = spawnSync('qemu-system-x86_64', ['--version']).status === 0;
const title = QEMU ? '' : ' (skipped: there is no qemu-system-x86_64 here)';

/** Those of what a kernel has. */
const names = suites.filter(({ targetScope }) => !targetScope.objects).map(({ name }) => name);

describe.skipIf(!QEMU)(`every test of every criterion on a stock kernel${title}`, () => {
  const tests = { suites, directory: 'generated-tests', ofRevision: suitesOf };
  let laboratory: Laboratory;

  beforeAll(async () => {
    laboratory = new Laboratory(await newestStockKernel());
  }, 300_000);

  afterAll(() => laboratory.close());

  test.each(names)('%s', { timeout: 3_600_000 }, async (name) => {
    const failed: string[][] = [];
    for (const { suite, source } of suiteFiles(tests, name)) {
      for (const one of suite.tests) {
        const outcome = await laboratory.run(suite, one, source.targetScope);
        if (outcome.verdict === 'failed') failed.push(explanation(outcome));
      }
    }
    expect(failed).toEqual([]);
  });
});
