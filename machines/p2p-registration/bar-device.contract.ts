// Truth: what the RFC states; where it is silent, derived.
import { setup } from 'xstate';

export const labels = [
  'dev.open:ok',
  'dev.device_reset:begin',
  'dev.device_reset:ok',
  'bus.hot_reset:begin',
  'bus.hot_reset:ok',
  'dev.close:begin',
  'dev.close:ok',
  'dev.write_command(MEM=0):begin',
  'dev.write_command(MEM=0):ok',
  'dev.write_command(MEM=1):begin',
  'dev.write_command(MEM=1):ok',
  'dev.write_pmcsr(D3hot):begin',
  'dev.write_pmcsr(D3hot):ok',
  'dev.write_pmcsr(D0):begin',
  'dev.write_pmcsr(D0):ok',
  'dev.low_power_entry:begin',
  'dev.low_power_entry:ok',
  'dev.low_power_exit:begin',
  'dev.low_power_exit:ok',
  'dev.begin',
  'bar.register:admitted#decoding',
  'bar.register:refused#decoding',
  'bar.register:admitted#off',
  'bar.register:refused#off',
  'buf.export:ok#live',
  'buf.export:ok#revoked',
  'buf.export:refused',
  'buf.release#listed',
  'vma.fault:ok#decoding',
  'vma.fault:SIGBUS#decoding',
  'vma.fault:SIGBUS#off',
] as const;

const LOCK = 'vfio_pci_zap_and_down_write_memory_lock, v7.3';
const READ = '__vfio_pci_memory_enabled, pm_runtime_engaged, v7.3, read under memory_lock';
const CONFIG = 'vfio_basic_config_write, v7.3';
const PM = 'vfio_lock_and_set_power_state, v7.3';
const LOW_POWER = 'vfio_pci_runtime_pm_entry, vfio_pci_runtime_pm_exit, v7.3';
const RESET = 'vfio_pci_ioctl_reset, v7.3';
const HOT_RESET = 'vfio_pci_dev_set_hot_reset, v7.3: every device of the set, open or not';
const CLOSE = 'vfio_pci_core_close_device, vfio_pci_core_disable, v7.3';
const OPEN = 'vfio_pci_core_enable, v7.3';
const RELEASE = 'vfio_pci_dma_buf_release, v7.3: unlists the buffer under memory_lock';
const WAIT =
  'derived: a registered BAR is torn down before memory_lock is taken, because the wait for its pages has no end that VFIO knows';

/**
 * A vfio-pci device as its BARs see it: whether memory decodes, and the calls that take the memory
 * away. Each of these first `waits` for the BARs that are being unregistered, then takes
 * memory_lock, zaps and revokes (`dev.begin`), and does its work in `section`. Of the reasons not
 * to decode there is one at a time, and a device that does not decode is not reset: a second
 * reason changes nothing that a BAR, a mapping or a buffer can see.
 */
