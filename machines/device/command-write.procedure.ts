import { setup } from 'xstate';
import { madeOnce } from '../made-once.ts';

export const labels = [
  'dev.write_command(MEM=0):begin',
  'dev.write_command(MEM=1):begin',
  'dev.hw.read_command:ok',
  'dev.hw.read_command:failed',
  'dev.memory_lock.down_write',
  'dev.zap_bars',
  'dev.move(true):begin',
  'dev.move(true):end',
  'dev.hw.command(MEM=0):ok',
  'dev.hw.command(MEM=0):failed',
  'dev.hw.command(MEM=1):ok',
  'dev.hw.command(MEM=1):failed',
  'dev.vconfig.command(MEM=0)',
  'dev.vconfig.command(MEM=1)',
  'dev.memory_enabled:true',
  'dev.memory_enabled:false',
  'dev.move(false):begin',
  'dev.move(false):end',
  'dev.memory_lock.up_write',
  'dev.write_command(MEM=0):ok',
  'dev.write_command(MEM=0):failed',
  'dev.write_command(MEM=1):ok',
  'dev.write_command(MEM=1):failed',
] as const;

export interface CommandWriteVariation {
  /**
   * `physical`: __vfio_pci_memory_enabled() goes by the bit that is written; `virtual`: a VF has no
   * memory bit (`no_command_memory`), so that it stays enabled and what was revoked comes back.
   */
  readonly function: 'physical' | 'virtual';
  /** Whether an access to the device can fail; one that succeeds is not worth a step to be read. */
  readonly access: 'succeeds' | 'may_fail';
}

/**
 * A config write of PCI_COMMAND (`vfio_basic_config_write()`): clearing the memory bit zaps the CPU
 * mappings and revokes before the write, setting it gives access back after the write, both under
 * memory_lock. The device has the new bit before vconfig does, by which the kernel decides. A write
 * that fails changes neither.
 */
