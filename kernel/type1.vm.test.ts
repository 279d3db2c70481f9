import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { newestStockKernel } from './archive.ts';
import { sources } from './compile.ts';
import { program } from './image.ts';
import { TWO_PAIRS } from './machine.ts';
import { runProgram } from './selftest.ts';

const QEMU = spawnSync('qemu-system-x86_64', ['--version']).status === 0;
const title = QEMU ? '' : ' (skipped: there is no qemu-system-x86_64 here)';

/** An ivshmem device that is alone in its group, and edu, which reads its BAR by DMA. */
const owned = TWO_PAIRS.devices[TWO_PAIRS.busReset]!;
const DEVICES = `bind ${TWO_PAIRS.importer}\nrun ${owned}\n`;
const SOURCE = join(sources('type1'), 'stale_entry.c');
const EDU = join(sources('edu'), 'edu');

async function linesOf(file: string): Promise<readonly string[]> {
  const reads = await program('stale-entry', [file, `${EDU}.c`]);
  const { runs } = await runProgram(reads, await newestStockKernel(), () => undefined, DEVICES);
  expect(runs).toMatchObject([{ device: owned, status: 0 }]);
  return runs[0]!.lines;
}

const WHILE_OWNED = [
  'mapped: DMA reads 11111111, no IOMMU fault',
  'memory off: the CPU gets SIGBUS',
  'memory off: DMA reads 00000000, no IOMMU fault',
  'memory on again: DMA reads 11111111, no IOMMU fault',
  'VFIO_DEVICE_RESET = 0',
  'reset: DMA reads 11111111, no IOMMU fault',
];

describe.skipIf(!QEMU)(`an entry of type1 on a stock Debian kernel${title}`, () => {
  test('outlives off, reset, close and the next owner (D-01)', { timeout: 600_000 }, async () => {
    expect(await linesOf(SOURCE)).toEqual([
      ...WHILE_OWNED,
      'closed, unbound, of the next owner: DMA reads 22222222, no IOMMU fault',
      'VFIO_IOMMU_UNMAP_DMA unmaps 4096 bytes',
      'unmapped: DMA reads 00000000, an IOMMU fault',
    ]);
  });

  test('is gone where its user unmaps it ahead of the close', { timeout: 600_000 }, async () => {
    const text = readFileSync(SOURCE, 'utf8');
    const close = '\tmunmap((void *)bar, PAGE);\n';
    expect(text).toContain(close);
    const directory = mkdtempSync(join(tmpdir(), 'type1-'));
    const file = join(directory, 'in_time.c');
    const anywhere = text.replace('../edu/edu.h', `${EDU}.h`);
    writeFileSync(file, anywhere.replace(close, `\tunmap_dma();\n${close}`));
    try {
      expect(await linesOf(file)).toEqual([
        ...WHILE_OWNED,
        'VFIO_IOMMU_UNMAP_DMA unmaps 4096 bytes',
        'closed, unbound, of the next owner: DMA reads 00000000, an IOMMU fault',
        'VFIO_IOMMU_UNMAP_DMA unmaps 0 bytes',
        'unmapped: DMA reads 00000000, an IOMMU fault',
      ]);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
