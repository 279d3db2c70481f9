import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { doubled, dropped, fixture, judge, moved, unitsOf } from './mutations.ts';

const GOOD = [
  'stock-7.2.13/revoke',
  'stock-7.2.13/hot-reset',
  'stock-7.2.13/close-first',
  'lockdep-7.2.13/hot-reset',
  'lockdep-7.2.13/revoke',
] as const;

describe('traces of real kernels', () => {
  it.each([
    ['stock-7.2.13/revoke', 150, 84, 1],
    ['stock-7.2.13/hot-reset', 268, 145, 2],
    ['stock-7.2.13/close-first', 137, 53, 1],
    ['lockdep-7.2.13/hot-reset', 881, 242, 2],
    ['lockdep-7.2.13/revoke', 847, 201, 1],
    ['lockdep-7.2.13/trylock-ebusy', 446, 111, 1],
  ] as const)('%s is allowed', (name, events, explained, devices) => {
    const verdict = judge(fixture(name));
    expect(verdict).toMatchObject({ verdict: 'accepted', events, explained, hung: false });
    expect(verdict.devices).toHaveLength(devices);
  });

  it.each([
    ['kernel-run-7.3.4/runtime-suspend', 'a worker of the PM core takes memory_lock, too'],
    ['kernel-run-7.3.4/hot-reset', 'a hot reset of two devices'],
    ['trace-cmd/report', 'trace-cmd report -O ftrace:parent, without lines of other locks'],
  ] as const)('%s is allowed: %s', (...[name]) => {
    expect(judge(fixture(name))).toMatchObject({ verdict: 'accepted', coarse: false, hung: false });
  });

  it('a trace whose lines do not say who called is refused in a sentence', () => {
    const lines = fixture('trace-cmd/report').map((line) => line.replace(/ <-- \S+/, ''));
    expect(() => judge(lines)).toThrow(/do not say which function called.*-O ftrace:parent/);
  });

  it('a call that hung is told with what it waits for', () => {
    expect(judge(fixture('hung/command-write'))).toMatchObject({
      verdict: 'rejected',
      hung: true,
      open: [{ task: 'dev0.owner-105', waitsFor: expect.stringMatching(/not unmapped; att0-107/) }],
    });
    expect(judge(fixture('hung/hot-reset-and-command-write')).open).toMatchObject([
      { task: 'dev2.owner-108', waitsFor: expect.stringContaining('not unmapped') },
      { task: 'dev3.owner-109', waitsFor: expect.stringContaining('held by dev2.owner-108') },
    ]);
  });

  it('a kernel that resets without revoking is told at the reset', () => {
    const lines = fixture('broken/hot-reset-without-revoke');
    const verdict = judge(lines);
    expect(verdict.verdict).toBe('rejected');
    expect(verdict.rejection).toMatchObject({ event: 'pci_reset_bus()', task: 'vt-293' });
    expect(lines[verdict.rejection!.line - 1]).toContain(
      'pci_reset_bus <-vfio_pci_dev_set_hot_reset',
    );
    expect(verdict.rejection?.allowed).toContain('vfio_pci_dma_buf_move(vdev0, true)');
    expect(verdict.rejection?.allowed).not.toContain('pci_reset_bus()');
    expect(verdict.state.find(({ what }) => what.startsWith('dma-buf'))?.is).toBe('live');
    expect(verdict.last.at(-1)?.text).toBe('down_write_trylock(&vdev1->memory_lock) = 1');
  });

  it('so it is without markers, and with nothing but functions', () => {
    const lines = fixture('broken/hot-reset-without-revoke');
    const functions = lines.filter((line) => line.includes(' <-') && !line.includes('('));
    const unmarked = lines.filter((line) => !line.includes('tracing_mark_write'));
    expect(judge(unmarked).rejection?.event).toBe('pci_reset_bus()');
    expect(judge(functions).verdict).toBe('rejected');
  });
});

