import { setup } from 'xstate';

export const labels = [
  'dev.write_command(MEM=0):begin',
  'dev.write_command(MEM=1):begin',
  'dev.memory_lock.down_write',
  'dev.zap_bars',
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
 * A config write of PCI_COMMAND (`vfio_basic_config_write()`): clearing the memory bit zaps the CPU
 * mappings and revokes before the write, setting it gives access back after the write, both under
 * memory_lock. The device has the new bit before vconfig does, by which the kernel decides.
 */
export function commandWrite() {
  const machine = setup({ types: { events: {} as { type: (typeof labels)[number] } } });

  const disable = machine.createStateConfig({
    initial: 'lock',
    states: {
      lock: {
        on: { 'dev.memory_lock.down_write': { target: 'zap', meta: { commits: 'dev.begin' } } },
      },
      zap: { on: { 'dev.zap_bars': 'revoke' } },
      revoke: { on: { 'dev.move(true):begin': 'revoking' } },
      revoking: { on: { 'dev.move(true):end': 'write' } },
      write: {
        on: {
          'dev.hw.command(MEM=0):ok': { target: 'copy', meta: { commits: 'dev.memory(off)' } },
        },
      },
      copy: { on: { 'dev.vconfig.command(MEM=0)': 'test' } },
      test: {
        description: 'a VF, for which it stays true, is not drawn here',
        on: { 'dev.memory_enabled:false': 'unlock' },
      },
      unlock: {
        on: { 'dev.memory_lock.up_write': { target: 'return', meta: { commits: 'dev.end' } } },
      },
      return: { on: { 'dev.write_command(MEM=0):ok': '#command_write.idle' } },
    },
  });

  const enable = machine.createStateConfig({
    initial: 'lock',
    states: {
      lock: {
        on: { 'dev.memory_lock.down_write': { target: 'write', meta: { commits: 'dev.begin' } } },
      },
      write: {
        on: {
          'dev.hw.command(MEM=1):ok': { target: 'copy', meta: { commits: 'dev.memory(on)' } },
        },
      },
      copy: { on: { 'dev.vconfig.command(MEM=1)': 'test' } },
      test: {
        on: { 'dev.memory_enabled:true': 'unrevoke', 'dev.memory_enabled:false': 'unlock' },
      },
      unrevoke: { on: { 'dev.move(false):begin': 'unrevoking' } },
      unrevoking: { on: { 'dev.move(false):end': 'unlock' } },
      unlock: {
        on: { 'dev.memory_lock.up_write': { target: 'return', meta: { commits: 'dev.end' } } },
      },
      return: { on: { 'dev.write_command(MEM=1):ok': '#command_write.idle' } },
    },
  });

  return machine.createMachine({
    id: 'command_write',
    description: 'vfio_basic_config_write() of PCI_COMMAND, drivers/vfio/pci/vfio_pci_config.c',
    meta: { labels, source: 'vfio_basic_config_write, v7.3' },
    initial: 'idle',
    states: {
      idle: {
        tags: ['quiescent'],
        on: {
          'dev.write_command(MEM=0):begin': 'disable',
          'dev.write_command(MEM=1):begin': 'enable',
        },
      },
      disable,
      enable,
    },
  });
}