export const barDevice = setup({
  types: { events: {} as { type: (typeof labels)[number] } },
}).createMachine({
  id: 'bar_device',
  description: 'struct vfio_pci_core_device: open_count, memory decode, the section of memory_lock',
  meta: { labels, source: LOCK },
  initial: 'decoding',
  states: {
    decoding: {
      description: 'D0, MEM=1, not in low power',
      tags: ['quiescent'],
      meta: { source: READ },
      on: {
        ...answersWhileDecoding('decoding'),
        'bar.register:admitted#decoding': to('decoding', READ),
        'dev.device_reset:begin': to('resetting', RESET),
        'bus.hot_reset:begin': to('hot_resetting', HOT_RESET),
        'dev.write_command(MEM=0):begin': to('disabling_memory', CONFIG),
        'dev.write_pmcsr(D3hot):begin': to('entering_d3hot', PM),
        'dev.low_power_entry:begin': to('entering_low_power', LOW_POWER),
        'dev.close:begin': to('closing', CLOSE),
      },
    },
    memory_off: off('memory_off', 'dev.write_command(MEM=1):begin', 'enabling_memory', CONFIG),
    d3hot: off('d3hot', 'dev.write_pmcsr(D0):begin', 'leaving_d3hot', PM),
    low_power: off('low_power', 'dev.low_power_exit:begin', 'leaving_low_power', LOW_POWER),

    disabling_memory: taking(
      'disabling_memory',
      'dev.write_command(MEM=0):ok',
      'memory_off',
      CONFIG,
    ),
    entering_d3hot: taking('entering_d3hot', 'dev.write_pmcsr(D3hot):ok', 'd3hot', PM),
    entering_low_power: taking(
      'entering_low_power',
      'dev.low_power_entry:ok',
      'low_power',
      LOW_POWER,
    ),
    resetting: taking('resetting', 'dev.device_reset:ok', 'decoding', RESET),
    hot_resetting: taking('hot_resetting', 'bus.hot_reset:ok', 'decoding', HOT_RESET),
    closing: {
      description: 'the last reference to the device file is gone: nobody asks any more',
      meta: { source: CLOSE },
      initial: 'waits',
      states: {
        waits: {
          meta: { source: WAIT },
          on: {
            'buf.release#listed': to('#bar_device.closing.waits', RELEASE),
            'dev.begin': to('section', LOCK),
          },
        },
        section: {
          meta: { source: CLOSE },
          on: { 'dev.close:ok': to('#bar_device.closed', CLOSE) },
        },
      },
    },

    enabling_memory: giving('dev.write_command(MEM=1):ok', CONFIG),
    leaving_d3hot: giving('dev.write_pmcsr(D0):ok', PM),
    leaving_low_power: giving('dev.low_power_exit:ok', LOW_POWER),

    closed: {
      tags: ['quiescent', 'absent'],
      meta: { source: CLOSE },
      on: {
        'dev.open:ok': to('decoding', OPEN),
        'bus.hot_reset:begin': to('closed', HOT_RESET),
        'bus.hot_reset:ok': to('closed', HOT_RESET),
      },
    },
  },
});

/** A device that does not decode, and the call that makes it decode again. */
function off(state: string, wake: string, waking: string, source: string) {
  return {
    tags: ['quiescent', 'off'],
    meta: { source },
    on: {
      'bar.register:admitted#off': to(state, READ),
      'bar.register:refused#off': to(state, READ),
      'buf.export:ok#revoked': to(state, READ),
      'buf.export:refused': to(state, READ),
      'buf.release#listed': to(state, RELEASE),
      'vma.fault:SIGBUS#off': to(state, READ),
      [wake]: to(waking, source),
      'dev.close:begin': to('closing', CLOSE),
    },
  };
}

/** A call that takes the memory away, until it returns to `next`. */
function taking(state: string, done: string, next: string, source: string) {
  return {
    meta: { source },
    initial: 'waits',
    states: {
      waits: {
        description: 'memory_lock is free; no registration is admitted any more',
        meta: { source: WAIT },
        on: {
          ...answersWhileDecoding(`#bar_device.${state}.waits`),
          'dev.begin': to('section', LOCK),
        },
      },
      section: {
        description: 'memory_lock is held for writing, PTEs are zapped, buffers revoked',
        meta: { source },
        on: { [done]: to(`#bar_device.${next}`, source) },
      },
    },
  };
}

/** A call that gives the memory back, under memory_lock. */
function giving(done: string, source: string) {
  return { meta: { source }, on: { [done]: to('decoding', source) } };
}

/** What is answered under memory_lock while memory decodes; the BAR decides. */
function answersWhileDecoding(state: string) {
  return {
    'bar.register:refused#decoding': to(state, READ),
    'buf.export:ok#live': to(state, READ),
    'buf.export:refused': to(state, READ),
    'buf.release#listed': to(state, RELEASE),
    'vma.fault:ok#decoding': to(state, READ),
    'vma.fault:SIGBUS#decoding': to(state, READ),
  };
}

function to(target: string, source: string) {
  return { target, meta: { source } };
}
