import { describe, expect, it } from 'vitest';
import { doubled, dropped, fixture, judge, moved, type Unit, unitsOf } from './mutations.ts';

/**
 * A call that the kernel makes only under a condition says that the condition holds. Each of these
 * traces is one of a good kernel with one such call left out, added or moved.
 */
const REVOKE = fixture('stock-7.2.13/revoke');
const HOT_RESET = fixture('stock-7.2.13/hot-reset');
const UNOPENED = fixture('lockdep-7.2.13/hot-reset');

function units(lines: readonly string[], what: string): Unit[] {
  return unitsOf(lines).filter((unit) => unit.what === what);
}

/** The lines of a walk over the buffers, from the call of vfio_pci_dma_buf_move() on. */
function walkFrom(lines: readonly string[], { from, to }: Unit): Unit {
  const end = lines.findIndex((line, i) => i >= to && !line.includes(' <-vfio_pci_dma_buf_move'));
  return { from, to: end, what: 'a walk' };
}

describe('how a write of PCI_COMMAND takes memory_lock says what it writes', () => {
  const broken = fixture('broken/memory-off-without-revoke');
  const zap = 'vfio_pci_zap_and_down_write_memory_lock <-vfio_basic_config_write';

  it('MEM=0, where it zaps: every buffer has to be revoked', () => {
    const { verdict, rejection } = judge(broken);
    expect(verdict).toBe('rejected');
    expect(broken[rejection!.line - 1]).toContain('up_write <-vfio_basic_config_write');
    expect(rejection?.why).toMatch(/^vfio_basic_config_write\(\) took memory_lock by .*MEM=0/);
    const move = units(REVOKE, 'vfio_pci_dma_buf_move(true) <-vfio_basic_config_write')[0]!;
    const without = judge(dropped(REVOKE, walkFrom(REVOKE, move)));
    expect(without.rejection?.event).toBe('up_write(&vdev0->memory_lock)');
    expect(without.rejection?.why).toContain('MEM=0 is written');
  });

  it('either value, where no line shows that it is a call; then the verdict says so', () => {
    const unzapped = broken.map((line) => line.replace(/zap_and_down_write_memory_lock/, 'other'));
    expect(judge(unzapped)).toMatchObject({ verdict: 'accepted' });
    expect(judge(unzapped).untold).toContainEqual(
      expect.stringMatching(/^whether vfio_basic_config_write\(\) wrote MEM=0 or MEM=1: no line/),
    );
    expect(judge(REVOKE).untold.join()).not.toContain('wrote MEM=0');
  });

  it('MEM=1, where it does not zap: it does not turn memory off', () => {
    const last = units(REVOKE, zap).at(-1)!;
    const again = units(REVOKE, 'vfio_basic_config_write <-vfio_pci_config_rw_single')[0]!;
    const off = REVOKE.slice(
      again.from,
      units(REVOKE, 'up_write <-vfio_basic_config_write')[0]!.to,
    );
    const plain = off
      .filter((line) => !line.includes('zap_and_down_write_memory_lock <-'))
      .map((line) => line.replace(/<-vfio_pci_zap_\w+/, '<-vfio_basic_config_write'));
    expect(plain).toHaveLength(off.length - 1);
    const at = REVOKE.findIndex((line) => line.includes('RES COMMAND.MEM=1 = 0')) + 1;
    expect(at).toBeGreaterThan(last.to);
    const twice = judge([...REVOKE.slice(0, at), ...plain, ...REVOKE.slice(at)]);
    expect(twice.rejection?.event).toBe('up_write(&vdev0->memory_lock)');
    expect(twice.rejection?.why).toContain('where MEM=1 is written');
    const zapped = judge([...REVOKE.slice(0, at), ...off, ...REVOKE.slice(at)]);
    expect(zapped.rejection?.event).not.toBe('up_write(&vdev0->memory_lock)');
  });

  it('a VF, whose MEM bit means nothing, gets its buffers back at once', () => {
    const [giving] = units(REVOKE, 'vfio_pci_dma_buf_move(false) <-vfio_basic_config_write');
    const walk = walkFrom(REVOKE, giving!);
    const [off] = units(REVOKE, 'up_write <-vfio_basic_config_write');
    const emptyWalk = REVOKE.filter((_, i) => i < giving!.to || i >= walk.to);
    const given = REVOKE.slice(walk.from, walk.to);
    expect(
      judge([...emptyWalk.slice(0, off!.from), ...given, ...emptyWalk.slice(off!.from)]),
    ).toMatchObject({ verdict: 'accepted' });
  });
});

