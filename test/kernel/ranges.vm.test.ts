import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseSuite } from 'xstate-check';
import { newestStockKernel } from '../../kernel/archive.ts';
import { Laboratory, type Outcome } from '../../kernel/laboratory.ts';
import { WAYS, type Way } from '../../specs/importers/ranges.system.ts';
import { suites } from '../../specs/suites.ts';

const QEMU = spawnSync('qemu-system-x86_64', ['--version']).status === 0;
const title = QEMU ? '' : ' (skipped: there is no qemu-system-x86_64 here)';

describe.skipIf(!QEMU)(`buffers of one to three ranges on a stock kernel${title}`, () => {
  let laboratory: Laboratory;

  beforeAll(async () => {
    laboratory = new Laboratory(await newestStockKernel());
  }, 300_000);

  afterAll(() => laboratory.close());

  /** The test of one way, on the machine of another, or of the same. */
  function run(way: Way, on = way): Promise<Outcome> {
    const name = ({ route, ranges }: Way) => `ranges-${route}-${ranges}`;
    const { targetScope } = suites.find((suite) => suite.name === name(on))!;
    const file = `generated-tests/${name(way)}/system.transitions.test.txt`;
    const suite = parseSuite(readFileSync(file, 'utf8'));
    const [own] = suite.tests;
    return laboratory.run(suite, on === way ? own! : { ...own!, id: '00000000' }, targetScope);
  }

  test('a test that expects another route fails at the map', { timeout: 240_000 }, async () => {
    const mapped = { route: 'switch', ranges: 2 } as const;
    const refused = { route: 'translated', ranges: 2 } as const;
    expect(await run(mapped, refused)).toMatchObject({
      verdict: 'failed',
      failure: { expected: 'att[0].map:ok', actual: 'att[0].map:-EADDRINUSE' },
    });
  });

  test.each(WAYS)('$route, $ranges', { timeout: 240_000 }, async (way) => {
    expect((await run(way)).verdict).toBe('passed');
  });
});
