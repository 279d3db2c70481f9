import { describe, expect, it } from 'vitest';
import type { RuntimeMonitor, Site } from 'xstate-check/kernel';
import { runtimeMonitors } from '../specs/rv/monitors.ts';
import { linesOf, pointsOf } from './rv/points.ts';
import { type Replay, replay } from './rv/replay.ts';

/**
 * The runtime monitors on traces of real kernels, as their table of functions says. A monitor is
 * replayed where the trace was recorded with the functions that it needs: the traces of
 * `test/trace` have neither fput() nor arguments of dma-buf functions, some not even
 * unmap_mapping_range(); those of `test/rv` have everything, on the stock kernel 7.3.4.
 */
const STOCK = 'trace/fixtures/stock-7.2.13';
const LOCKDEP = 'trace/fixtures/lockdep-7.2.13';
const AGENT = 'trace/fixtures/kernel-run-7.3.4';
const PROBES = 'trace/fixtures/probes-7.3.4';

const named = (name: string) => runtimeMonitors.find((one) => one.name === name)!;
const on = (name: string, trace: string): Replay => replay(named(name), pointsOf(linesOf(trace)));

describe('a kernel that behaves', () => {
  it.each([
    [`${STOCK}/revoke`, 'vdbuf_back', { revoke: 1, unrevoke: 1, unlock: 1 }],
    [`${STOCK}/revoke`, 'memlock_move', { own: 6, move: 6 }],
    [`${STOCK}/hot-reset`, 'vdbuf_cut', { next: 6, revoked: 4, zapped: 4 }],
    [`${STOCK}/hot-reset`, 'memlock_move', { own: 12, move: 12 }],
    [`${STOCK}/close-first`, 'memlock_move', { own: 4, move: 4 }],
    [`${LOCKDEP}/revoke`, 'vdbuf_back', { revoke: 1, unrevoke: 1, unlock: 1 }],
    [`${LOCKDEP}/revoke`, 'vdbuf_low', { enter: 1, exit: 2, unrevoke: 2 }],
    [`${LOCKDEP}/revoke`, 'memlock_move', { own: 9, move: 9 }],
    [`${LOCKDEP}/hot-reset`, 'vdbuf_cut', { next: 9, revoked: 6, zapped: 6 }],
    [`${LOCKDEP}/hot-reset`, 'memlock_move', { own: 16, move: 16 }],
    [`${AGENT}/runtime-suspend`, 'vdbuf_back', { revoke: 1, disabled: 1, unlock: 1 }],
    [`${AGENT}/runtime-suspend`, 'memlock_move', { own: 7, move: 7 }],
    [`${AGENT}/hot-reset`, 'memlock_move', { own: 8, move: 8 }],
    [`${PROBES}/hot-reset`, 'memlock_move', { own: 10, move: 10 }],
    [
      'rv/buffers',
      'vdbuf_life',
      {
        ...{ export_live: 2, export_dead: 1, revoke: 4, drained: 4, unrevoke: 3 },
        ...{ map: 2, map_refused: 3, cleanup: 2, release: 1, release_cleaned: 2 },
      },
    ],
    ['rv/buffers', 'memlock_move', { own: 6, move: 6 }],
    [
      'rv/hot-reset',
      'vdbuf_life',
      { export_live: 2, revoke: 4, drained: 4, unrevoke: 2, cleanup: 2, release_cleaned: 2 },
    ],
    ['rv/hot-reset', 'vdbuf_cut', { next: 9, revoked: 6, zapped: 6 }],
    ['rv/hot-reset', 'memlock_move', { own: 19, move: 19 }],
    ['rv/low-power', 'vdbuf_low', { enter: 3, exit: 6, unrevoke: 6 }],
    ['rv/low-power', 'vdbuf_back', { revoke: 1, unrevoke: 1, unlock: 1 }],
    ['rv/low-power', 'vdbuf_fail', { begin: 3, change: 9, ok: 3 }],
    [
      'rv/low-power',
      'vdbuf_life',
      { export_live: 1, revoke: 5, drained: 5, unrevoke: 4, cleanup: 1, release_cleaned: 1 },
    ],
    [
      'rv/low-power-twice',
      'vdbuf_life',
      { export_live: 1, revoke: 2, drained: 2, unrevoke: 1, cleanup: 1, release_cleaned: 1 },
    ],
  ])('%s: %s is silent', (trace, name, events) => {
    const seen = on(name, trace);
    expect(seen.alarms).toEqual([]);
    expect(seen.events).toEqual(events);
  });
});

describe('what stock kernels 7.1 to 7.3 do', () => {
  it('O1: after LOW_POWER_ENTRY a write of PCI_COMMAND gives access back', () => {
    const alarm = { event: 'unrevoke', state: 'low_power' };
    expect(on('vdbuf_low', `${AGENT}/runtime-suspend`).alarms).toMatchObject([alarm]);
    expect(on('vdbuf_low', 'rv/low-power-twice').alarms).toMatchObject([alarm]);
  });

  it('O1-entry-twice: a LOW_POWER_ENTRY returns -EINVAL and has revoked', () => {
    expect(on('vdbuf_fail', 'rv/low-power-twice').alarms).toMatchObject([
      { event: 'error', state: 'changed' },
    ]);
  });
});