describe('whether access is given back says what __vfio_pci_memory_enabled() said', () => {
  it.each([
    'vfio_pci_dma_buf_move(false) <-vfio_pci_core_ioctl',
    'vfio_pci_dma_buf_move(false) <-vfio_basic_config_write',
  ])('a section without %s leaves memory off', (what) => {
    const [giving] = units(REVOKE, what);
    const without = dropped(REVOKE, walkFrom(REVOKE, giving!));
    expect(judge(without).verdict).toBe('rejected');
  });
});

describe('a hot reset asks __vfio_pci_memory_enabled() of devices that are open', () => {
  const test = '__vfio_pci_memory_enabled returns <-vfio_pci_dev_set_hot_reset';

  it('and of each of them', () => {
    const tests = units(HOT_RESET, test);
    expect(tests).toHaveLength(4);
    for (const unit of tests) {
      const move = unitsOf(HOT_RESET).find(({ from }) => from >= unit.to)!;
      const walk = walkFrom(HOT_RESET, move);
      const untested = dropped(dropped(HOT_RESET, walk), unit);
      expect(judge(untested).rejection?.why).toContain('did not ask');
    }
  });

  it('and never of one that is closed, whose vconfig is gone', () => {
    expect(judge(UNOPENED).verdict).toBe('accepted');
    const [first] = units(UNOPENED, test);
    const [, second] = units(UNOPENED, 'up_write <-vfio_pci_dev_set_hot_reset');
    // Its own device is given back second; the other one is closed, and given back first.
    expect(first!.from).toBeLessThan(second!.from);
    const of = UNOPENED.slice(first!.from, first!.to).map((line) =>
      line.replace(/ret=\S+/, 'ret=0'),
    );
    const [closed] = units(UNOPENED, 'up_write <-vfio_pci_dev_set_hot_reset');
    const asked = [...UNOPENED.slice(0, closed!.from), ...of, ...UNOPENED.slice(closed!.from)];
    expect(judge(asked).verdict).toBe('rejected');
  });
});

describe('the last close of a set resets the bus', () => {
  const reset = 'pci_reset_bus <-vfio_pci_core_disable';

  it('when no other device of the set is open', () => {
    const [last] = units(HOT_RESET, reset);
    const [, inClose] = units(HOT_RESET, 'vfio_pci_set_power_state <-vfio_pci_core_disable');
    const [early] = units(HOT_RESET, 'vfio_pci_set_power_state <-vfio_pci_core_disable');
    expect(judge(moved(HOT_RESET, last!, inClose!)).verdict).toBe('accepted');
    expect(judge(moved(HOT_RESET, last!, early!)).rejection?.event).toBe('pci_reset_bus()');
  });
});

describe('a release puts the registration of a buffer that is on the list', () => {
  const put = 'vfio_device_put_registration <-vfio_pci_dma_buf_release';

  it('once', () => {
    const [unit] = units(REVOKE, put);
    expect(judge(dropped(REVOKE, unit!)).verdict).toBe('rejected');
    expect(judge(doubled(REVOKE, unit!)).verdict).toBe('rejected');
  });

  it('and neither it nor memory_lock is touched by the release of one that was cleaned up', () => {
    const cleaned = fixture('stock-7.2.13/close-first');
    const listed = cleaned.findIndex((line) =>
      line.includes('up_write <-vfio_pci_dma_buf_release'),
    );
    const [lock, put] = [
      cleaned.slice(listed - 3, listed + 1),
      cleaned.slice(listed + 1, listed + 2),
    ];
    expect(lock.join()).toContain('down_write <-vfio_pci_dma_buf_release');
    expect(put.join()).toContain('vfio_device_put_registration <-vfio_pci_dma_buf_release');
    const released = units(cleaned, 'vfio_pci_dma_buf_release <-dma_buf_release').at(-1)!.to;
    const then = (lines: readonly string[]) =>
      judge([...cleaned.slice(0, released), ...lines, ...cleaned.slice(released)]).rejection?.event;
    expect(then([])).toBeUndefined();
    expect(then(put)).toBe('vfio_device_put_registration()');
    expect(then(lock)).toBe('down_write(&vdev0->memory_lock)');
  });
});

