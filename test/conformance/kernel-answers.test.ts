import { describe, expect, it } from 'vitest';
import type { System } from 'xstate-check';
import { lifeSystem } from '../../specs/buffer/life.system.ts';
import { hotResetFamily } from '../../specs/hot-reset/hot-reset.system.ts';
import type { ImporterSpec } from '../../specs/shared/contract.ts';
import { Walker } from './walker.ts';

/**
 * What real kernels answered, asked of the machines: after the calls of a row, which answers of a
 * call are possible. An answer that only the environment can choose (no memory, no route) is not
 * counted, except where the row is about it.
 */

type Kind = ImporterSpec['kind'];

/** What the rows of group files were measured on. */
const ALL = 'Debian 7.2.13 (stock and cloud) and 7.3.4 (cloud), the legacy group';
/** cdev and MAP_FILE need IOMMUFD, which no Debian kernel has. */
const OWN = 'an own build of 7.2.13';
/** With an importer that is a module of the lab's own, on the suites ranges-translated-2 and -3. */
const SEVERAL = 'an own importer on Debian 7.3.4, behind VT-d';
/** An importer that is a module of the lab's own. */
const IMPORTER = 'an own importer on Debian 7.2.13 and on an own build of it';

/** One device, one buffer and these importers; nothing is open. */
function closed(...kinds: readonly Kind[]): Walker {
  return new Walker(
    once(kinds.join(), () => {
      const importers = kinds.map((kind) => ({ buffer: 0, kind }));
      const scope = { devices: 1, buffers: [0], importers, initially: 'fresh' } as const;
      return lifeSystem(scope, '7.3', {});
    }),
  );
}

const systems = new Map<string, System>();

/** Each system is made once. */
function once(name: string, make: () => System): System {
  const system = systems.get(name) ?? make();
  systems.set(name, system);
  return system;
}

function exported(...kinds: readonly Kind[]): Walker {
  return closed(...kinds).follow('dev[0].open:ok buf[0].export:ok');
}

const memoryOff = (w: Walker) => w.complete('dev[0].write_command(MEM=0)', 'ok');
const memoryOn = (w: Walker) => w.complete('dev[0].write_command(MEM=1)', 'ok');
const d3hot = (w: Walker) => w.complete('dev[0].write_pmcsr(D3hot)', 'ok');
const d0 = (w: Walker) => w.complete('dev[0].write_pmcsr(D0)', 'ok');
const enter = (w: Walker) => w.complete('dev[0].low_power_entry', 'ok');
const exit = (w: Walker) => w.complete('dev[0].low_power_exit', 'ok');
const reset = (w: Walker) => w.complete('dev[0].device_reset', 'ok');
const close = (w: Walker) => w.complete('dev[0].close', 'ok');

interface Row {
  /** What was done and what came back, in short. */
  readonly row: string;
  readonly on: string;
  readonly walk: () => Walker;
  readonly call: string;
  readonly answers: readonly string[];
  /** Counts what the environment chooses, too. */
  readonly withEnvironment?: boolean;
}

const MAP_FILE = 'att[0].map_file';
const OK = ['ok'];
const ENODEV = ['-ENODEV'];

