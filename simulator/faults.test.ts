import { describe, expect, it } from 'vitest';
import type { TargetScope } from '../targets/target-scope.ts';
import { type FaultId, faultSets, SimulatedKernel, simulatorFaults } from './index.ts';
import type { Bar } from './kernel/objects.ts';
import { type SurfaceOptions, SyscallSurface } from './syscalls.ts';
import { walk } from './walk.ts';

/** What a run shows with the fault, and what without. */
interface Demonstration {
  run(faults: readonly FaultId[]): unknown;
  readonly broken: unknown;
  readonly sound: unknown;
}

const FOREIGN_BAR: Bar = { index: 0, kind: 'mem', start: 1n << 20n, size: 4096n, claimable: false };

/** One process with two open devices of one group and a dma-buf of each. */
function twoDevices(faults: readonly FaultId[], options: Partial<SurfaceOptions> = {}) {
  const surface = new SyscallSurface({ devices: [{}, {}], faults, ...options });
  surface.open(0);
  surface.open(1);
  const a = Number(surface.feature(0));
  const b = Number(surface.feature(1));
  const hotReset = () => surface.hotReset(0, { group_fds: [[0, 1]] });
  return { surface, a, b, hotReset, kernel: surface.kernel };
}

/** One open device with buf[0] and one importer of a kind. */
async function oneDevice(
  faults: readonly FaultId[],
  importer: string,
  labels: string,
  grain: TargetScope['grain'] = 'contract',
) {
  const target = new SimulatedKernel({ faults });
  const scope = { devices: 1, buffers: [0], attachments: [{ buffer: 0, importer }], grain };
  await target.reset(scope);
  await walk(target, `dev[0].open:ok buf[0].export:ok ${labels}`);
  return { target, kernel: target.kernel, seen: () => target.observeNow() };
}

const answers = (work: () => unknown) => {
  try {
    return work();
  } catch (error) {
    return (error as Error).message;
  }
};

const MEM_OFF = 'dev[0].write_command(MEM=0):begin dev[0].begin buf[0].revoke';
const MAPPED = 'att[0].attach:ok att[0].map:ok';
const TO_MEM_OFF_PROCEDURE = `dev[0].write_command(MEM=0):begin dev[0].memory_lock.down_write
  dev[0].zap_bars dev[0].move(true):begin buf[0].listed:true buf[0].get_file_active:true buf[0].revoked:false
  buf[0].resv.lock buf[0].revoked.set buf[0].invalidate_mappings:begin`;

/** Whether memory goes off while the importer has not let go, and what that risks. */
async function memoryOff(faults: readonly FaultId[], importer: string, before: string) {
  const { target, kernel } = await oneDevice(faults, importer, `${before} ${MEM_OFF}`);
  await target.step('buf[0].drained');
  await target.step('dev[0].memory(off)');
  return kernel.hazards;
}