it('a hot reset that does not revoke is seen at the next device, each time', () => {
  const { alarms } = on('vdbuf_cut', 'trace/fixtures/broken/hot-reset-without-revoke');
  expect(alarms).toMatchObject(Array(3).fill({ event: 'next', state: 'cpu_cut' }));
});

describe('what makes the difference', () => {
  const edited = (trace: string, edit: (line: string) => string[]) =>
    pointsOf(linesOf(trace).flatMap(edit));
  const without = (trace: string, pattern: RegExp, nth: number) => {
    let seen = 0;
    return edited(trace, (line) => (pattern.test(line) && seen++ === nth ? [] : [line]));
  };
  /** The monitor with an event somewhere else. */
  const bound = (name: string, event: string, at: readonly Site[]): RuntimeMonitor => {
    const monitor = named(name);
    const attachments = monitor.watch.attachments.map((one) =>
      one.event === event ? { ...one, at } : one,
    );
    return { ...monitor, watch: { ...monitor.watch, attachments } };
  };
  const siteOf = (name: string, event: string) =>
    named(name).watch.attachments.find((one) => one.event === event)!.at[0]!;

  it('a revoke or zap missing on the last device is seen when the bus is reset', () => {
    const zap = without('rv/hot-reset', /unmap_mapping_range: .*dev_set_hot_reset/, 1);
    expect(replay(named('vdbuf_cut'), zap).alarms).toMatchObject([
      { event: 'next', state: 'dma_cut' },
    ]);
  });

  it('every close revokes and does not zap: only what the hot reset calls counts', () => {
    const { calledBy: _, ...anywhere } = siteOf('vdbuf_cut', 'revoked');
    const points = pointsOf(linesOf('rv/hot-reset'));
    const { alarms } = replay(bound('vdbuf_cut', 'revoked', [anywhere]), points);
    expect(alarms[0]).toMatchObject({ event: 'next', state: 'dma_cut' });
  });

  it('a wake-up with an eventfd ends low power, which only runtime_resume shows', () => {
    const woken = edited('rv/low-power-twice', (line) => [
      /up_write: .* engaged=1 by=vfio_pci_core_runtime_resume/.test(line)
        ? line.replace('engaged=1', 'engaged=0')
        : line,
    ]);
    expect(replay(named('vdbuf_low'), woken).alarms).toEqual([]);
    const deaf = bound('vdbuf_low', 'exit', [siteOf('vdbuf_low', 'exit')]);
    expect(replay(deaf, woken).alarms).toHaveLength(1);
  });

  it('LOW_POWER_ENTRY returns after it has unlocked, and an exit may overtake it', () => {
    let held: string[] = [];
    const overtaken = edited('rv/low-power', (line) => {
      if (/runtime_pm_entry_ret: /.test(line)) {
        held = [line];
        return [];
      }
      const late = /__vfio_pci_memory_enabled_ret: .vfio_pci_runtime_pm_exit/.test(line);
      const lines = late ? [line, ...held] : [line];
      if (late) held = [];
      return lines;
    });
    expect(replay(named('vdbuf_low'), overtaken).alarms).toEqual([]);
    const atReturn = bound('vdbuf_low', 'enter', [
      {
        function: 'vfio_pci_runtime_pm_entry',
        on: 'return',
        where: 'it returns 0',
        object: 'vdev',
      },
    ]);
    expect(replay(atReturn, overtaken).alarms).not.toEqual([]);
  });

  it('a buffer is drained when its own importer is done, not the last of the device', () => {
    const { stays } = on('vdbuf_life', 'rv/buffers');
    expect(stays).toHaveLength(4);
    expect(stays.filter((seconds) => seconds > 1)).toHaveLength(1);
    const whole = pointsOf(linesOf('rv/buffers')).map((point, at, all) => {
      if (point.function !== 'fput' || point.caller !== 'vfio_pci_dma_buf_move') return point;
      const end = all.slice(at).find((one) => one.function === point.caller && one.on === 'return');
      return { ...point, time: end!.time };
    });
    const late = replay(named('vdbuf_life'), whole).stays.filter((seconds) => seconds > 1);
    expect(late).toHaveLength(2);
  });

  it('a buffer may be born revoked: the life does not begin live', () => {
    const dead = siteOf('vdbuf_life', 'export_dead');
    const mixed = bound('vdbuf_life', 'export_live', [siteOf('vdbuf_life', 'export_live'), dead]);
    const { alarms } = replay(mixed, pointsOf(linesOf('rv/buffers')));
    expect(alarms[0]).toMatchObject({ state: 'live' });
  });

  it('a move without memory_lock is seen', () => {
    const unlocked = without('rv/low-power', / down_write: .*by=vfio_basic_config_write/, 0);
    expect(replay(named('memlock_move'), unlocked).alarms).toMatchObject([{ event: 'move' }]);
  });

  it('a VFIO_DEVICE_RESET that keeps what it revokes is seen', () => {
    const kept = without('rv/low-power', / vfio_pci_dma_buf_move: .*revoked=0/, 3);
    expect(replay(named('vdbuf_back'), kept).alarms).toMatchObject([
      { event: 'unlock', state: 'owed' },
    ]);
  });

  it('a map that succeeds on a revoked buffer is seen', () => {
    const mapped = edited('rv/buffers', (line) => [
      line.replace('ret=-19', 'ret=-127710798170720'),
    ]);
    expect(replay(named('vdbuf_life'), mapped).alarms).toMatchObject([
      { event: 'map', state: 'revoked' },
    ]);
  });
});