const life: readonly Row[] = [
  {
    row: 'GET while memory is disabled gives an fd; MAP_FILE of it fails: born revoked',
    on: `${ALL}; MAP_FILE on ${OWN}`,
    walk: () => memoryOff(closed('iommufd').follow('dev[0].open:ok')).follow('buf[0].export:ok'),
    call: MAP_FILE,
    answers: ENODEV,
  },
  {
    row: 'GET while memory is disabled: no errno',
    on: ALL,
    walk: () => memoryOff(closed('iommufd').follow('dev[0].open:ok')),
    call: 'buf[0].export',
    answers: OK,
  },
  {
    row: 'MAP_FILE enabled',
    on: OWN,
    walk: () => exported('iommufd'),
    call: MAP_FILE,
    answers: OK,
  },
  {
    row: 'MAP_FILE twice: the second mapping',
    on: OWN,
    walk: () => exported('iommufd', 'iommufd').follow('att[0].map_file:ok'),
    call: 'att[1].map_file',
    answers: OK,
  },
  {
    row: 'MAP_FILE of a buffer of two ranges',
    on: OWN,
    walk: () => exported('iommufd_several_ranges'),
    call: MAP_FILE,
    answers: ['-EOPNOTSUPP'],
  },
  {
    row: 'MAP_FILE of a buffer of two ranges that is revoked: revoked is tested first',
    on: 'the order of the tests in vfio_pci_dma_buf_attach and vfio_pci_dma_buf_iommufd_map, v7.3',
    walk: () => memoryOff(exported('iommufd_several_ranges')),
    call: MAP_FILE,
    answers: ENODEV,
  },
  ...(
    [
      ['with memory off', memoryOff, 'memory is on', memoryOn],
      ['in D3hot', d3hot, 'D0', d0],
      ['in low power', enter, 'low power has ended', exit],
    ] as const
  ).flatMap(([away, leave, back, comeBack]): Row[] => [
    {
      row: `MAP_FILE ${away}`,
      on: OWN,
      walk: () => leave(exported('iommufd')),
      call: MAP_FILE,
      answers: ENODEV,
    },
    {
      row: `MAP_FILE after ${back} again`,
      on: OWN,
      walk: () => comeBack(leave(exported('iommufd'))),
      call: MAP_FILE,
      answers: OK,
    },
  ]),
  {
    row: 'MAP_FILE after the device was closed',
    on: OWN,
    walk: () => close(exported('iommufd')),
    call: MAP_FILE,
    answers: ENODEV,
  },
  {
    row: 'MAP_FILE after it was closed and opened again',
    on: OWN,
    walk: () => close(exported('iommufd')).follow('dev[0].open:ok'),
    call: MAP_FILE,
    answers: ENODEV,
  },
  {
    row: 'MAP_FILE after RESET',
    on: OWN,
    walk: () => reset(exported('iommufd')),
    call: MAP_FILE,
    answers: OK,
  },
  {
    row: 'IOAS_UNMAP of a mapping that was revoked',
    on: OWN,
    walk: () => memoryOff(exported('iommufd').follow('att[0].map_file:ok')),
    call: 'att[0].ioas_unmap',
    answers: OK,
  },
  {
    row: 'attach without invalidate_mappings',
    on: IMPORTER,
    walk: () => exported('no_callback'),
    call: 'att[0].attach',
    answers: ['-EOPNOTSUPP'],
  },
  {
    row: 'attach without invalidate_mappings to a revoked buffer: revoked is tested first',
    on: 'the order of the tests in vfio_pci_dma_buf_attach, v7.3',
    walk: () => memoryOff(exported('no_callback')),
    call: 'att[0].attach',
    answers: ENODEV,
  },
  {
    row: 'attach static, without P2P',
    on: IMPORTER,
    walk: () => exported('not_p2p'),
    call: 'att[0].attach',
    answers: ['-EOPNOTSUPP'],
  },
  {
    row: 'attach static, without P2P, to a revoked buffer: P2P is tested first',
    on: 'the order of the tests in vfio_pci_dma_buf_attach, v7.3',
    walk: () => memoryOff(exported('not_p2p')),
    call: 'att[0].attach',
    answers: ['-EOPNOTSUPP'],
  },
  {
    row: 'attach after the device was closed',
    on: IMPORTER,
    walk: () => close(exported('unmaps_later')),
    call: 'att[0].attach',
    answers: ENODEV,
  },
  {
    row: 'map while revoked',
    on: IMPORTER,
    walk: () => memoryOff(exported('unmaps_later').follow('att[0].attach:ok')),
    call: 'att[0].map',
    answers: ENODEV,
  },
  {
    row: 'map after the device was closed',
    on: IMPORTER,
    walk: () => close(exported('unmaps_in_callback').follow('att[0].attach:ok')),
    call: 'att[0].map',
    answers: ENODEV,
  },
  {
    row: 'attach to a buffer of two or three ranges, behind an IOMMU that translates',
    on: SEVERAL,
    walk: () => exported('several_ranges_translated'),
    call: 'att[0].attach',
    answers: OK,
  },
  {
    row: 'map of a buffer of two or three ranges, behind an IOMMU that translates',
    on: SEVERAL,
    walk: () => exported('several_ranges_translated').follow('att[0].attach:ok'),
    call: 'att[0].map',
    answers: ['-EADDRINUSE'],
  },
  {
    row: 'map behind a host bridge that is not on the allowlist: the environment may say so',
    on: `${IMPORTER}, with a processor that is not on the list`,
    walk: () => exported('unmaps_later').follow('att[0].attach:ok'),
    call: 'att[0].map',
    answers: ['-EINVAL', '-ENOMEM', 'ok'],
    withEnvironment: true,
  },
];

function asRow({ walk, call, answers, withEnvironment }: Row): void {
  expect(walk().answers(call, withEnvironment)).toEqual(answers);
}