const demonstrations: Record<FaultId, Demonstration> = {
  P1: {
    run: (faults) => {
      const { surface, kernel } = twoDevices(faults);
      surface.flr(0);
      return kernel.buffers.get(0)?.revoked;
    },
    broken: true,
    sound: false,
  },
  P2: {
    run: (faults) => {
      const { kernel, hotReset } = twoDevices(faults);
      const from = kernel.trace.length;
      hotReset();
      const wanted = ['down_write_trylock', 'vfio_pci_dma_buf_move', 'vfio_pci_zap_bars'];
      const log = kernel.trace.slice(from).map((entry) => entry.function);
      return log.filter((name) => wanted.includes(name)).slice(0, 3);
    },
    broken: ['down_write_trylock', 'vfio_pci_zap_bars', 'down_write_trylock'],
    sound: ['down_write_trylock', 'vfio_pci_dma_buf_move', 'vfio_pci_zap_bars'],
  },
  P3: {
    run: (faults) => {
      const { surface, kernel, hotReset } = twoDevices(faults);
      surface.holdMemoryLock(1);
      return [hotReset(), kernel.buffers.get(0)?.revoked];
    },
    broken: ['-EBUSY', true],
    sound: ['-EBUSY', false],
  },
  P4: {
    run: (faults) => {
      const { surface, hotReset } = twoDevices(faults);
      return [hotReset(), answers(() => surface.writeCommand(0, true))];
    },
    broken: ['ok', 'COMMAND sleeps: dev[0].memory_lock is held by process'],
    sound: ['ok', 'ok'],
  },
  P5: {
    run: (faults) => {
      const { surface, kernel, hotReset } = twoDevices(faults);
      surface.holdMemoryLock(1);
      return [hotReset(), kernel.warnings];
    },
    broken: [
      '-EBUSY',
      ['lockdep: vfio_pci_dma_buf_move() without dev[1].memory_lock held for writing'],
    ],
    sound: ['-EBUSY', []],
  },
  P6: {
    run: (faults) => {
      const { surface, hotReset } = twoDevices(faults);
      surface.close(1);
      return answers(hotReset);
    },
    broken: expect.stringMatching(/NULL pointer dereference of vconfig.*holding dev_set.lock/),
    sound: 'ok',
  },
  P7: {
    run: async (faults) => {
      const failed = 'buf[0].dma_buf_fd:-EMFILE';
      const { target, seen } = await oneDevice(faults, 'unmaps_later', failed);
      await target.step('buf[0].release');
      return seen()['dev[0].registrations'];
    },
    broken: '1',
    sound: '0',
  },
  P9: {
    run: async (faults) => {
      const again = `${MAPPED} att[0].unmap att[0].map:ok`;
      return (await oneDevice(faults, 'unmaps_later', again)).kernel.warnings;
    },
    broken: ['WARNING: dma_iova_link() on a destroyed IOVA of att[0]'],
    sound: [],
  },
  P10: {
    run: (faults) => {
      const surface = new SyscallSurface({ devices: [{ pci_ops: 'none' }], faults });
      surface.open(0);
      return answers(() => surface.feature(0));
    },
    broken: expect.stringContaining('NULL pointer dereference of pci_ops'),
    sound: '-EOPNOTSUPP',
  },
  P14: {
    run: async (faults) => {
      const target = new SimulatedKernel({ faults });
      await target.reset({ devices: 1, buffers: [0], attachments: [], grain: 'procedure' });
      await walk(target, 'dev[0].open:ok buf[0].export:begin buf[0].kref.init');
      await target.step('dev[0].memory_enabled:true');
      await walk(
        target,
        `dev[0].write_command(MEM=0):begin dev[0].memory_lock.down_write@dev[0].owner
         dev[0].zap_bars dev[0].move(true):begin buf[0].listed:false dev[0].move(true):end
         dev[0].hw.command(MEM=0):ok dev[0].vconfig.command(MEM=0) dev[0].memory_enabled:false
         dev[0].memory_lock.up_write@dev[0].owner dev[0].memory_lock.down_write buf[0].resv.lock`,
      );
      await target.step('dev[0].memory_enabled:false');
      await walk(target, 'buf[0].list_add');
      const seen = target.observeNow();
      return [seen['dev[0].memory_enabled'], seen['buf[0].revoked']];
    },
    broken: ['false', 'false'],
    sound: ['false', 'true'],
  },
  P16: {
    run: (faults) => {
      const surface = new SyscallSurface({ devices: [{ p2pdma: '-EOPNOTSUPP' }], faults });
      surface.open(0);
      return answers(() => surface.feature(0));
    },
    broken: expect.stringContaining('NULL pointer dereference in pcim_p2pdma_provider()'),
    sound: '-EINVAL',
  },
  P17: {
    run: async (faults) => {
      const labels = 'att[0].map_file:ok att[0].ioas_unmap:ok';
      return (await oneDevice(faults, 'iommufd', labels)).kernel.warnings;
    },
    broken: ['unbalanced pin: att[0] leaves with 1 of buf[0]'],
    sound: [],
  },
  P18: {
    run: (faults) => memoryOff(faults, 'unmaps_in_callback', 'att[0].attach:ok att[0].fence.add'),
    broken: ['COMMAND.MEM=0: att[0] still has work in flight on buf[0]'],
    sound: [],
  },
  P19: {
    run: (faults) => memoryOff(faults, 'unmaps_later', MAPPED),
    broken: ['COMMAND.MEM=0: att[0] still maps buf[0]'],
    sound: [],
  },
  P20: {
    run: (faults) => memoryOff(faults, 'unmaps_later', MAPPED),
    broken: ['COMMAND.MEM=0: att[0] still maps buf[0]'],
    sound: [],
  },
  P21: {
    run: async (faults) => {
      const off = 'dev[0].write_command(MEM=0):begin dev[0].begin buf[0].revoke buf[0].drained';
      const { target, kernel } = await oneDevice(
        faults,
        'unmaps_later',
        `att[0].attach:ok ${off} dev[0].memory(off) dev[0].end dev[0].write_command(MEM=0):ok
         dev[0].write_command(MEM=1):begin dev[0].begin dev[0].memory(on)
         buf[0].unrevoke att[0].map:ok`,
      );
      await walk(target, 'dev[0].end');
      return kernel.warnings;
    },
    broken: expect.arrayContaining(['refcount_t: addition on 0; use-after-free: buf[0].kref']),
    sound: [],
  },
  P22: {
    run: (faults) => {
      const { surface, a, kernel } = twoDevices(faults);
      surface.attach(a, 'unmaps_in_callback');
      surface.writePmcsr(0, 'D2');
      surface.deviceReset(0);
      return kernel.hazards;
    },
    broken: ['invalidate in D2: att[0] cleans up on dev[0]'],
    sound: [],
  },
  M2: {
    run: async (faults) => {
      const { target } = await oneDevice(faults, 'no_callback', '');
      return (await target.step('att[0].attach:ok')).actual;
    },
    broken: 'att[0].attach:ok',
    sound: 'att[0].attach:-EOPNOTSUPP',
  },
  M3: {
    run: async (faults) => {
      const failed = 'buf[0].dma_buf_fd:-EMFILE buf[0].release';
      return (await oneDevice(faults, 'unmaps_later', failed)).kernel.warnings;
    },
    broken: [
      'refcount_t: underflow; use-after-free: dev[0].registration',
      'KASAN: double-free of buf[0]',
    ],
    sound: [],
  },
  M4: {
    run: (faults) => memoryOff(faults, 'unmaps_later', `${MAPPED} att[0].fence.add`),
    broken: ['COMMAND.MEM=0: att[0] still maps buf[0]'],
    sound: [],
  },
  M5: {
    run: (faults) => {
      const { surface, a, kernel } = twoDevices(faults);
      const importer = surface.attach(a, 'unmaps_in_callback');
      if (typeof importer === 'object') surface.map(importer);
      surface.close(0);
      return kernel.hazards;
    },
    broken: [
      'vfio_pci_core_disable: att[0] still maps buf[0]',
      '__pci_reset_function_locked: att[0] still maps buf[0]',
    ],
    sound: [],
  },
  M6: {
    run: (faults) => {
      const { surface, kernel } = twoDevices(faults);
      surface.writeCommand(0, false);
      return [answers(() => surface.close(0)), kernel.warnings];
    },
    broken: [
      'close sleeps: buf[0].comp is not complete',
      ['refcount_t: underflow; use-after-free: buf[0].kref'],
    ],
    sound: ['ok', []],
  },
  M7: {
    run: (faults) => {
      const surface = new SyscallSurface({ devices: [{ bars: [FOREIGN_BAR] }], faults });
      surface.open(0);
      return surface.feature(0);
    },
    broken: 3,
    sound: '-ENODEV',
  },
  M8: {
    run: async (faults) => {
      const { target, kernel } = await oneDevice(
        faults,
        'iommufd',
        'att[0].map_file:ok att[0].ioas_unmap:begin',
        'procedure',
      );
      await target.step('att[0].mutex_destroy');
      await walk(target, `${TO_MEM_OFF_PROCEDURE} att[0].invalidate:begin att[0].invalidate:end`);
      return kernel.warnings;
    },
    broken: ['DEBUG_LOCKS_WARN_ON(lock->magic != lock): pages->mutex of att[0]'],
    sound: [],
  },
  M9: {
    run: async (faults) => {
      const labels = 'att[0].map_file:ok att[0].ioas_unmap:ok';
      return (await oneDevice(faults, 'iommufd', labels)).kernel.warnings;
    },
    broken: ['lockdep: dma_buf_unpin() without buf[0].resv held'],
    sound: [],
  },
  M11: {
    run: (faults) => {
      const claimed = faults.includes('M11') ? (['M7', ...faults] as const) : (['M7'] as const);
      const devices = [{ non_mappable_bars: true }];
      const surface = new SyscallSurface({ devices, faults: claimed });
      surface.open(0);
      return surface.feature(0);
    },
    broken: 3,
    sound: '-EINVAL',
  },
  M12: {
    run: async (faults) => {
      const target = new SimulatedKernel({ faults });
      await target.reset({ devices: 1, buffers: [0], attachments: [], grain: 'contract' });
      await walk(target, 'dev[0].open:ok buf[0].export:ok buf[0].dma_buf_fd:ok buf[0].release');
      await target.step('buf[0].dma_buf_fd.tracepoint');
      return target.kernel.warnings;
    },
    broken: ['KASAN: slab-use-after-free in trace_dma_buf_fd(): buf[0]'],
    sound: [],
  },
  'D-07': {
    run: (faults) => {
      const { surface, kernel } = twoDevices(faults);
      const second = surface.feature(0);
      const importer = typeof second === 'number' && surface.attach(second, 'unmaps_in_callback');
      if (typeof importer === 'object') surface.map(importer);
      surface.deviceReset(0);
      return kernel.hazards;
    },
    broken: ['pci_try_reset_function: att[0] still maps buf[2]'],
    sound: [],
  },
  'zap-heard': {
    run: async (faults) => {
      const labels = `vma[0].mmap:ok dma[0].map_dma:ok ${MEM_OFF.replace(' buf[0].revoke', '')}
        dev[0].memory(off) dev[0].end dev[0].write_command(MEM=0):ok`;
      const target = new SimulatedKernel({ faults });
      await target.reset({ devices: 1, buffers: [], attachments: [], grain: 'contract' });
      await walk(target, `dev[0].open:ok ${labels}`);
      return target.kernel.dmas[0]!.mapped;
    },
    broken: false,
    sound: true,
  },
  T1: {
    run: (faults) => {
      const { surface, a, kernel, hotReset } = twoDevices(faults);
      surface.mapFile(a);
      return [hotReset(), kernel.hazards];
    },
    broken: ['ok', ['pci_reset_bus: att[0] still has an IOVA for buf[0]']],
    sound: ['ok', []],
  },
};

