import { spawnSync } from 'node:child_process';
import { beforeAll, describe, expect, test } from 'vitest';
import { generateSuites } from 'xstate-check';
import { type KernelFiles, newestStockKernel } from '../../kernel/archive.ts';
import { Guest } from '../../kernel/guest.ts';
import { guestImage } from '../../kernel/image.ts';
import { Laboratory, type Outcome } from '../../kernel/laboratory.ts';
import { TWO_PAIRS } from '../../kernel/machine.ts';
import { mutated, vfioSource } from '../../kernel/mutants/build.ts';
import { mutants } from '../../kernel/mutants/mutants.ts';
import { isUnexpected, tryMutant } from '../../kernel/mutants/run.ts';
import { suites, suitesOf, USAGES } from '../../specs/suites.ts';

const QEMU = spawnSync('qemu-system-x86_64', ['--version']).status === 0;
const title = QEMU ? '' : ' (skipped: there is no qemu-system-x86_64 here)';

/** Of each defect, the step that is wrong: what it should be, and what happens. */
const WRONG: Readonly<Record<string, readonly [expected: string, actual: string]>> = {
  P18: ['buf[0].resv.wait(BOOKKEEP)', 'buf[0].resv.wait(KERNEL)'],
  'waits-for-no-fence': ['buf[0].resv.wait(BOOKKEEP)', 'buf[0].resv.unlock'],
  'tells-no-importer': ['buf[0].invalidate_mappings:begin', 'buf[0].resv.wait(BOOKKEEP)'],
  'waits-for-writers': ['buf[0].resv.wait(BOOKKEEP)', 'buf[0].resv.wait(WRITE)'],
  P14: ['dev[0].memory_lock.down_write', 'dev[0].memory_enabled:true'],
  P6: ['dev[1].open_count:false', 'dev[1].open_count:true'],
  'flr-no-unrevoke': ['dev[0].move(false):begin', 'dev[0].memory_lock.up_write'],
  'release-keeps-registration': ['buf[0].put_registration', 'buf[0].kfree(priv)'],
  'sriov-under-lock': ['dev[0].memory_lock.up_write', 'dev[0].pci_enable_sriov:begin'],
  'wake-up-stays-engaged': ['dev[0].pm_runtime_engaged.clear', 'dev[0].pm_wake_eventfd:true'],
  'disable-stays-dirty': ['dev[0].needs_reset.clear', 'dev[0].hw.restore_state'],
};

/** Whether a revoke waits while an importer has a fence of a usage on the buffer. */
async function revokeWaits(guest: Guest, usage: string): Promise<boolean> {
  const attach = `attach 0 0 ${TWO_PAIRS.importer} unmaps_later`;
  for (const step of ['open 0', 'export 0 0 4 1', attach, `fence 0 ${usage}`]) {
    expect(await guest.start('owner', step, false)).toMatchObject({ result: 0 });
  }
  const writer = await guest.start('owner', 'write_command 0 0', false);
  const waits = writer.status === 'running';
  await guest.start('importer', 'signal 0', false);
  await guest.go(writer);
  expect(writer).toMatchObject({ status: 'done', result: 0 });
  await guest.afresh();
  return waits;
}

describe.skipIf(!QEMU)(`defects built into vfio-pci-core.ko${title}`, () => {
  const tests = { suites, directory: 'generated-tests', ofRevision: suitesOf };
  const quiet = { progress: () => undefined };
  let kernel: KernelFiles;
  let source: string;

  beforeAll(async () => {
    kernel = await newestStockKernel();
    source = await vfioSource();
  }, 600_000);

  test.each(Object.keys(WRONG))('%s is caught at the step that is wrong', async (id) => {
    const mutant = mutants.find((one) => one.id === id);
    const { caught } = await tryMutant(kernel, source, mutant, tests, quiet);
    const { failure } = caught!.outcome;
    const plain = (label: string | undefined) => label?.replace(/[#@].*$/, '');
    expect([plain(failure?.expected), plain(failure?.actual)]).toEqual(WRONG[id]);
  });

  /** A machine with the kernel of a mutant, for calls one by one. */
  async function withGuest(id: string, then: (guest: Guest) => Promise<void>): Promise<void> {
    const mutant = mutants.find((one) => one.id === id);
    const defective = await mutated(kernel, source, mutant);
    const guest = await Guest.boot(TWO_PAIRS, defective, await guestImage(defective));
    try {
      await then(guest);
    } finally {
      await guest.stop();
    }
  }

  test('a revoke that waits for the fences of the kernel lets the work of users go on', async () => {
    await withGuest('P18', async (guest) => {
      const waits: Record<string, boolean> = {};
      for (const usage of USAGES) waits[usage] = await revokeWaits(guest, usage);
      expect(waits).toEqual({ KERNEL: true, WRITE: false, READ: false, BOOKKEEP: false });
    });
  });

  test('a device cannot be unbound after a release that keeps its registration', async () => {
    await withGuest('release-keeps-registration', async (guest) => {
      for (const step of ['open 4', 'export 0 4 4 1', 'release 0', 'close 4']) {
        expect(await guest.start('owner', step, false)).toMatchObject({ result: 0 });
      }
      const remover = await guest.start('remover', 'unbind 4', false);
      await guest.go(remover);
      expect(remover.status).toBe('running');
    });
  });

  test('a thread that stops at no gate any more and does not end is told with what it waits for', async () => {
    const mutant = mutants.find((one) => one.id === 'unmap-keeps-count');
    const { caught } = await tryMutant(kernel, source, mutant, tests, quiet);
    const { reason, details = [] } = caught!.outcome;
    expect(reason).toBe('a thread of the guest does not end');
    expect(details.slice(0, 2)).toEqual([
      'write_command 0 0 @command_write: sleeps',
      '  for the completion of a buffer',
    ]);
    expect(details.join(' ')).toMatch(/ in vfio_pci_dma_buf_move\b/);
  });

  test('a kernel with O5 mended fails as 7.3, and passes as the version that says so', async () => {
    const mutant = mutants.find((one) => one.id === 'flag-before-notify');
    const { caught } = await tryMutant(kernel, source, mutant, tests, quiet);
    expect(caught?.outcome.failure?.actual).toMatch(/^buf\[0\]\.revoked\.clear/);
    const laboratory = new Laboratory(await mutated(kernel, source, mutant));
    const { suites: mended } = suitesOf('flag-before-notify');
    const failed: Outcome[] = [];
    try {
      const revoke = mended.find(({ name }) => name === 'revoke')!;
      const files = generateSuites(revoke).suites.filter((one) => one.criterion === 'transitions');
      for (const suite of files) {
        for (const one of suite.tests) {
          const outcome = await laboratory.run(suite, one, revoke.targetScope);
          if (outcome.verdict === 'failed') failed.push(outcome);
        }
      }
    } finally {
      await laboratory.close();
    }
    expect(failed).toEqual([]);
  });

  test('the module without a defect passes', async () => {
    const result = await tryMutant(kernel, source, undefined, tests, quiet);
    expect(result.caught).toBeUndefined();
    expect(isUnexpected(result)).toBe(false);
  });
});