describe('one device, one buffer', () => {
  it.each(life)('$row: $answers ($on)', asRow);

  it('RESET of a device whose memory is off leaves the buffer revoked (by __vfio_pci_memory_enabled, v7.3)', () => {
    expect(reset(memoryOff(exported('iommufd'))).answers(MAP_FILE)).toEqual(ENODEV);
  });

  it(`an old mapping is not restored when memory is on again, a new one is needed (${OWN})`, () => {
    const walker = memoryOff(exported('iommufd').follow('att[0].map_file:ok'));
    expect(walker.isIn('att[0]', 'dead')).toBe(true);
    memoryOn(walker);
    expect(walker.isIn('att[0]', 'dead')).toBe(true);
    expect(walker.answers(MAP_FILE)).toEqual([]);
    expect(walker.follow('att[0].ioas_unmap:ok').answers(MAP_FILE)).toEqual(OK);
  });

  it(`a close with a live mapping invalidates it and completes (${IMPORTER})`, () => {
    const mapped = () =>
      exported('unmaps_in_callback').follow('att[0].attach:ok att[0].map:ok dev[0].close:begin');
    const waiting = mapped().follow('dev[0].begin buf[0].revoke');
    expect(waiting.possible()).not.toContain('buf[0].drained');
    waiting.follow('att[0].unmap buf[0].drained buf[0].cleanup dev[0].end dev[0].begin');
    waiting.follow('dev[0].low_power(exit) dev[0].end dev[0].disable dev[0].close:ok');
    expect(waiting.answers('att[0].map')).toEqual(ENODEV);
  });

  it(`after a close and an open a new export works, and the old buffer stays dead (${OWN})`, () => {
    const scope = {
      devices: 1,
      buffers: [0, 0],
      importers: [0, 1].map((buffer) => ({ buffer, kind: 'iommufd' as const })),
      initially: 'fresh' as const,
    };
    const walker = new Walker(lifeSystem(scope, '7.3', {}));
    close(walker.follow('dev[0].open:ok buf[0].export:ok'));
    walker.follow('dev[0].open:ok buf[1].export:ok');
    expect(walker.answers('att[0].map_file')).toEqual(ENODEV);
    expect(walker.answers('att[1].map_file')).toEqual(OK);
  });

  it('a second LOW_POWER_ENTRY answers -EINVAL and has revoked (own builds of 7.2.13 and 7.3.4)', () => {
    const walker = enter(exported('iommufd'));
    expect(walker.answers('dev[0].low_power_entry')).toContain('-EINVAL');
    walker.complete('dev[0].low_power_entry', '-EINVAL');
    expect(walker.answers(MAP_FILE)).toEqual(ENODEV);
  });

  it('a COMMAND write with MEM=1 while in low power brings the buffer back (O1; own builds of 7.2.13 and 7.3.4, Debian 7.2.13)', () => {
    expect(memoryOn(enter(exported('iommufd'))).answers(MAP_FILE)).toEqual(OK);
  });
});

/** Two devices, each with a buffer; `att[0]` is an importer of that of A, `att[1]` of that of B. */
function set(scope: { readonly unopened?: number; readonly importers?: number } = {}): System {
  const whole = { devices: 2, unopened: 0, buffers: 1, importers: 2, ...scope };
  return once(JSON.stringify(whole), () => hotResetFamily.build({ scope: whole, revision: '7.3' }));
}

const RESET = 'bus.hot_reset';
const revokes = (d: number) => `dev[${d}].move(true):begin`;
const restores = (d: number) => `dev[${d}].move(false):begin`;

