import { setup } from 'xstate';

export const labels = [
  'dev.function_reset:begin',
  'dev.memory_lock.down_write',
  'dev.zap_bars',
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
  'dev.function_reset:ok',
] as const;

/**
 * A config write of the bit that starts a function level reset: in the PCIe capability
 * (`vfio_exp_config_write()`) or in the AF capability (`vfio_af_config_write()`), which do the same.
 * What the reset returns is ignored.
 *
 * @param capability - which of the two functions its C is
 */
export function functionReset(capability: 'exp' | 'af' = 'exp') {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'function_reset',
    description: 'vfio_exp_config_write() and vfio_af_config_write(): the FLR bit',
    meta: {
      labels,
      c: {
        function: `vfio_${capability}_config_write`,
        file: 'drivers/vfio/pci/vfio_pci_config.c',
        also: ['drivers/vfio/pci/vfio_pci_core.c'],
        entries: [
          {
            begins: 'dev.function_reset:begin',
            parameters: { vdev: '@dev', count: '2' },
            returns: { 'dev.function_reset:ok': '2' },
          },
        ],
        rows: [
          {
            c: 'vfio_default_config_write($_, $_, $count, $rest)',
            is: '$count',
            because: 'a write of the other bits that fails is not drawn',
          },
        ],
      },
      source: 'vfio_exp_config_write, vfio_af_config_write, v7.3',
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'dev.function_reset:begin': 'lock' } },
      lock: {
        on: { 'dev.memory_lock.down_write': { target: 'zap', meta: { commits: 'dev.begin' } } },
      },
      zap: { on: { 'dev.zap_bars': 'revoke' } },
      revoke: { on: { 'dev.move(true):begin': 'revoking' } },
      revoking: { on: { 'dev.move(true):end': 'reset' } },
      reset: {
        on: {
          'dev.pci_try_reset_function:begin': {
            target: 'resetting',
            meta: {
              commits: 'dev.power(D0)',
              source: 'pci_dev_save_and_disable, drivers/pci/pci.c: D0 before the reset',
            },
          },
          'dev.pci_try_reset_function:-EAGAIN': {
            target: 'test',
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
      return: { on: { 'dev.function_reset:ok': 'idle' } },
    },
  });
}
