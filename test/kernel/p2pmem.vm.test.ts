import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Failure, parseSuite, runSuite } from 'xstate-check';
import { newestStockKernel } from '../../kernel/archive.ts';
import { P2pmemGuest, P2pmemTarget } from '../../kernel/p2pmem.ts';
import { driverCalls } from '../../specs/p2p-registration/code-suites.ts';

const QEMU = spawnSync('qemu-system-x86_64', ['--version']).status === 0;
const title = QEMU ? '' : ' (skipped: there is no qemu-system-x86_64 here)';

const FOLDER = new URL('../../generated-tests/p2p-driver-calls/', import.meta.url);
/** Every step, and every two; of the schedule every step, as each flight takes its seconds. */
const FILES = readdirSync(FOLDER).filter(
  (file) => /transition/.test(file) && file !== 'one_at_a_time.transition-pairs.test.txt',
);
const suiteOf = (file: string) => parseSuite(readFileSync(new URL(file, FOLDER), 'utf8'));

const said = ({ test: { id }, step, expected, actual }: Failure) =>
  `${id} step ${step}: expected ${expected}; ${actual}`;

/** nvme of QEMU, of whose CMB nvme makes P2P memory when it probes: the revision `devres`. */
describe.skipIf(!QEMU)(`p2pmem of a stock Debian kernel${title}`, () => {
  let guest: P2pmemGuest;

  beforeAll(async () => {
    guest = await P2pmemGuest.boot(await newestStockKernel());
  }, 600_000);

  afterAll(() => guest?.stop());

  test.each(FILES)(
    '%s: the answers are those of the machines',
    { timeout: 600_000 },
    async (file) => {
      const target = new P2pmemTarget(guest);
      const result = await runSuite(suiteOf(file), target, { scope: driverCalls.targetScope });
      expect(result.failed.map(said)).toEqual([]);
      expect(result.passed.length).toBeGreaterThan(0);
      expect(result.skipped).toEqual([]);
    },
  );

  test('a test that expects another answer fails', { timeout: 600_000 }, async () => {
    const right = suiteOf('p2pmem_user.transition-pairs.test.txt');
    const other = (label: string) => label.replace('vma[0].mmap:-ENODEV', 'vma[0].mmap:ok');
    const wrong = right.tests.map((one) => ({
      ...one,
      steps: one.steps.map((step) => ({ ...step, label: other(step.label) })),
    }));
    const changed = wrong.filter(({ steps }, i) =>
      steps.some(({ label }, at) => label !== right.tests[i]!.steps[at]!.label),
    );
    const target = new P2pmemTarget(guest);
    const { failed } = await runSuite({ ...right, tests: changed }, target, {
      scope: driverCalls.targetScope,
    });
    expect(changed.length).toBeGreaterThan(0);
    expect(failed.map(({ expected, actual }) => [expected, actual])).toEqual(
      changed.map(() => ['vma[0].mmap:ok@mapper[0]', 'vma[0].mmap:-ENODEV']),
    );
  });

  test('what a model of one page does not say', { timeout: 600_000 }, async () => {
    const asked = async (commands: readonly string[]) => {
      const answers: [string, string][] = [];
      for (const command of commands) answers.push([command, await guest.ask(command)]);
      return answers;
    };
    const given = [
      ['afresh', '0'],
      ['get size', '16777216'],
      ['get published', '1'],
      ['open', '0'],
      ['mmap private 16384 0', '-22'],
      ['mmap shared 16384 4096', '-22'],
      ['mmap shared 1073741824 0', '-12'],
      ['mmap shared 16384 0', '0'],
      // A page that is kept for long: -EREMOTEIO, as GUP was not told of pages of PCI memory.
      ['splice', '-121'],
      // The other device reads the memory, below the same switch and without an IOMMU.
      ['data', 'same'],
    ] as const;
    expect(await asked(given.map(([command]) => command))).toEqual(given);
    const before = Number(await guest.ask('get available'));
    expect(await guest.ask('munmap')).toBe('0');
    expect(Number(await guest.ask('get available'))).toBe(before + 16384);
    const unbound = [
      ['mmap shared 16384 0', '0'],
      ['touch', 'ok'],
      ['unbind', '0'],
      ['touch', 'SIGBUS'],
      ['get size', '-2'],
      ['munmap', '0'],
      // The file that is open is that of the probe before, also when there is another one.
      ['mmap shared 16384 0', '-19'],
      ['bind', '0'],
      ['mmap shared 16384 0', '-19'],
      ['close', '0'],
      ['open', '0'],
      ['mmap shared 16384 0', '0'],
    ] as const;
    expect(await asked(unbound.map(([command]) => command))).toEqual(unbound);
  });

  test('the kernel has nothing to complain of', () => {
    expect(guest.complaints()).toEqual([]);
  });
});
