import { setup } from 'xstate';
import { type ResetHandlers, resetDone, resetPrepare } from './reset-handlers.ts';

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

export interface FunctionResetVariation {
  /** What follows the reset: access comes back, or a second revoke (series v1). */
  readonly afterwards: 'unrevoke' | 'revoke_again';
}

/**
 * A config write of the bit that starts a function level reset: in the PCIe capability
 * (`vfio_exp_config_write()`) or in the AF capability (`vfio_af_config_write()`), which do the same.
 * What the reset returns is ignored.
 *
 * @param capability - which of the two functions its C is
 */
export function functionReset(
  variation: FunctionResetVariation & ResetHandlers,
  capability: 'exp' | 'af' = 'exp',
) {
  const hears = variation.hears === 'reset_prepare';
  const after = hears ? 'done' : 'test';
  const unrevokes = variation.afterwards === 'unrevoke';
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
      unused: unrevokes ? [] : ['dev.move(false):begin', 'dev.move(false):end'],
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
            target: hears ? 'prepare' : 'resetting',
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
      ...(hears && {
        prepare: resetPrepare('dev', '#function_reset.resetting'),
        done: resetDone('dev', '#function_reset.test'),
      }),
      resetting: {
        on: {
          'dev.pci_try_reset_function:ok': { target: after, meta: { commits: 'dev.reset:ok' } },
          'dev.pci_try_reset_function:failed': {
            target: after,
            meta: { commits: 'dev.reset:failed' },
          },
        },
      },
      test: {
        on: {
          'dev.memory_enabled:true': unrevokes ? 'unrevoke' : 'revoke_again',
          'dev.memory_enabled:false': 'unlock',
        },
      },
      ...(unrevokes
        ? {
            unrevoke: { on: { 'dev.move(false):begin': 'unrevoking' } },
            unrevoking: { on: { 'dev.move(false):end': 'unlock' } },
          }
        : {
            revoke_again: {
              meta: {
                source:
                  'Alex Williamson on v1 10/10, 2025-08-06, <20250806162455.350f73a4.alex.williamson@redhat.com>',
              },
              on: { 'dev.move(true):begin': 'revoking_again' },
            },
            revoking_again: { on: { 'dev.move(true):end': 'unlock' } },
          }),
      unlock: {
        on: { 'dev.memory_lock.up_write': { target: 'return', meta: { commits: 'dev.end' } } },
      },
      return: { on: { 'dev.function_reset:ok': 'idle' } },
    },
  });
}