describe('an importer that maps', () => {
  const lines = fixture('stock-7.2.13/revoke');
  const at = (text: string, from = 0) => lines.findIndex((l, i) => i >= from && l.includes(text));
  const importer = (text: string) => `     importer-5 [000] ..... 31.9: ${text}`;
  const map = [
    importer('vfio_pci_dma_buf_map <-dma_buf_map_attachment'),
    importer('map_ret: (dma_buf_map_attachment+0x1/0x2 <- vfio_pci_dma_buf_map) ret=0xffff888001'),
  ];
  const unmap = importer('vfio_pci_dma_buf_unmap <-dma_buf_unmap_attachment');
  const exported = at('GET = 7');
  const drained = at('ww_mutex_unlock <-vfio_pci_dma_buf_move') + 1;
  /** It maps after the export, and unmaps before the line `before`. */
  const trace = (before: number) => [
    ...lines.slice(0, exported),
    ...map,
    ...lines.slice(exported, before),
    unmap,
    ...lines.slice(before),
  ];

  it('may give its mapping up until the revoke returns', () => {
    expect(judge(trace(at('COMMAND.MEM=0'))).verdict).toBe('accepted');
    expect(judge(trace(drained)).verdict).toBe('accepted');
  });

  it('has to have given it up before the section goes on', () => {
    const late = judge(trace(at('COMMAND.MEM=0 = 0') + 1));
    expect(late.rejection?.event).toBe('up_write(&vdev0->memory_lock)');
    expect(late.rejection?.why).toContain('with every mapping given up');
  });

  const COMPLETION = 'wait_for_completion(&priv->comp)';
  const waitsFor = (trace: readonly string[]) => judge(trace, true).open[0]?.waitsFor;

  it('is named where a revoke waits for it for ever', () => {
    expect(waitsFor([...lines.slice(0, exported), ...map, ...lines.slice(exported, drained)])).toBe(
      `${COMPLETION}: an importer that has not unmapped; importer-5 mapped last`,
    );
  });

  /** The next revoke, that of VFIO_DEVICE_RESET, up to its wait. */
  const reset = at('vfio_pci_dma_buf_move <-vfio_pci_core_ioctl');
  const again = at('ww_mutex_unlock <-vfio_pci_dma_buf_move', reset) + 1;
  const notArmed =
    'the count was not armed again (kref_init()) after the revoke before, so that nobody completes it';

  it('is not blamed where it has unmapped: then the count was not armed again', () => {
    const mapped = trace(at('COMMAND.MEM=0')).slice(0, again + map.length + 1);
    expect(waitsFor(mapped)).toBe(
      `${COMPLETION}: no mapping that the trace shows is left, so ${notArmed}`,
    );
  });

  it('is blamed where it has mapped again', () => {
    const mapped = trace(at('COMMAND.MEM=0'));
    const late = mapped.findIndex((line) => line.includes('VFIO_DEVICE_RESET'));
    const hung = [...mapped.slice(0, late), ...map, ...mapped.slice(late, again + map.length + 1)];
    expect(waitsFor(hung)).toBe(
      `${COMPLETION}: an importer that has not unmapped; importer-5 mapped last`,
    );
  });

  it('may be to blame as well as the count where no line shows whether it has unmapped', () => {
    expect(waitsFor(lines.slice(0, again))).toBe(
      `${COMPLETION}: an importer that has not unmapped; or ${notArmed}. The trace does not tell which`,
    );
  });

  it('of the first revoke it is the count that was never set', () => {
    const unmapped = trace(at('COMMAND.MEM=0'));
    const first = unmapped.findIndex((line) =>
      line.includes('ww_mutex_unlock <-vfio_pci_dma_buf_move'),
    );
    expect(waitsFor(unmapped.slice(0, first + 1))).toBe(
      `${COMPLETION}: no mapping that the trace shows is left, so the count was not set when it was exported (kref_init())`,
    );
  });

  it('gets no mapping of a revoked buffer', () => {
    const off = at('COMMAND.MEM=0 = 0') + 1;
    const verdict = judge([...lines.slice(0, off), ...map, unmap, ...lines.slice(off)]);
    expect(verdict.rejection?.event).toBe('vfio_pci_dma_buf_map() = ok');
  });
});

