import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { newestStockKernel } from './archive.ts';
import { hasFailed, runSelftest, selftestFile, summaryOf } from './selftest.ts';

const QEMU = spawnSync('qemu-system-x86_64', ['--version']).status === 0;
const title = QEMU ? '' : ' (skipped: there is no qemu-system-x86_64 here)';

describe.skipIf(!QEMU)(`the selftest on a stock Debian kernel${title}`, () => {
  test('passes, as the generated tests do', { timeout: 600_000 }, async () => {
    const result = await runSelftest(selftestFile(), await newestStockKernel(), () => undefined);
    expect(result.runs).toHaveLength(2);
    expect(result.complaints).toEqual([]);
    expect(summaryOf(result)).toContain(' 0 failed,');
    expect(hasFailed(result)).toBe(false);
    const lines = result.runs.flatMap((run) => run.lines);
    expect(lines.filter((line) => /^ok .*order_of_checks$/.test(line))).toHaveLength(2);
  });

  test('fails where it expects what does not happen', { timeout: 600_000 }, async () => {
    const directory = mkdtempSync(join(tmpdir(), 'selftest-'));
    const file = join(directory, 'wrong.c');
    const right = readFileSync(selftestFile(), 'utf8');
    const wrong = right.replace('{ -EINVAL, "flags is not 0", { .flags = 1 } }', (row) =>
      row.replace('-EINVAL', '-EOPNOTSUPP'),
    );
    expect(wrong).not.toBe(right);
    writeFileSync(file, wrong);
    const result = await runSelftest(file, await newestStockKernel(), () => undefined);
    rmSync(directory, { recursive: true });
    expect(hasFailed(result)).toBe(true);
    const failed = result.runs.flatMap((run) => run.lines.filter((line) => /^not ok/.test(line)));
    expect(failed.map((line) => line.replace(/^.*\./, ''))).toEqual([
      'export_arguments',
      'export_arguments',
    ]);
  });
});