export const commandWrite = madeOnce(function commandWrite(
  variation: CommandWriteVariation = { function: 'physical', access: 'succeeds' },
) {
  const virtual = variation.function === 'virtual';
  const mayFail = variation.access === 'may_fail';
  /** Of what only a VF does, and of what only an access that fails does. */
  const ofVirtual = { unused: !virtual };
  const ofFailure = { unused: !mayFail };
  /** What a write decides: of a VF, nothing. */
  const memory = (bit: 'on' | 'off') => ({ commits: virtual ? undefined : `dev.memory(${bit})` });
  return setup({
    types: { events: {} as { type: (typeof labels)[number] } },
    guards: { virtual: () => virtual, mayFail: () => mayFail },
  }).createMachine({
    id: 'command_write',
    description: 'vfio_basic_config_write() of PCI_COMMAND, drivers/vfio/pci/vfio_pci_config.c',
    meta: {
      labels,
      c: mayFail ? inC : { ...inC, rows: [...inC.rows, ...succeeding] },
      source: 'vfio_basic_config_write, v7.3',
      unused: mayFail ? [] : labels.filter((label) => /failed$|read_command/.test(label)),
      unreachable: [...(virtual ? [] : OF_VIRTUAL), ...(mayFail ? [] : OF_FAILURE)],
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
        initial: mayFail ? 'read' : 'lock',
        states: {
          // COMMAND as the device has it, before any lock is taken; where that fails nothing was done.
          read: {
            meta: { source: 'vfio_basic_config_write, v7.3: pci_user_read_config_word()' },
            on: {
              'dev.hw.read_command:ok': 'lock',
              'dev.hw.read_command:failed': 'return_failed',
            },
          },
          lock: {
            on: { 'dev.memory_lock.down_write': { target: 'zap', meta: { commits: 'dev.begin' } } },
          },
          zap: { on: { 'dev.zap_bars': 'revoke' } },
          revoke: { on: { 'dev.move(true):begin': 'revoking' } },
          revoking: { on: { 'dev.move(true):end': 'write' } },
          write: {
            on: {
              'dev.hw.command(MEM=0):ok': { target: 'copy', meta: memory('off') },
              'dev.hw.command(MEM=0):failed': {
                guard: 'mayFail',
                target: 'unlock_failed',
                description: 'returns without giving anything back',
                meta: ofFailure,
              },
            },
          },
          copy: { on: { 'dev.vconfig.command(MEM=0)': 'test' } },
          test: {
            on: {
              'dev.memory_enabled:false': 'unlock',
              'dev.memory_enabled:true': { guard: 'virtual', target: 'unrevoke', meta: ofVirtual },
            },
          },
          unrevoke: { on: { 'dev.move(false):begin': 'unrevoking' } },
          unrevoking: { on: { 'dev.move(false):end': 'unlock' } },
          unlock: {
            on: { 'dev.memory_lock.up_write': { target: 'return', meta: { commits: 'dev.end' } } },
          },
          return: { on: { 'dev.write_command(MEM=0):ok': '#command_write.idle' } },
          // The way back from a write that fails: vconfig stays as it was, and nothing is given back.
          unlock_failed: {
            on: {
              'dev.memory_lock.up_write': { target: 'return_failed', meta: { commits: 'dev.end' } },
            },
          },
          return_failed: { on: { 'dev.write_command(MEM=0):failed': '#command_write.idle' } },
        },
      },
      enable: {
        initial: mayFail ? 'read' : 'lock',
        states: {
          read: {
            meta: { source: 'vfio_basic_config_write, v7.3: pci_user_read_config_word()' },
            on: {
              'dev.hw.read_command:ok': 'lock',
              'dev.hw.read_command:failed': 'return_failed',
            },
          },
          lock: {
            on: {
              'dev.memory_lock.down_write': { target: 'write', meta: { commits: 'dev.begin' } },
            },
          },
          write: {
            on: {
              'dev.hw.command(MEM=1):ok': { target: 'copy', meta: memory('on') },
              'dev.hw.command(MEM=1):failed': {
                guard: 'mayFail',
                target: 'unlock_failed',
                meta: ofFailure,
              },
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
          unlock_failed: {
            on: {
              'dev.memory_lock.up_write': { target: 'return_failed', meta: { commits: 'dev.end' } },
            },
          },
          return_failed: { on: { 'dev.write_command(MEM=1):failed': '#command_write.idle' } },
        },
      },
    },
  });
});

const OF_VIRTUAL = ['disable.unrevoke', 'disable.unrevoking'];
const OF_FAILURE = ['disable', 'enable'].flatMap((write) =>
  ['read', 'unlock_failed', 'return_failed'].map((state) => `${write}.${state}`),
);

/** What its C is, for the comparison. */
const inC = {
  function: 'vfio_basic_config_write',
  file: 'drivers/vfio/pci/vfio_pci_config.c',
  also: ['drivers/vfio/pci/vfio_pci_core.c'],
  entries: ['0', 'PCI_COMMAND_MEMORY'].map((val, bit) => ({
    begins: `dev.write_command(MEM=${bit}):begin`,
    parameters: { vdev: '@dev', offset: 'PCI_COMMAND', val, count: '2' },
    returns: {
      [`dev.write_command(MEM=${bit}):ok`]: '2',
      [`dev.write_command(MEM=${bit}):failed`]: 'errno',
    },
  })),
  rows: [
    {
      c: 'vfio_bar_restore($dev)',
      because: 'BARs that a reset behind the back of vfio has cleared are not drawn',
    },
  ],
};

/** What the C is taken to get where an access to the device succeeds. */
const succeeding = [
  {
    c: 'pci_user_read_config_word($dev, PCI_COMMAND, $_)',
    is: '0',
    because: 'an access to the device that fails is not drawn here',
  },
  ...['0', 'PCI_COMMAND_MEMORY'].map((val, bit) => ({
    c: `vfio_default_config_write($dev, $_, $count, $_, PCI_COMMAND, ${val})`,
    label: `{dev}.hw.command(MEM=${bit})`,
    returns: { ok: '$count' },
    because: 'an access to the device that fails is not drawn here',
  })),
];