/** Calls that no correct kernel leaves out; each stands for a rule of the contract. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  'stock-7.2.13/hot-reset': [
    'vfio_pci_dma_buf_move(true) <-vfio_pci_dev_set_hot_reset',
    'vfio_pci_dma_buf_move(false) <-vfio_pci_dev_set_hot_reset',
    'vfio_pci_dma_buf_move(true) <-vfio_pci_dma_buf_cleanup',
    'vfio_device_put_registration <-vfio_pci_dma_buf_cleanup',
    'vfio_pci_core_disable <-vfio_pci_core_close_device',
    'down_write_trylock <-vfio_pci_dev_set_hot_reset',
    'up_write <-vfio_pci_dev_set_hot_reset',
    'ww_mutex_lock <-vfio_pci_dma_buf_move',
    'ww_mutex_unlock <-vfio_pci_dma_buf_move',
  ],
  'stock-7.2.13/revoke': [
    'vfio_pci_dma_buf_move(true) <-vfio_basic_config_write',
    'vfio_pci_dma_buf_move(false) <-vfio_basic_config_write',
    'vfio_pci_dma_buf_move(true) <-vfio_pci_core_ioctl',
    'vfio_pci_dma_buf_move(false) <-vfio_pci_core_ioctl',
    'down_write <-vfio_pci_core_ioctl',
    'up_write <-vfio_pci_core_ioctl',
    'down_write <-vfio_pci_dma_buf_cleanup',
    'up_write <-vfio_basic_config_write',
  ],
};

/** Calls that happen once: a lock taken or given back twice, a buffer taken off the list twice. */
const ONCE: Readonly<Record<string, readonly string[]>> = {
  'stock-7.2.13/hot-reset': [
    'down_write_trylock <-vfio_pci_dev_set_hot_reset',
    'up_write <-vfio_pci_dev_set_hot_reset',
    'ww_mutex_lock <-vfio_pci_dma_buf_move',
    'ww_mutex_unlock <-vfio_pci_dma_buf_move',
    'vfio_device_put_registration <-vfio_pci_dma_buf_cleanup',
    'vfio_pci_core_disable <-vfio_pci_core_close_device',
    'vfio_pci_dma_buf_release <-dma_buf_release',
  ],
  'stock-7.2.13/revoke': [
    'down_write <-vfio_pci_core_ioctl',
    'up_write <-vfio_pci_core_ioctl',
    'down_write <-vfio_basic_config_write',
    'up_write <-vfio_basic_config_write',
    'down_write <-vfio_pci_dma_buf_cleanup',
    'vfio_pci_dma_buf_release <-dma_buf_release',
  ],
};

/** One of the units of a trace that are among some calls. */
function oneOf(calls: Readonly<Record<string, readonly string[]>>) {
  const all = Object.entries(calls).flatMap(([name, whats]) => {
    const lines = fixture(name);
    const units = unitsOf(lines).filter(({ what }) => whats.includes(what));
    for (const what of whats) expect(units.map((unit) => unit.what)).toContain(what);
    return units.map((unit) => ({ lines, unit }));
  });
  return fc.constantFrom(...all);
}