describe('each fault shows, and only where it is built in', () => {
  const rows = Object.entries(demonstrations) as [FaultId, Demonstration][];
  it.each(rows)('%s', async (id, { run, broken, sound }) => {
    expect(await run([id])).toEqual(broken);
    expect(await run([])).toEqual(sound);
  });

  it('M11 alone shows nothing: the test for claimed BARs answers first', () => {
    const surface = new SyscallSurface({ devices: [{ non_mappable_bars: true }], faults: ['M11'] });
    surface.open(0);
    expect(surface.feature(0)).toBe('-ENODEV');
  });

  it('each says what it does and where it comes from', () => {
    expect(Object.keys(simulatorFaults)).toEqual(Object.keys(demonstrations));
    for (const fault of Object.values(simulatorFaults)) {
      expect(fault.does && fault.source && fault.shows).toBeTruthy();
    }
  });
});

describe('versions', () => {
  it('the hot reset of v6 leaks every memory_lock it took', () => {
    const { hotReset, kernel } = twoDevices(faultSets.v6);
    expect(hotReset()).toBe('ok');
    expect(kernel.devices.map((vdev) => vdev.memory_lock.state)).toEqual(['write', 'write']);
  });

  it('the hot reset of v9 oopses on a device that is not open', () => {
    const { surface, hotReset, kernel } = twoDevices(faultSets.v9);
    surface.close(1);
    answers(hotReset);
    expect(kernel.warnings[0]).toContain('NULL pointer dereference of vconfig');
  });

  it('v6.19 resets with mappings alive', () => {
    const { surface, a, kernel } = twoDevices(faultSets['v6.19']);
    const importer = surface.attach(a, 'unmaps_later');
    if (typeof importer === 'object') surface.map(importer);
    surface.deviceReset(0);
    expect(kernel.hazards).toEqual(['pci_try_reset_function: att[0] still maps buf[0]']);
  });
});