describe('vfio_pci_dma_buf_map() builds an sg_table of a buffer that is not revoked', () => {
  const lines = fixture('trace-cmd/report');
  const built = unitsOf(lines).filter(({ what }) => what.startsWith('dma_buf_phys_vec_to_sgt'));

  it('where it answers 0', () => {
    expect(built.length).toBeGreaterThan(3);
    for (const unit of built) expect(judge(dropped(lines, unit)).verdict).toBe('rejected');
  });

  it('and of no other', () => {
    const refused = lines.findIndex((line) => line.includes('ret=0xffffffffffffffed'));
    const line = lines[built[0]!.from]!;
    const wrong = [...lines.slice(0, refused), line, ...lines.slice(refused)];
    expect(judge(wrong).rejection?.event).toBe('vfio_pci_dma_buf_map() = -ENODEV');
  });

  it('also where no answers are shown', () => {
    const unanswered = lines.filter((line) => !line.includes('vfio_pci_dma_buf_map_ret'));
    expect(judge(unanswered).verdict).toBe('accepted');
    const revoked = unanswered.findLastIndex((line) =>
      line.includes('vfio_pci_dma_buf_map <-- dma_buf_map_attachment'),
    );
    const line = lines[built[0]!.from]!;
    const wrong = [...unanswered.slice(0, revoked + 1), line, ...unanswered.slice(revoked + 1)];
    expect(judge(wrong).rejection?.event).toBe('dma_buf_phys_vec_to_sgt()');
  });
});

describe('a reader', () => {
  const lines = fixture('lockdep-7.2.13/trylock-ebusy');

  it('releases no lock that it does not hold for writing', () => {
    const verdict = judge(lines);
    expect(verdict).toMatchObject({ verdict: 'accepted', coarse: false });
    expect(verdict.devices).toEqual(['0xffff888000a10788']);
    expect(verdict.last.some(({ text }) => text.includes('up_write'))).toBe(false);
  });

  it('is told by __vfio_pci_memory_enabled() what the last section left', () => {
    const answers = lines.flatMap((line, i) => (/memen_ret.*ret=1/.test(line) ? [i] : []));
    expect(answers).toHaveLength(106);
    const at = answers[50]!;
    const other = lines.with(at, lines[at]!.replace('ret=1', 'ret=0'));
    expect(judge(other).rejection).toMatchObject({
      line: at + 1,
      event: '__vfio_pci_memory_enabled() = 0',
    });
  });

  it('is told nothing while a writer holds the lock', () => {
    const [begin] = units(REVOKE, 'vfio_pci_dma_buf_move(true) <-vfio_pci_core_ioctl');
    const reader =
      '     vt-9 [000] ..... 31.9: r: (vfio_pci_core_do_io_rw+0x1/0x2 <- __vfio_pci_memory_enabled) ret=1';
    expect(
      judge([...REVOKE.slice(0, begin!.to), reader, ...REVOKE.slice(begin!.to)]),
    ).toMatchObject({
      verdict: 'rejected',
      rejection: { task: 'vt-9' },
    });
  });
});

describe('lock events stand for the functions that are not shown', () => {
  const FUNCTIONS = ['down_write', 'down_write_trylock', 'up_write'];
  /** Without the function tracer and the probes of these functions. */
  const without = (lines: readonly string[], names: readonly string[]) =>
    lines.filter((line) => {
      const name = /(?::|\() ?(\w+)(?: <-|\+0x| <- )/.exec(line.replace(/^.*?\d: /, ': '))?.[1];
      return name === undefined || !names.includes(name);
    });
  const cases = ['lockdep-7.2.13/hot-reset', 'lockdep-7.2.13/revoke'].flatMap((name) =>
    [['down_write'], ['up_write'], ['down_write', 'up_write'], FUNCTIONS].map(
      (names) => [name, names] as const,
    ),
  );

  it.each(cases)('%s without %s', (name, names) => {
    const lines = fixture(name);
    const rest = without(lines, names);
    expect(rest.length).toBeLessThan(lines.length);
    const { verdict, rejection, devices } = judge(rest);
    expect({ verdict, rejection }).toEqual({ verdict: 'accepted' });
    expect(devices).toHaveLength(judge(lines).devices.length);
  });

  it.each(cases)('%s without %s, and without a revoke', (name, names) => {
    const rest = without(fixture(name), names);
    const walk = unitsOf(rest).find(({ what }) =>
      /move\(true\) <-vfio_(pci_dev_set_hot_reset|basic_config_write)/.test(what),
    )!;
    expect(judge(dropped(rest, walkFrom(rest, walk))).verdict).toBe('rejected');
  });
});

it('twelve tasks are no more difficult than one', () => {
  const lines = fixture('broken/hot-reset-without-revoke');
  const reset = lines.findIndex((line) => line.includes('pci_reset_bus <-vfio_pci_dev'));
  const line = lines.find((text) => text.includes('vfio_pci_core_ioctl <-'))!;
  const others = Array.from({ length: 11 }, (_, i) => line.replace(/\S+-\d+ /, `w${i}-100${i} `));
  const verdict = judge([...lines.slice(0, reset), ...others, ...lines.slice(reset)]);
  expect(verdict).toMatchObject({ verdict: 'rejected', rejection: { event: 'pci_reset_bus()' } });
  expect(verdict.tasks).toHaveLength(12);
});