describe('a trace with one call changed', () => {
  it('is rejected where a call is left out that no correct kernel leaves out', () => {
    fc.assert(
      fc.property(oneOf(NEEDED), ({ lines, unit }) => {
        expect(judge(dropped(lines, unit)).verdict).toBe('rejected');
      }),
      { numRuns: 60 },
    );
  });

  it('is rejected where a call is doubled that happens once', () => {
    fc.assert(
      fc.property(oneOf(ONCE), ({ lines, unit }) => {
        expect(judge(doubled(lines, unit)).verdict).toBe('rejected');
      }),
      { numRuns: 60 },
    );
  });

  it('is rejected where access is given up after the reset instead of before', () => {
    const lines = fixture('stock-7.2.13/hot-reset');
    const units = unitsOf(lines);
    const find = (what: string) => units.find((unit) => unit.what === what)!;
    const reset = find('pci_reset_bus <-vfio_pci_dev_set_hot_reset');
    const move = find('vfio_pci_dma_buf_move(true) <-vfio_pci_dev_set_hot_reset');
    expect(judge(moved(lines, reset, move))).toMatchObject({
      verdict: 'rejected',
      rejection: { event: 'pci_reset_bus()' },
    });
  });

  it('is rejected where the reset lies after the end of the section', () => {
    const lines = fixture('stock-7.2.13/revoke');
    const units = unitsOf(lines);
    const reset = units.find(
      ({ what }) => what === 'pci_try_reset_function <-vfio_pci_core_ioctl',
    )!;
    const unlock = units.find(({ what }) => what === 'up_write <-vfio_pci_core_ioctl')!;
    const after = units[units.indexOf(unlock) + 1]!;
    expect(judge(moved(lines, reset, after)).rejection?.event).toBe('pci_try_reset_function()');
  });

  it('is rejected where a device is disabled before its buffers are cleaned up', () => {
    const lines = fixture('stock-7.2.13/close-first');
    const units = unitsOf(lines);
    const disable = units.find(({ what }) => what.startsWith('vfio_pci_core_disable'))!;
    const cleanup = units.find(({ what }) => what.startsWith('vfio_pci_dma_buf_cleanup'))!;
    expect(judge(moved(lines, disable, cleanup)).rejection?.event).toBe('vfio_pci_core_disable()');
  });

  it('is rejected where a map of a revoked buffer answers 0', () => {
    const lines = fixture('lockdep-7.2.13/revoke');
    const change = (line: string) => line.replace(/(iommufd_map_ret: .* ret=)\S+/, '$1-19');
    const first = lines.findIndex((line) => line.includes('iommufd_map_ret'));
    const wrong = lines.with(first, change(lines[first]!));
    expect(judge(wrong)).toMatchObject({
      verdict: 'rejected',
      rejection: { line: first + 1, why: 'A buffer that is not revoked does not answer -ENODEV.' },
    });
  });

  it.each([
    'stock-7.2.13/hot-reset',
    'stock-7.2.13/revoke',
    'lockdep-7.2.13/hot-reset',
    'lockdep-7.2.13/revoke',
    'kernel-run-7.3.4/hot-reset',
    'probes-7.3.4/hot-reset',
  ])('is rejected where __vfio_pci_memory_enabled() answers otherwise: %s', (name) => {
    const lines = fixture(name);
    const tests = unitsOf(lines).filter(({ what }) =>
      what.startsWith('__vfio_pci_memory_enabled returns'),
    );
    expect(tests).not.toEqual([]);
    for (const { from } of tests) {
      const other = (_: string, value: string) => `ret=${Number(value) === 0 ? 1 : 0}`;
      const flipped = lines.with(from, lines[from]!.replace(/ret=(\w+)/, other));
      expect({ line: from + 1, verdict: judge(flipped).verdict }).toEqual({
        line: from + 1,
        verdict: 'rejected',
      });
    }
  });

  it('is allowed where the order is nobody’s rule', () => {
    const lines = fixture('stock-7.2.13/hot-reset');
    const units = unitsOf(lines);
    const anywhere = units.filter(({ what }) =>
      /^(unmap_mapping_range|vfio_pci_set_power_state|vfio_pci_ioctl_get_region_info)/.test(what),
    );
    const places = units.filter(({ what }) => what.includes('vfio_pci_dev_set_hot_reset'));
    const zaps = anywhere.filter(({ what }) => what.startsWith('unmap_mapping_range'));
    fc.assert(
      fc.property(fc.constantFrom(...zaps), fc.constantFrom(...places), (zap, place) => {
        fc.pre(zap !== place);
        expect(judge(moved(lines, zap, place)).verdict).toBe('accepted');
      }),
      { numRuns: 20 },
    );
    fc.assert(
      fc.property(fc.constantFrom(...anywhere), (unit) => {
        expect(judge(dropped(lines, unit)).verdict).toBe('accepted');
      }),
      { numRuns: 20 },
    );
  });
});