describe('hot reset of A and B', () => {
  it(`both owned: 0, and both can be mapped again (${OWN})`, () => {
    const walker = new Walker(set()).complete(RESET, 'ok', [
      revokes(0),
      revokes(1),
      restores(1),
      restores(0),
    ]);
    expect(walker.answers('att[0].map')).toEqual(OK);
    expect(walker.answers('att[1].map')).toEqual(OK);
  });

  it(`B not open: 0, and nothing is asked of it (${OWN})`, () => {
    const walker = new Walker(set({ unopened: 1, importers: 1 }));
    const untouched = ['dev[1].open_count:false', 'dev[1].memory_lock.up_write'];
    walker.complete(RESET, 'ok', [revokes(0), revokes(1), ...untouched, restores(0)]);
    expect(walker.answers('att[0].map')).toEqual(OK);
    expect(walker.isIn('dev[1]', 'closed')).toBe(true);
    expect(() => new Walker(set({ unopened: 1 })).complete(RESET, 'ok', [restores(1)])).toThrow(
      'cannot return ok',
    );
  });

  it(`a device without an owner, or one that is not on vfio-pci: -EINVAL, all undone (${OWN})`, () => {
    for (const refused of [
      'dev_set.resettable:false',
      'dev[0].owned:false',
      'dev[1].owned:false',
    ]) {
      const walker = new Walker(set()).complete(RESET, '-EINVAL', [refused]);
      expect(walker.answers('att[0].map')).toEqual(OK);
      expect(walker.answers('att[1].map')).toEqual(OK);
    }
  });

  it(`memory of one off: 0; the other maps, and it only after memory is on (${OWN})`, () => {
    // The config write of this system is that of dev[0].
    const walker = new Walker(set()).complete('dev[0].write_command(MEM=0)', 'ok');
    walker.complete(RESET, 'ok');
    expect(walker.answers('att[0].map')).toEqual(ENODEV);
    expect(walker.answers('att[1].map')).toEqual(OK);
    walker.complete('dev[0].write_command(MEM=1)', 'ok');
    expect(walker.answers('att[0].map')).toEqual(OK);
  });

  it(`somebody holds the lock of B: -EBUSY, A was revoked and comes back, no reset (${ALL})`, () => {
    const contended = () => new Walker(set(), { 'dev[1].memory_lock': 'write_held' });
    expect(contended().answers(RESET)).toEqual(['-EBUSY']);
    const undone = contended().complete(RESET, '-EBUSY', [
      revokes(0),
      'dev[1].memory_lock.down_write_trylock:0',
      restores(0),
      'dev[0].memory_lock.up_write',
    ]);
    expect(undone.answers('att[0].map')).toEqual(OK);
    expect(undone.isIn('dev[0].memory_lock', 'free')).toBe(true);
    for (const never of ['bus.pci_reset_bus:ok', revokes(1), restores(1)]) {
      expect(() => contended().complete(RESET, '-EBUSY', [never])).toThrow('cannot return');
    }
  });

  it(`somebody holds the lock of A: -EBUSY, nothing was revoked (${ALL})`, () => {
    const contended = () => new Walker(set(), { 'dev[0].memory_lock': 'write_held' });
    expect(contended().answers(RESET)).toEqual(['-EBUSY']);
    expect(() => contended().complete(RESET, '-EBUSY', [revokes(0)])).toThrow('cannot return');
  });

  it(`the reset fails: -ENOTTY, and all come back as after a success (${ALL})`, () => {
    const walker = new Walker(set()).complete(RESET, '-ENOTTY', [
      'bus.pci_reset_bus:-ENOTTY',
      restores(1),
      restores(0),
    ]);
    expect(walker.answers('att[0].map')).toEqual(OK);
    expect(walker.answers('att[1].map')).toEqual(OK);
  });
});

describe('the walker', () => {
  it('says where it cannot go on, and what is possible there', () => {
    expect(() => exported('iommufd').follow('buf[0].unrevoke')).toThrow(
      /buf\[0\]\.unrevoke is not possible here; possible: .*att\[0\]\.map_file:ok/,
    );
  });

  it('finds the answer of a machine that is wrong', () => {
    const v5 = hotResetFamily.build({
      scope: { devices: 2, unopened: 0, buffers: 1, importers: 2 },
      revision: 'v5',
    });
    const walker = new Walker(v5, { 'dev[1].memory_lock': 'write_held' });
    expect(walker.complete(RESET, '-EBUSY').answers('att[0].map')).toEqual(ENODEV);
  });

  it('names parts and states that are not there', () => {
    expect(() => new Walker(set(), { nobody: 'free' })).toThrow('no part nobody');
    expect(() => new Walker(set(), { 'dev[0]': 'ajar' })).toThrow('no state ajar');
    expect(() => exported('iommufd').isIn('nobody', 'x')).toThrow('no part nobody');
  });
});

/*
 * Rows that are no states of a machine, and where they are instead:
 * - PROBE, SET, neither; argsz, nr_ranges, flags, open_flags; region_index of an absent BAR, of the
 *   ROM, of an I/O BAR; ranges, alignment, sums, overflow; contiguous and identical ranges; MAP_FILE
 *   beyond or longer than the buffer; HOT_RESET with n=0, a foreign group, too many groups, a file
 *   that is no group, count=1 on a cdev, a device on a root bus: docs/export-arguments.md, tried in
 *   export-arguments.test.ts and arguments.test.ts.
 * - MAP_FILE after FLR: the owner of the contract has no FLR; it does what RESET does, and the
 *   simulator's errno.test.ts has the row.
 * - mmap, read, lseek, SYNC, SET_NAME, EXPORT_SYNC_FILE of the dma-buf: file operations of the core,
 *   which change nothing of a buffer's life.
 * - binding B of the same group to a second iommufd, EPERM, and VFIO_GROUP_GET_DEVICE_FD of a device
 *   without driver, ENODEV: who may open a device is not part of the contract.
 * - HOT_RESET_INFO: nothing of it is modelled.
 * - SIGBUS of the CPU while memory is off: CPU mappings are a machine of machines/p2p-registration.
 */
