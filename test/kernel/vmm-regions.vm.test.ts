import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { builtLabKernel } from '../../kernel/build.ts';
import { sources } from '../../kernel/compile.ts';
import { program } from '../../kernel/image.ts';
import { TWO_PAIRS } from '../../kernel/machine.ts';
import { runProgram } from '../../kernel/selftest.ts';
import type { Event } from '../../specs/uses/vmm-answers.ts';
import { afterEvent } from '../../specs/uses/vmm-page.ts';

const QEMU = spawnSync('qemu-system-x86_64', ['--version']).status === 0;
const LAB = QEMU ? builtLabKernel() : undefined;
const title = !QEMU
  ? ' (skipped: there is no qemu-system-x86_64 here)'
  : LAB === undefined
    ? ' (skipped: dmabuf-spec kernel build has built no kernel here)'
    : '';

/** One with registers, FLR and a PM capability, and one with memory, whose slot can be reset. */
const REGISTERS = TWO_PAIRS.devices[TWO_PAIRS.functionReset]!;
const MEMORY = TWO_PAIRS.devices[TWO_PAIRS.busReset]!;
const DEVICES = `bind ${TWO_PAIRS.importer}\nrun ${REGISTERS}\nrun ${MEMORY}\n`;

const FAULT = 'a peer meets an IOMMU fault';
const READS = 'a peer reads the BAR';

/** After a call that has cut it off, and whatever has given the BAR back, until it is mapped anew. */
const isRemapped = (after: string) =>
  [
    FAULT,
    ...['MAP_FILE over it = -EEXIST', 'IOAS_UNMAP = 0', 'IOAS_UNMAP again = -ENOENT'],
    ...['MAP_FILE = 0', READS],
  ].map((line) => `${after}: ${line}`);

const isOff = (while_: string) => [`${while_}: ${FAULT}`, `${while_}: MAP_FILE = -ENODEV`];

const AT_FIRST = [
  ...['at first: MAP_FILE = 0', `at first: ${READS}`],
  ...[...isOff('memory off'), ...isRemapped('memory on')],
];
const RESET = ['reset: VFIO_DEVICE_RESET = 0', ...isRemapped('reset')];
const UNPLUG = [
  `fd closed: ${READS}`,
  ...isOff('BAR unmapped'),
  ...['BAR unmapped: IOAS_UNMAP = 0', 'BAR unmapped: close of the buffer = 0'],
];

describe.skipIf(title !== '')(`regions of a VMM on a kernel with iommufd${title}`, () => {
  let lines: Readonly<Record<string, readonly string[]>> = {};

  beforeAll(async () => {
    const files = [join(sources('vmm'), 'regions.c'), join(sources('edu'), 'edu.c')];
    const reads = await program('regions', files);
    const { runs, complaints } = await runProgram(reads, LAB!, () => undefined, DEVICES);
    expect(complaints).toEqual([]);
    expect(runs.map(({ status }) => status)).toEqual([0, 0]);
    lines = Object.fromEntries(runs.map(({ device, lines: said }) => [device, said]));
  }, 600_000);

  test('of a device with FLR and PM: each revoke is final, and unmap and map is the way back', () => {
    expect(lines[REGISTERS]).toEqual([
      ...AT_FIRST,
      ...isRemapped('FLR'),
      ...RESET,
      ...[...isOff('D3hot'), ...isRemapped('D0')],
      ...['low power: LOW_POWER_ENTRY = 0', 'low power: VFIO_DEVICE_RESET = 0'],
      ...['low power: LOW_POWER_ENTRY again = -EINVAL', 'low power: LOW_POWER_EXIT = 0'],
      ...isRemapped('low power'),
      ...UNPLUG,
    ]);
  });

  test('of a device with memory: a hot reset is one, and `start` counts from the buffer', () => {
    const pages = [1, 2, 3].flatMap((page) => [
      `pages 1 to 3, start ${page - 1}: MAP_FILE = 0`,
      `pages 1 to 3, start ${page - 1}: a peer reads page ${page}`,
    ]);
    expect(lines[MEMORY]).toEqual([
      ...[...AT_FIRST, ...RESET],
      ...['hot reset: VFIO_DEVICE_PCI_HOT_RESET = 0', ...isRemapped('hot reset')],
      ...pages,
      'pages 1 to 3, start 1, three long: MAP_FILE = -EINVAL',
      'pages 0 and 2: MAP_FILE = -EOPNOTSUPP',
      'a whole buffer: MAP_FILE = 0',
      ...UNPLUG,
    ]);
  });

  /** What the run says of an event: what there is after it, and, off or not, what MAP_FILE answers. */
  const RUN: Readonly<Record<Event, readonly [device: string, then: string, map: string]>> = {
    'guest.mem_off': [REGISTERS, 'memory on', 'memory off: MAP_FILE = '],
    'guest.reset': [REGISTERS, 'FLR', 'FLR: MAP_FILE = '],
    'guest.sleep': [REGISTERS, 'D0', 'D3hot: MAP_FILE = '],
    'vmm.reset': [REGISTERS, 'reset', 'reset: MAP_FILE = '],
    'bus.hot_reset': [MEMORY, 'hot reset', 'hot reset: MAP_FILE = '],
    'vmm.unplug': [MEMORY, 'BAR unmapped', 'BAR unmapped: MAP_FILE = '],
  };

  test.each(Object.entries(RUN) as [Event, (typeof RUN)[Event]][])(
    '%s: as docs/vmm-regions.md says',
    (event, [device, then, map]) => {
      const { goneBy, mapAnew } = afterEvent(event);
      expect(lines[device]).toContain(`${then}: ${goneBy === undefined ? READS : FAULT}`);
      expect(lines[device]).toContain(`${map}${mapAnew === 'ok' ? '0' : mapAnew}`);
    },
  );
});