describe('what a trace does not show', () => {
  it.each(GOOD)('%s is allowed without the probes', (name) => {
    const lines = fixture(name).filter((line) => !/: \(\w/.test(line));
    expect(judge(lines).verdict).toBe('accepted');
  });

  it.each(GOOD)('%s is allowed without markers and tracepoints', (name) => {
    const lines = fixture(name).filter((line) => line.includes(' <-'));
    expect(judge(lines).verdict).toBe('accepted');
  });

  it.each(GOOD)('%s is allowed without vfio_pci_dma_buf_move', (name) => {
    const lines = fixture(name).filter((line) => !/vfio_pci_dma_buf_move( <-|\+)/.test(line));
    expect(judge(lines).verdict).toBe('accepted');
  });

  it.each(GOOD)('%s is allowed without locks', (name) => {
    const lines = fixture(name).filter(
      (line) =>
        !/(down_write|up_write|down_write_trylock)( <-|\+|\))|lock_(acquire|release):/.test(line),
    );
    expect(judge(lines).verdict).toBe('accepted');
  });
});

describe('a trace of probes alone', () => {
  const lines = fixture('probes-7.3.4/hot-reset');

  it('is judged where the probes say who called', () => {
    expect(judge(lines)).toMatchObject({ verdict: 'accepted', coarse: false });
  });

  it.each([
    'vfio_pci_dma_buf_move(true) <-vfio_pci_dev_set_hot_reset',
    'vfio_pci_dma_buf_move(false) <-vfio_pci_dev_set_hot_reset',
    'vfio_pci_dma_buf_move(true) <-vfio_basic_config_write',
    'vfio_pci_dma_buf_move(true) <-vfio_pci_dma_buf_cleanup',
    'dma_buf_invalidate_mappings <-vfio_pci_dma_buf_move',
    'down_write_trylock',
    'up_write <-vfio_pci_dev_set_hot_reset',
  ])('is rejected without one %s', (what) => {
    const unit = unitsOf(lines).find((one) => one.what === what)!;
    expect(judge(dropped(lines, unit)).verdict).toBe('rejected');
  });

  it.each(GOOD)('is refused where they do not: %s', (name) => {
    const uncalled = fixture(name).filter((line) => !line.includes(' <-') || line.includes('+0x'));
    expect(() => judge(uncalled)).toThrow(/do not say which function called.*by=\$stack0:symbol/);
  });
});

describe('a trace with many devices that were open before', () => {
  /** Each of them is locked once, so that any state of each fits at first. */
  const devices = Array.from({ length: 6 }, (_, d) => {
    const sem = `sem=0xffff8cc2${d}0000548`;
    return ['down_write', 'up_write'].flatMap((lock) => [
      `     other-7 [000] ...1. 9.0: ${lock}: (${lock}+0x0/0x60) ${sem}`,
      `     other-7 [000] ...1. 9.0: ${lock} <-vfio_pci_memory_lock_and_enable`,
    ]);
  }).flat();

  it('is judged coarsely', () => {
    const lines = [...devices, ...fixture('stock-7.2.13/hot-reset')];
    expect(judge(lines)).toMatchObject({ verdict: 'accepted', coarse: true });
  });

  it('and still rejected where one device breaks a rule', { timeout: 60_000 }, () => {
    const broken = [...devices, ...fixture('broken/hot-reset-without-revoke')];
    expect(judge(broken)).toMatchObject({
      verdict: 'rejected',
      coarse: true,
      rejection: { event: 'pci_reset_bus()' },
    });
    const good = fixture('stock-7.2.13/hot-reset');
    const needed = NEEDED['stock-7.2.13/hot-reset']!.map(
      (what) => unitsOf(good).find((unit) => unit.what === what)!,
    );
    for (const unit of needed) {
      const { verdict, coarse } = judge([...devices, ...dropped(good, unit)]);
      expect({ call: unit.what, verdict, coarse }).toEqual({
        call: unit.what,
        verdict: 'rejected',
        coarse: true,
      });
    }
  });
});

