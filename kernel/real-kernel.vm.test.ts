import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseSuite } from 'xstate-check';
import type { TargetScope } from '../targets/target-scope.ts';
import { type KernelFiles, newestStockKernel } from './archive.ts';
import { guestImage } from './image.ts';
import { initramfs } from './initramfs.ts';
import { Laboratory } from './laboratory.ts';
import { TWO_PAIRS } from './machine.ts';
import { Vm } from './vm.ts';

const QEMU = spawnSync('qemu-system-x86_64', ['--version']).status === 0;
const title = QEMU ? '' : ' (skipped: there is no qemu-system-x86_64 here)';

describe.skipIf(!QEMU)(`on a stock Debian kernel${title}`, () => {
  let kernel: KernelFiles;
  let laboratory: Laboratory;

  beforeAll(async () => {
    kernel = await newestStockKernel();
    laboratory = new Laboratory(kernel);
    await laboratory.open();
  }, 300_000);

  afterAll(() => laboratory.close());

  /** Verdicts of a generated file, counted. */
  async function run(file: string, scope: TargetScope): Promise<Record<string, number>> {
    const suite = parseSuite(readFileSync(`generated-tests/${file}.test.txt`, 'utf8'));
    const counts: Record<string, number> = {};
    for (const one of suite.tests) {
      const { verdict } = await laboratory.run(suite, one, scope);
      counts[verdict] = (counts[verdict] ?? 0) + 1;
    }
    return counts;
  }

  test('every transition of a device', { timeout: 120_000 }, async () => {
    const scope: TargetScope = {
      ...{ devices: 1, buffers: [0], attachments: [] },
      ...{ initially: 'fresh', grain: 'contract' },
    };
    const counts = await run('device/device.transitions', scope);
    expect(Object.keys(counts)).toEqual(['passed']);
  });

  test('a close, function by function', { timeout: 120_000 }, async () => {
    const scope: TargetScope = {
      ...{ devices: 1, buffers: [0], attachments: [] },
      ...{ initially: 'running', grain: 'procedure' },
    };
    const counts = await run('close/close.transitions', scope);
    expect(Object.keys(counts)).toEqual(['passed']);
  });

  test('the guest says which modules it has loaded', () => {
    const id = '[0-9a-f]{40}';
    for (const name of ['kernel', 'vfio', 'vfio_pci_core', 'vfio_pci']) {
      expect(laboratory.tested).toContainEqual(
        expect.stringMatching(new RegExp(`^${name}: build id ${id}$`)),
      );
    }
  });

  test('another tree of modules is tested with its own', { timeout: 120_000 }, async () => {
    const tree = mkdtempSync(join(tmpdir(), 'modules-'));
    const core = (await guestImage(kernel)).file.replace(/[^/]*$/, 'vfio-pci-core.ko');
    cpSync(kernel.modules, tree, { recursive: true });
    rmSync(join(tree, 'kernel/drivers/vfio/pci/vfio-pci-core.ko.xz'));
    const other = join(tree, 'vfio-pci-core.ko');
    // the same code under another build id: what is looked for is which one of them is loaded
    const note = join(tree, 'note');
    const build = ['04000000', '14000000', '03000000', '474e5500', 'ab'.repeat(20)].join('');
    writeFileSync(note, Buffer.from(build, 'hex'));
    const args = ['--update-section', `.note.gnu.build-id=${note}`, core, other];
    expect(spawnSync('objcopy', args).status).toBe(0);
    const second = new Laboratory({ ...kernel, modules: tree });
    try {
      await second.open();
      expect(second.tested).toContain(`vfio_pci_core: build id ${'ab'.repeat(20)}`);
      expect(laboratory.tested).not.toContain(`vfio_pci_core: build id ${'ab'.repeat(20)}`);
    } finally {
      await second.close();
      rmSync(tree, { recursive: true });
    }
  });

  test('a test that expects what does not happen fails, and says what did', async () => {
    const file = 'generated-tests/device/device.transitions.test.txt';
    const suite = parseSuite(readFileSync(file, 'utf8'));
    const one = suite.tests[0]!;
    const at = one.steps.findIndex(({ label }) => label === 'buf[0].revoke');
    const steps = one.steps.filter((_, i) => i !== at);
    const wrong = { ...one, id: '00000000', steps };
    const scope: TargetScope = {
      ...{ devices: 1, buffers: [0], attachments: [] },
      ...{ initially: 'fresh', grain: 'contract' },
    };
    const { verdict, failure } = await laboratory.run(suite, wrong, scope);
    expect(verdict).toBe('failed');
    expect(failure).toMatchObject({ step: at + 1, actual: 'buf[0].revoke' });
  });

  test('the trace of a path is kept beside what was said', { timeout: 120_000 }, async () => {
    const directory = mkdtempSync(join(tmpdir(), 'kept-'));
    const tracing = new Laboratory(kernel, directory);
    const suite = parseSuite(
      readFileSync('generated-tests/device/device.transitions.test.txt', 'utf8'),
    );
    const one = suite.tests[0]!;
    const scope: TargetScope = {
      ...{ devices: 1, buffers: [0], attachments: [] },
      ...{ initially: 'fresh', grain: 'contract' },
    };
    const { verdict } = await tracing.run(suite, one, scope);
    await tracing.close();
    expect(verdict).toBe('passed');
    const kept = (ending: string) =>
      readFileSync(join(directory, suite.system, `${one.id}.${ending}`), 'utf8');
    const marked = kept('trace').match(/(?<=tracing_mark_write: TEST ).*/g);
    expect(marked).toEqual(one.steps.map(({ label }) => label.replace(/#.*$/, '')));
    expect(kept('trace')).toMatch(/: vfio_pci_dma_buf_move <-\w+\n/);
    expect(kept('trace')).toMatch(/: vfio_pci_dma_buf_move: .* vdev=0x[0-9a-f]+ revoked=1\n/);
    expect(kept('said')).toMatch(/^< done dev0\.owner 0$/m);
    rmSync(directory, { recursive: true });
  });

  test('a guest that panics says so, and leaves no process', { timeout: 120_000 }, async () => {
    const directory = mkdtempSync(join(tmpdir(), 'panic-'));
    const image = join(directory, 'initramfs');
    writeFileSync(image, initramfs([{ path: 'init', mode: 0o755, data: Buffer.from('garbage') }]));
    const vm = new Vm(TWO_PAIRS, kernel, image);
    await expect(vm.ready()).rejects.toThrow(/ended before its agent answered.*Kernel panic/);
    await vm.stop();
    rmSync(directory, { recursive: true });
    const left = readdirSync(tmpdir()).filter((name) => name.startsWith('panic-'));
    expect(left).toEqual([]);
  });
});
