import { setup } from 'xstate';

export const labels = [
  'dev.write_command(MEM=0):begin',
  'dev.write_command(MEM=1):begin',
  'dev.memory_lock.down_write',
  'dev.move(true):begin',
  'dev.move(true):end',
  'dev.hw.command(MEM=0):ok',
  'dev.hw.command(MEM=1):ok',
  'dev.vconfig.command(MEM=0)',
  'dev.vconfig.command(MEM=1)',
  'dev.memory_enabled:true',
  'dev.memory_enabled:false',
  'dev.move(false):begin',
  'dev.move(false):end',
  'dev.memory_lock.up_write',
  'dev.write_command(MEM=0):ok',
  'dev.write_command(MEM=1):ok',
] as const;

/**
 * A config write of PCI_COMMAND in the series that adds mmap() to dma-bufs: revoke takes the CPU
 * mappings along, so that nothing is zapped before it.
 */
export function revokeAndWrite() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'revoke_and_write',
    description: 'vfio_basic_config_write() of PCI_COMMAND, vfio_pci_lock_revoke_bars()',
    meta: {
      labels,
      source:
        'Matt Evans, "vfio/pci: Clean up BAR zap and revocation" v4 7/10, 2026-07-01, <20260701171245.90111-8-matt@ozlabs.org>',
    },
    initial: 'idle',
    states: {
      idle: {
        tags: ['quiescent'],
        on: {
          'dev.write_command(MEM=0):begin': 'disable',
          'dev.write_command(MEM=1):begin': 'enable',
        },
      },
      disable: {
        meta: { source: 'vfio_pci_lock_revoke_bars, series as of v8' },
        initial: 'lock',
        states: {
          lock: { on: { 'dev.memory_lock.down_write': 'revoke' } },
          revoke: { on: { 'dev.move(true):begin': 'revoking' } },
          revoking: { on: { 'dev.move(true):end': 'write' } },
          write: { on: { 'dev.hw.command(MEM=0):ok': 'copy' } },
          copy: { on: { 'dev.vconfig.command(MEM=0)': 'test' } },
          test: { on: { 'dev.memory_enabled:false': 'unlock' } },
          unlock: { on: { 'dev.memory_lock.up_write': 'return' } },
          return: { on: { 'dev.write_command(MEM=0):ok': '#revoke_and_write.idle' } },
        },
      },
      enable: {
        meta: { source: 'vfio_pci_unrevoke_bars, series as of v8' },
        initial: 'lock',
        states: {
          lock: { on: { 'dev.memory_lock.down_write': 'write' } },
          write: { on: { 'dev.hw.command(MEM=1):ok': 'copy' } },
          copy: { on: { 'dev.vconfig.command(MEM=1)': 'test' } },
          test: { on: { 'dev.memory_enabled:true': 'unrevoke' } },
          unrevoke: { on: { 'dev.move(false):begin': 'unrevoking' } },
          unrevoking: { on: { 'dev.move(false):end': 'unlock' } },
          unlock: { on: { 'dev.memory_lock.up_write': 'return' } },
          return: { on: { 'dev.write_command(MEM=1):ok': '#revoke_and_write.idle' } },
        },
      },
    },
  });
}