describe('two tasks', () => {
  /** A trace as another task makes it, on another device. */
  const elsewhere = (lines: readonly string[]) =>
    lines.map((line) =>
      line
        .replace(/vt-\d+ /, 'other-77 ')
        .replaceAll('0xffff8cc142d92', '0xffff8cc152d92')
        .replace(/ino=(\d+)/, 'ino=9$1'),
    );

  it('on two devices may be interleaved as they like', () => {
    const one = fixture('stock-7.2.13/close-first');
    const other = elsewhere(fixture('stock-7.2.13/revoke'));
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 12, maxLength: 30 }),
        (runs) => {
          const lines: string[] = [];
          const rest = [[...one], [...other]];
          for (const [i, length] of runs.entries()) lines.push(...rest[i % 2]!.splice(0, length));
          lines.push(...rest[0]!, ...rest[1]!);
          const verdict = judge(lines);
          expect(verdict.rejection).toBeUndefined();
          expect(verdict.devices).toHaveLength(2);
        },
      ),
      { numRuns: 15 },
    );
  });

  it('on one device take its memory_lock one after the other', () => {
    const lines = fixture('stock-7.2.13/revoke');
    const at = (text: string, from = 0) => lines.findIndex((l, i) => i >= from && l.includes(text));
    const config = at('vfio_basic_config_write <-', at('COMMAND.MEM=1'));
    const other = (from: number, to: number) =>
      lines.slice(from, to).map((line) => line.replace(/vt-\d+ /, 'other-77 '));
    const lock = at('down_write <-', config);
    const move = at('vfio_pci_dma_buf_move <-', lock);
    const unlock = at('up_write <-', lock);
    const waits = other(config, lock + 1);
    const goesOn = [...other(move - 1, move + 1), ...other(unlock - 1, unlock + 1)];
    const begin = at('down_write <-vfio_pci_core_ioctl');
    const end = at('up_write <-vfio_pci_core_ioctl');
    // Before this line the first task may still be waiting for the lock itself.
    const holds = at('vfio_pci_dma_buf_move <-vfio_pci_core_ioctl') + 1;
    fc.assert(
      fc.property(fc.integer({ min: begin + 1, max: end }), (place) => {
        const before = [...lines.slice(0, place), ...waits, ...lines.slice(place, end + 1)];
        expect(judge([...before, ...goesOn, ...lines.slice(end + 1)]).rejection).toBeUndefined();
        const inside = [...lines.slice(0, place), ...waits, ...goesOn, ...lines.slice(place)];
        if (place < holds) return;
        expect(judge(inside)).toMatchObject({
          verdict: 'rejected',
          rejection: { event: 'vfio_pci_dma_buf_move(vdev0, false)', task: 'other-77' },
        });
      }),
      { numRuns: 15 },
    );
  });

  it('a reset by a task that does not hold the lock is rejected', () => {
    const lines = fixture('stock-7.2.13/revoke');
    const reset = lines.findIndex((line) =>
      line.includes('pci_try_reset_function <-vfio_pci_core_ioctl'),
    );
    const stray = lines[reset]!.replace(/vt-\d+ /, 'other-77 ');
    expect(judge(lines.with(reset, stray)).rejection?.task).toBe('other-77');
  });
});

