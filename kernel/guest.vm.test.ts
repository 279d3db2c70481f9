import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { newestStockKernel } from './archive.ts';
import { Guest } from './guest.ts';
import { guestImage } from './image.ts';
import { KeptTrace } from './kept-trace.ts';
import { TWO_PAIRS } from './machine.ts';
import { describeSleeper } from './sleeper.ts';
import { startTracing } from './tracing.ts';

const QEMU = spawnSync('qemu-system-x86_64', ['--version']).status === 0;
const title = QEMU ? '' : ' (skipped: there is no qemu-system-x86_64 here)';

describe.skipIf(!QEMU)(`a stock Debian kernel, call by call${title}`, () => {
  let guest: Guest;

  beforeAll(async () => {
    const kernel = await newestStockKernel();
    guest = await Guest.boot(TWO_PAIRS, kernel, await guestImage(kernel));
  }, 600_000);

  afterEach(() => guest.afresh());
  afterAll(() => guest.stop());

  /** Calls of one thread, each of which must answer 0 or more. */
  async function calls(...steps: readonly string[]): Promise<void> {
    for (const step of steps) {
      const { result = -1 } = await guest.start('dev0.owner', step, false);
      expect({ step, result: Math.min(result, 0) }).toEqual({ step, result: 0 });
    }
  }

  const attach = `attach 0 0 ${TWO_PAIRS.importer} unmaps_later`;

  test.each(['KERNEL', 'WRITE', 'READ', 'BOOKKEEP'])(
    'a revoke waits for a fence of usage %s',
    { timeout: 120_000 },
    async (usage) => {
      await calls('open 0', 'export 0 0 4 1', attach, `fence 0 ${usage}`);
      const writer = await guest.start('dev0.owner', 'write_command 0 0', false);
      expect(writer.status).toBe('running');
      expect((await guest.sleepers()).flatMap(describeSleeper)).toContain('  for a fence');
      await guest.start('importer', 'signal 0', false);
      await guest.go(writer);
      expect(writer).toMatchObject({ status: 'done', result: 0 });
    },
  );

  test('a revoke waits for no fence that has signalled, or is of the buffer of another device', async () => {
    const other = `attach 1 1 ${TWO_PAIRS.importer} unmaps_later`;
    await calls('open 0', 'export 0 0 4 1', attach, 'fence 0 KERNEL', 'signal 0');
    await calls('open 1', 'export 1 1 4 1', other, 'fence 1 KERNEL');
    const writer = await guest.start('dev0.owner', 'write_command 0 0', false);
    expect(writer).toMatchObject({ status: 'done', result: 0 });
    const waiting = await guest.start('dev1.owner', 'write_command 1 0', false);
    expect(waiting.status).toBe('running');
    await guest.start('importer', 'signal 1', false);
    await guest.go(waiting);
    expect(waiting).toMatchObject({ status: 'done', result: 0 });
  });

  test('an unmap alone lets a revoke end that nobody else holds up', async () => {
    await calls('open 0', 'export 0 0 4 1', attach, 'map 0');
    const writer = await guest.start('dev0.owner', 'write_command 0 0', false);
    expect(writer.status).toBe('running');
    await guest.start('importer', 'unmap 0', false);
    await guest.go(writer);
    expect(writer).toMatchObject({ status: 'done', result: 0 });
  });

  test('a device waits for its buffers before it goes, and for nothing after that', async () => {
    await calls('open 4', 'export 0 4 4 1');
    const remover = await guest.start('remover', 'unbind 4', false);
    expect(remover.status).toBe('running');
    await calls('close 4', 'release 0');
    await guest.go(remover);
    expect(remover).toMatchObject({ status: 'done', result: 0 });
    const { result } = await guest.start('dev0.owner', 'open 4', false);
    expect(result).toBe(-constants.errno.ENODEV);
  });

  test('a call that hangs is named in the trace, and where it sleeps', {
    timeout: 120_000,
  }, async () => {
    const directory = mkdtempSync(join(tmpdir(), 'hung-'));
    try {
      await startTracing(guest);
      const record = new KeptTrace(directory, 'hung', guest);
      await record.start();
      const before = ['open 0', 'export 0 0 4 1', `attach 0 0 ${TWO_PAIRS.importer} unmaps_later`];
      for (const step of [...before, 'map 0']) {
        expect(await guest.start('dev0.owner', step, false)).toMatchObject({ result: 0 });
      }
      const caller = await guest.start('dev0.owner', 'write_command 0 0', false);
      expect(caller.status).toBe('running');
      await guest.start('another', 'write_command 0 1', false);
      const said = (await guest.sleepers()).flatMap(describeSleeper);
      const [first, second] = [0, said.findIndex((line) => line.endsWith('@another: sleeps'))];
      expect(said.slice(first, 2)).toEqual([
        'write_command 0 0 @dev0.owner: sleeps',
        '  for the completion of a buffer',
      ]);
      expect(said.slice(first, second).join(' ')).toMatch(/ in vfio_pci_dma_buf_move </);
      expect(said[second + 1]).toBe('  for dev[0].memory_lock, held by dev0.owner');
      expect(said.slice(second).join(' ')).toMatch(/dev0.owner is in .*vfio_pci_dma_buf_move/);
      expect(Math.max(...said.map((line) => line.length))).toBeLessThan(65);
      await record.rescue();
      const trace = readFileSync(join(directory, 'hung.trace'), 'utf8');
      expect(trace).toMatch(/tracing_mark_write: HUNG write_command 0 0 of dev0\.owner-\d+\n/);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
