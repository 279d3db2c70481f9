import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type SurfaceOptions, SyscallSurface } from './syscalls.ts';

/**
 * The order of the simulator's functions against function traces of real kernels. The fixtures say
 * which kernel and scenario; functions that its tracer could not see are left out of the comparison.
 */

/** The functions that are compared: what the simulator logs and some tracer saw. */
const COMPARED = new Set(
  `__pci_reset_function_locked __vfio_pci_memory_enabled dma_buf_export dma_buf_fd
   dma_buf_file_release dma_buf_invalidate_mappings dma_buf_release dma_resv_wait_timeout down_write
   down_write_trylock iopt_revoke_notify mutex_lock mutex_unlock pci_reset_bus
   pci_try_reset_function pcim_p2pdma_provider unmap_mapping_range up_write vfio_basic_config_write
   vfio_device_put_registration vfio_device_try_get_registration vfio_pci_core_close_device
   vfio_pci_core_disable vfio_pci_core_feature_dma_buf vfio_pci_core_get_dmabuf_phys
   vfio_pci_dev_set_hot_reset vfio_pci_dev_set_needs_reset vfio_pci_dev_set_pm_runtime_get
   vfio_pci_dev_set_resettable vfio_pci_dev_set_try_reset vfio_pci_dma_buf_cleanup
   vfio_pci_dma_buf_move vfio_pci_dma_buf_release vfio_pci_ioctl_reset vfio_pci_set_power_state
   vfio_pci_zap_bars ww_mutex_lock ww_mutex_unlock`.split(/\s+/),
);

interface Section {
  readonly functions: readonly string[];
  readonly unseen: ReadonlySet<string>;
}

/** The sections of a fixture, by name. */
function fixture(name: string): Map<string, Section> {
  const text = readFileSync(new URL(`./fixtures/${name}.txt`, import.meta.url), 'utf8');
  const [header, ...parts] = text.split(/^\[(.+)\]$/m);
  const everywhere = words(header!, 'not seen by this tracer');
  const sections = new Map<string, Section>();
  for (let i = 0; i < parts.length; i += 2) {
    const lines = parts[i + 1]!.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    const unseen = new Set([...everywhere, ...words(parts[i + 1]!, 'inlined here')]);
    sections.set(parts[i]!, { functions: lines, unseen });
  }
  return sections;
}

function words(text: string, key: string): string[] {
  return new RegExp(`^# ${key}: (.*)$`, 'm').exec(text)?.[1]?.split(' ') ?? [];
}

/** What the simulator logs of the process while `work` runs: a suspend is a worker's. */
function logged(surface: SyscallSurface, work: () => unknown): string[] {
  const { trace } = surface.kernel;
  const from = trace.length;
  work();
  const own = trace.slice(from).filter(({ thread }) => thread === 'process');
  return own.map((entry) => entry.function);
}

function agrees(section: Section | undefined, log: readonly string[]): void {
  const seen = (name: string) => COMPARED.has(name) && !section?.unseen.has(name);
  expect(log.filter(seen)).toEqual(section?.functions);
}

function opened(options: Partial<SurfaceOptions> = {}): SyscallSurface {
  const surface = new SyscallSurface({ devices: [{}], ...options });
  surface.open(0);
  return surface;
}

describe('stock kernel, one device', () => {
  const sections = fixture('stock-revoke');

  it('export', () => {
    const surface = opened();
    agrees(
      sections.get('export'),
      logged(surface, () => surface.feature(0)),
    );
  });

  it('memory off and on, reset', () => {
    const surface = opened();
    surface.feature(0);
    agrees(
      sections.get('memory off'),
      logged(surface, () => surface.writeCommand(0, false)),
    );
    agrees(
      sections.get('memory on'),
      logged(surface, () => surface.writeCommand(0, true)),
    );
    agrees(
      sections.get('reset'),
      logged(surface, () => surface.deviceReset(0)),
    );
  });

  it('close of the dma-buf, then of the device', () => {
    const surface = opened();
    const fd = Number(surface.feature(0));
    agrees(
      sections.get('close dma-buf'),
      logged(surface, () => surface.closeFd(fd)),
    );
    agrees(
      sections.get('close device'),
      logged(surface, () => surface.close(0)),
    );
  });

  it('close of the device with a dma-buf open, then of the dma-buf', () => {
    const closeFirst = fixture('stock-close-first');
    const surface = opened();
    const fd = Number(surface.feature(0));
    agrees(
      closeFirst.get('close device'),
      logged(surface, () => surface.close(0)),
    );
    agrees(
      closeFirst.get('close dma-buf'),
      logged(surface, () => surface.closeFd(fd)),
    );
  });
});

