import { assign, setup } from 'xstate';

export const labels = [
  'dev.device_reset:begin',
  'dev.reset_works:true',
  'dev.reset_works:false',
  'dev.memory_lock.down_write',
  'dev.zap_bars',
  'dev.set_power_state(D0)',
  'dev.move(true):begin',
  'dev.move(true):end',
  'dev.pci_try_reset_function:begin',
  'dev.pci_try_reset_function:ok',
  'dev.pci_try_reset_function:failed',
  'dev.pci_try_reset_function:-EAGAIN',
  'dev.memory_enabled:true',
  'dev.memory_enabled:false',
  'dev.move(false):begin',
  'dev.move(false):end',
  'dev.memory_lock.up_write',
  'dev.device_reset:ok',
  'dev.device_reset:failed',
  'dev.device_reset:-EINVAL',
] as const;

/** VFIO_DEVICE_RESET (`vfio_pci_ioctl_reset()`), which returns what the reset returned. */
export function deviceReset() {
  return setup({
    types: {
      context: {} as { ret: 'ok' | 'failed' },
      events: {} as { type: (typeof labels)[number] },
    },
    guards: {
      succeeded: ({ context }) => context.ret === 'ok',
      failed: ({ context }) => context.ret === 'failed',
    },
    actions: { fail: assign({ ret: 'failed' }), forget: assign({ ret: 'ok' }) },
  }).createMachine({
    id: 'device_reset',
    description: 'vfio_pci_ioctl_reset(), drivers/vfio/pci/vfio_pci_core.c',
    meta: {
      labels,
      c: {
        function: 'vfio_pci_ioctl_reset',
        file: 'drivers/vfio/pci/vfio_pci_core.c',
        entries: [
          {
            begins: 'dev.device_reset:begin',
            parameters: { vdev: '@dev' },
            returns: {
              'dev.device_reset:ok': '0',
              'dev.device_reset:-EINVAL': '-EINVAL',
              'dev.device_reset:failed': ['errno', '-EAGAIN'],
            },
          },
        ],
      },
      source: 'vfio_pci_ioctl_reset, v7.3',
    },
    context: { ret: 'ok' },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'dev.device_reset:begin': 'check' } },
      check: { on: { 'dev.reset_works:true': 'lock', 'dev.reset_works:false': 'refuse' } },
      refuse: { on: { 'dev.device_reset:-EINVAL': 'idle' } },
      lock: {
        on: { 'dev.memory_lock.down_write': { target: 'zap', meta: { commits: 'dev.begin' } } },
      },
      zap: { on: { 'dev.zap_bars': 'power_up' } },
      power_up: {
        on: {
          'dev.set_power_state(D0)': {
            target: 'revoke',
            meta: { commits: 'dev.power(D0)' },
          },
        },
      },
      revoke: { on: { 'dev.move(true):begin': 'revoking' } },
      revoking: {
        tags: ['revokes'],
        on: { 'dev.move(true):end': 'reset' },
      },
      reset: {
        on: {
          'dev.pci_try_reset_function:begin': 'resetting',
          'dev.pci_try_reset_function:-EAGAIN': {
            target: 'test',
            actions: 'fail',
            meta: {
              commits: 'dev.reset:failed',
              source: 'pci_try_reset_function, drivers/pci/pci.c: pci_dev_trylock() fails',
            },
          },
        },
      },
      resetting: {
        on: {
          'dev.pci_try_reset_function:ok': { target: 'test', meta: { commits: 'dev.reset:ok' } },
          'dev.pci_try_reset_function:failed': {
            target: 'test',
            actions: 'fail',
            meta: { commits: 'dev.reset:failed' },
          },
        },
      },
      test: {
        on: { 'dev.memory_enabled:true': 'unrevoke', 'dev.memory_enabled:false': 'unlock' },
      },
      unrevoke: { on: { 'dev.move(false):begin': 'unrevoking' } },
      unrevoking: { on: { 'dev.move(false):end': 'unlock' } },
      unlock: {
        on: { 'dev.memory_lock.up_write': { target: 'return', meta: { commits: 'dev.end' } } },
      },
      return: {
        on: {
          'dev.device_reset:ok': { guard: 'succeeded', target: 'idle', actions: 'forget' },
          'dev.device_reset:failed': { guard: 'failed', target: 'idle', actions: 'forget' },
        },
      },
    },
  });
}
