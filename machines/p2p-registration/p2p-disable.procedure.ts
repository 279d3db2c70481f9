// Truth: what the RFC states; where it is silent, derived.
import { NOTHING, teardownLabels, teardownSetup } from './teardown.ts';

export const labels = [
  'dev.write_command(MEM=0):begin',
  ...teardownLabels,
  'dev.memory.off',
  'dev.write_command(MEM=0):ok',
  'dev.write_command(MEM=1):begin',
  'dev.memory.on',
  'dev.write_command(MEM=1):ok',
] as const;

/**
 * A write of COMMAND that clears MEM, and one that sets it again. The RFC names reset and session
 * termination, so that nothing is torn down here; D3hot and low power are alike.
 */
export function p2pDisable(bars: number) {
  return teardownSetup(bars).createMachine({
    id: 'p2p_disable',
    description: 'PCI_COMMAND of a device with registered BARs: MEM is cleared and set',
    meta: {
      labels,
      index: { b: bars },
      source: 'vfio_basic_config_write, v7.3; the RFC names reset and session termination only',
      unused: teardownLabels.filter((label) => label.startsWith('bar')),
    },
    context: NOTHING,
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'dev.write_command(MEM=0):begin': 'disable' } },
      disable: {
        initial: 'lock',
        states: {
          lock: {
            on: {
              'dev.memory_lock.down_write': {
                target: 'off',
                meta: { commits: 'dev.write_command(MEM=0):begin' },
              },
            },
          },
          off: { on: { 'dev.memory.off': { target: 'unlock', meta: { commits: 'dev.begin' } } } },
          unlock: {
            on: {
              'dev.memory_lock.up_write': {
                target: 'return',
                meta: { commits: 'dev.write_command(MEM=0):ok' },
              },
            },
          },
          return: { on: { 'dev.write_command(MEM=0):ok': '#p2p_disable.off' } },
        },
      },
      off: { tags: ['quiescent'], on: { 'dev.write_command(MEM=1):begin': 'enable' } },
      enable: {
        initial: 'lock',
        states: {
          lock: {
            on: {
              'dev.memory_lock.down_write': {
                target: 'on',
                meta: { commits: 'dev.write_command(MEM=1):begin' },
              },
            },
          },
          on: { on: { 'dev.memory.on': 'unlock' } },
          unlock: {
            on: {
              'dev.memory_lock.up_write': {
                target: 'return',
                meta: { commits: 'dev.write_command(MEM=1):ok' },
              },
            },
          },
          return: { on: { 'dev.write_command(MEM=1):ok': '#p2p_disable.idle' } },
        },
      },
    },
  });
}