describe('stock kernel, hot reset of two devices', () => {
  const bothOpen = () => {
    const surface = opened({ devices: [{ reset_works: false }, { reset_works: false }] });
    surface.open(1);
    return { surface, fds: [Number(surface.feature(0)), Number(surface.feature(1))] };
  };
  const reset = (surface: SyscallSurface) => surface.hotReset(0, { group_fds: [[0, 1]] });

  it('reset, close of one device after the other, close of the dma-bufs', () => {
    const sections = fixture('stock-hot-reset');
    const { surface, fds } = bothOpen();
    agrees(
      sections.get('hot reset'),
      logged(surface, () => reset(surface)),
    );
    agrees(
      sections.get('close B'),
      logged(surface, () => surface.close(1)),
    );
    agrees(
      sections.get('close A'),
      logged(surface, () => surface.close(0)),
    );
    const closeAll = () => fds.map((fd) => surface.closeFd(fd));
    agrees(sections.get('close dma-bufs'), logged(surface, closeAll));
  });

  it('-EBUSY: what is locked is un-revoked and unlocked, nothing is reset', () => {
    const { surface } = bothOpen();
    surface.holdMemoryLock(1);
    const log = logged(surface, () => expect(reset(surface)).toBe('-EBUSY'));
    agrees(fixture('stated-hot-reset-ebusy').get('hot reset'), log);
  });
});

describe('kernel with lockdep, iommufd as importer', () => {
  it('memory off and on, reset, low power', () => {
    const sections = fixture('lockdep-revoke');
    const surface = opened();
    const fd = Number(surface.feature(0));
    const first = surface.mapFile(fd);
    surface.mapFile(fd);
    const off = () => surface.writeCommand(0, false);
    const on = () => surface.writeCommand(0, true);
    agrees(sections.get('memory off, two mappings'), logged(surface, off));
    if (typeof first === 'object') surface.ioasUnmap(first);
    agrees(sections.get('memory on, one left'), logged(surface, on));
    surface.mapFile(fd);
    agrees(sections.get('memory on again'), logged(surface, on));
    agrees(
      sections.get('reset, two mappings'),
      logged(surface, () => surface.deviceReset(0)),
    );
    surface.mapFile(fd);
    surface.mapFile(fd);
    const enter = () => surface.lowPowerEntry(0);
    agrees(sections.get('low power entry, four mappings'), logged(surface, enter));
  });

  const bound = (faults: SurfaceOptions['faults'] = []) => {
    const devices = [{ reset_works: false }, { reset_works: false }];
    const surface = new SyscallSurface({ interface: 'cdev', devices, faults });
    surface.bindIommufd(0, 1);
    const fd = Number(surface.feature(0));
    surface.mapFile(fd);
    return { surface, fd };
  };

  it('hot reset with B not open, and with the memory of B off', () => {
    const sections = fixture('lockdep-hot-reset');
    const { surface, fd } = bound();
    agrees(
      sections.get('hot reset, B not open'),
      logged(surface, () => surface.hotReset(0)),
    );
    surface.bindIommufd(1, 1);
    for (let i = 0; i < 3; i++) surface.mapFile(fd);
    surface.writeCommand(1, false);
    agrees(
      sections.get('hot reset, memory of B off'),
      logged(surface, () => surface.hotReset(0)),
    );
  });

  it('a kernel without the revoke before the reset is told by its trace alone', () => {
    const broken = fixture('broken-hot-reset').get('hot reset, B not open');
    const { surface } = bound(['T1']);
    const log = logged(surface, () => expect(surface.hotReset(0)).toBe('ok'));
    agrees(broken, log);
    const sound = bound().surface;
    expect(logged(sound, () => sound.hotReset(0))).not.toEqual(log);
  });
});