describe('a trace that ends inside a call', () => {
  const lines = fixture('stock-7.2.13/revoke');
  const wait = lines.findIndex((line) => line.includes('dma_resv_wait_timeout'));

  it('is incomplete, and accepted', () => {
    expect(judge(lines.slice(0, wait + 1))).toMatchObject({
      verdict: 'accepted',
      hung: false,
      open: [{ task: 'vt-370', text: 'dma_resv_wait_timeout()' }],
    });
  });

  it('is rejected where it is known to hang, and says on what it waits', () => {
    const waitsFor = 'dma_resv_wait_timeout(): a fence of an importer that is not signalled';
    expect(judge(lines.slice(0, wait + 1), true)).toMatchObject({
      verdict: 'rejected',
      hung: true,
      open: [{ waitsFor }],
    });
    const marker = '     watchdog-1 [000] ...1. 99.0: tracing_mark_write: HUNG VFIO_DEVICE_RESET';
    expect(judge([...lines.slice(0, wait + 1), marker])).toMatchObject({ verdict: 'rejected' });
    expect(judge(lines.slice(0, wait + 2), true).open[0]?.waitsFor).toBe(
      'wait_for_completion(&priv->comp): an importer that has not unmapped',
    );
  });

  it('of two tasks one waits for the lock that the other holds', () => {
    const want = lines
      .slice(lines.findIndex((line) => line.includes('down_write <-vfio_pci_core_ioctl')) - 1)
      .slice(0, 2)
      .map((line) => line.replace(/vt-\d+ /, 'other-77 '));
    const verdict = judge([...lines.slice(0, wait + 1), ...want], true);
    expect(verdict.open.find(({ task }) => task === 'other-77')?.waitsFor).toContain(
      'memory_lock of vdev0, held by vt-370',
    );
  });

  it('that has returned from every call is not hung', () => {
    expect(judge(lines.slice(0, -4), true)).toMatchObject({ verdict: 'accepted', hung: false });
  });
});

it('a buffer that is left over in every round takes no room', { timeout: 60_000 }, () => {
  const once = fixture('stock-7.2.13/close-first');
  const left = once.slice(
    0,
    once.findIndex((line) => line.includes('STEP close dmabuf')),
  );
  const lines = Array.from({ length: 200 }, (_, round) =>
    left.map((line) => line.replace(/ino=(\d+)/, `ino=${round}$1`)),
  ).flat();
  expect(judge(lines)).toMatchObject({ verdict: 'accepted', coarse: false });
});

it('judges 100,000 lines with bounded memory', { timeout: 60_000 }, () => {
  const once = fixture('stock-7.2.13/hot-reset');
  const lines = Array.from({ length: Math.ceil(100_000 / once.length) }, () => once).flat();
  expect(judge(lines)).toMatchObject({ verdict: 'accepted', events: lines.length });
});

describe('a device in low power that the PM core suspends', () => {
  const lines = fixture('lockdep-7.2.13/revoke');
  const entered = lines.findIndex((line) => line.includes('up_write <-vfio_pci_runtime_pm_entry'));
  const lock = /sem=\S+/.exec(lines[entered - 1]!)![0];
  const time = /[\d.]+(?=: up_write)/.exec(lines[entered]!)![0];
  const suspend = [
    `dw: (down_write+0x0/0xb0) ${lock}`,
    'down_write <-vfio_pci_core_runtime_suspend',
    'vfio_pci_set_power_state <-vfio_pci_core_runtime_suspend',
    `uw: (up_write+0x0/0x200) ${lock}`,
    'up_write <-vfio_pci_core_runtime_suspend',
  ].map((what) => `      kworker/0:1-10      [000] ...1.    ${time}: ${what}`);
  const suspendedAt = (line: number) => [...lines.slice(0, line), ...suspend, ...lines.slice(line)];

  it('is suspended in a section of its own', () => {
    expect(judge(suspendedAt(entered + 1)).verdict).toBe('accepted');
  });

  it('and not while LOW_POWER_ENTRY holds memory_lock', () => {
    expect(judge(suspendedAt(entered - 1)).verdict).toBe('rejected');
  });
});
