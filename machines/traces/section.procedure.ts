import { setup } from 'xstate';

export const labels = [
  'enters',
  'down_write#command_off',
  'down_write#command_on',
  'down_write#power_d3hot',
  'down_write#power_d0',
  'down_write#function_reset',
  'down_write#reset',
  'down_write#pm_entry',
  'down_write#pm_exit',
  'down_write#cleanup',
  'down_write#export',
  'down_write#release',
  'down_write#other',
  'down_write#unknown',
  'down_write_trylock',
  'down_write_trylock:0',
  'begin',
  'begin#trylock',
  'move(true)',
  'move(false)',
  'move(true)#cleanup',
  'memory_enabled:1',
  'memory_enabled:0',
  'memory_enabled:1#hot_reset',
  'memory_enabled:0#hot_reset',
  'untested',
  'memory(off)',
  'memory(on)',
  'power(D3hot)',
  'power(D0)',
  'low_power(enter)',
  'low_power(exit)',
  'reset',
  'bus_reset',
  'holds_nothing',
  'cleanup',
  'core_disable',
  'export:ok#live',
  'export:ok#revoked',
  'up_write',
  'end#live',
  'end#revoked',
  'end#low_power',
  'end#cleaned',
  'end#closed',
  'end#plain',
] as const;

/**
 * One task and the memory_lock of one device, as a trace shows them: from the call of down_write()
 * to the return of up_write(). What is done in between and cannot be seen (a write of
 * PCI_COMMAND, pm_runtime_engaged) is a step that may or may not happen; which of them may, follows
 * from the function that takes the lock. The order of what is done is left to the contract.
 */
export function section() {
  const machine = setup({ types: { events: {} as { type: (typeof labels)[number] } } });

  /** How a section ends once it is known what __vfio_pci_memory_enabled() said. */
  const endings = {
    enabled: {
      description: '__vfio_pci_memory_enabled() said true',
      on: { 'move(false)': 'enabled', up_write: 'ending_live' },
    },
    disabled: {
      description: '__vfio_pci_memory_enabled() said false',
      on: { up_write: 'ending_revoked' },
    },
    ending_live: { on: { 'end#live': '#section.free' } },
    ending_revoked: { on: { 'end#revoked': '#section.free' } },
  } as const;

  /**
   * A section that tests __vfio_pci_memory_enabled() and gives access back where that says true, and
   * only there. Where the test is not seen the call of vfio_pci_dma_buf_move(false) says what it
   * said, and so does its absence.
   */
  const restoring = (steps: readonly (typeof labels)[number][]) =>
    machine.createStateConfig({
      initial: 'waiting',
      states: {
        waiting: { on: { begin: 'held' } },
        held: {
          on: {
            ...Object.fromEntries(steps.map((step) => [step, 'held'])),
            'move(true)': 'held',
            'move(false)': 'enabled',
            'memory_enabled:1': 'enabled',
            'memory_enabled:0': 'disabled',
            up_write: 'ending_revoked',
          },
        },
        ...endings,
      },
    });

  return machine.createMachine({
    id: 'section',
    description: 'a task and a memory_lock, from the call of down_write() to that of up_write()',
    meta: { labels, source: 'the callers of down_write(&vdev->memory_lock), v7.3' },
    initial: 'free',
    states: {
      free: {
        tags: ['quiescent'],
        on: {
          enters: 'free',
          holds_nothing: 'free',
          core_disable: 'free',
          'down_write#command_off': 'command_off',
          'down_write#command_on': 'command_on',
          'down_write#power_d3hot': 'power_d3hot',
          'down_write#power_d0': 'power_d0',
          'down_write#function_reset': 'function_reset',
          'down_write#reset': 'reset',
          'down_write#pm_entry': 'pm_entry',
          'down_write#pm_exit': 'pm_exit',
          'down_write#cleanup': 'cleanup',
          'down_write#export': 'export',
          'down_write#release': 'other',
          'down_write#other': 'other',
          'down_write#unknown': 'unknown',
          down_write_trylock: 'trying',
        },
      },
      trying: {
        meta: { source: 'vfio_pci_dev_set_hot_reset, v7.3' },
        on: { 'begin#trylock': 'hot_reset', 'down_write_trylock:0': 'free' },
      },
      command_off: {
        description:
          'PCI_COMMAND is written with MEM=0. A function whose MEM bit means nothing ' +
          '(no_command_memory, as a VF) is enabled all the same, and gets its buffers back',
        meta: { source: 'vfio_basic_config_write, v7.3: vfio_pci_zap_and_down_write_memory_lock' },
        ...restoring(['memory(off)']),
      },
      command_on: {
        description: 'PCI_COMMAND is written with MEM=1',
        meta: { source: 'vfio_basic_config_write, v7.3: down_write(&vdev->memory_lock)' },
        initial: 'waiting',
        states: {
          waiting: { on: { begin: 'held' } },
          held: { on: { 'memory(on)': 'written', 'move(true)': 'held', up_write: 'failed' } },
          written: {
            on: {
              'move(true)': 'written',
              'move(false)': 'enabled',
              'memory_enabled:1': 'enabled',
              'memory_enabled:0': 'disabled',
              up_write: 'ending_revoked',
            },
          },
          failed: {
            description: 'vfio_default_config_write() failed: everything is as it was before',
            on: { 'end#live': '#section.free', 'end#revoked': '#section.free' },
          },
          ...endings,
        },
      },
      power_d3hot: {
        description: 'PMCSR is written with D3hot, which the device may refuse',
        meta: {
          source: 'vfio_lock_and_set_power_state, v7.3: vfio_pci_zap_and_down_write_memory_lock',
        },
        ...restoring(['power(D3hot)']),
      },
      power_d0: {
        description: 'PMCSR is written with D0, D1 or D2, which the device may refuse',
        meta: { source: 'vfio_lock_and_set_power_state, v7.3: down_write(&vdev->memory_lock)' },
        ...restoring(['power(D0)']),
      },
      function_reset: {
        description: 'FLR',
        meta: { source: 'vfio_exp_config_write, vfio_af_config_write, v7.3' },
        ...restoring(['power(D0)', 'reset']),
      },
      reset: {
        meta: { source: 'vfio_pci_ioctl_reset, v7.3' },
        ...restoring(['power(D0)', 'reset']),
      },
      pm_entry: {
        meta: { source: 'vfio_pci_runtime_pm_entry, v7.3: it gives nothing back' },
        initial: 'waiting',
        states: {
          waiting: { on: { begin: 'held' } },
          held: { on: { 'move(true)': 'held', 'low_power(enter)': 'held', up_write: 'ending' } },
          ending: { on: { 'end#low_power': '#section.free' } },
        },
      },
      pm_exit: {
        meta: { source: 'vfio_pci_runtime_pm_exit, v7.3' },
        ...restoring(['low_power(exit)']),
      },
      hot_reset: {
        description: 'a device that nobody has open is given back without a test',
        meta: { source: 'vfio_pci_dev_set_hot_reset, v7.3: vdev->vdev.open_count' },
        initial: 'held',
        states: {
          held: {
            on: {
              'power(D0)': 'held',
              bus_reset: 'held',
              'move(true)': 'held',
              'move(false)': 'enabled',
              'memory_enabled:1#hot_reset': 'enabled',
              'memory_enabled:0#hot_reset': 'disabled',
              untested: 'disabled',
              up_write: 'ending_closed',
            },
          },
          ending_closed: { on: { 'end#closed': '#section.free' } },
          ...endings,
        },
      },
      cleanup: {
        meta: { source: 'vfio_pci_dma_buf_cleanup, v7.3: vfio_pci_core_disable() comes next' },
        initial: 'waiting',
        states: {
          waiting: { on: { begin: 'held' } },
          held: {
            on: {
              'move(true)': 'held',
              'move(true)#cleanup': 'held',
              cleanup: 'held',
              up_write: 'ending',
            },
          },
          ending: { on: { 'end#cleaned': 'cleaned' } },
          cleaned: { on: { holds_nothing: 'cleaned', core_disable: '#section.free' } },
        },
      },
      export: {
        meta: { source: 'vfio_pci_core_feature_dma_buf, v7.3' },
        initial: 'waiting',
        states: {
          waiting: { on: { begin: 'held' } },
          held: { on: { 'export:ok#live': 'born_live', 'export:ok#revoked': 'born_revoked' } },
          born_live: { on: { 'memory_enabled:1': 'born_live', up_write: 'ending' } },
          born_revoked: { on: { 'memory_enabled:0': 'born_revoked', up_write: 'ending' } },
          ending: { on: { 'end#plain': '#section.free' } },
        },
      },
      other: {
        description: 'it leaves the buffers as they are',
        meta: {
          source:
            'vfio_pci_dma_buf_release, vfio_pci_core_runtime_suspend, vfio_pci_core_runtime_resume, ' +
            'vfio_pci_core_sriov_configure, vfio_pci_memory_lock_and_enable, v7.3',
        },
        initial: 'waiting',
        states: {
          waiting: { on: { begin: 'held' } },
          held: { on: { 'power(D0)': 'held', 'low_power(exit)': 'held', up_write: 'ending' } },
          ending: { on: { 'end#plain': '#section.free' } },
        },
      },
      unknown: {
        description: 'who took the lock is not known, so it may be any of them',
        meta: { source: 'a trace without the function tracer, or without the locks' },
        initial: 'waiting',
        states: {
          waiting: { on: { begin: 'held' } },
          held: {
            on: {
              'move(true)': 'held',
              'move(false)': 'held',
              'move(true)#cleanup': 'held',
              'memory_enabled:1': 'held',
              'memory_enabled:0': 'held',
              'memory_enabled:1#hot_reset': 'held',
              'memory_enabled:0#hot_reset': 'held',
              'memory(off)': 'held',
              'memory(on)': 'held',
              'power(D3hot)': 'held',
              'power(D0)': 'held',
              'low_power(enter)': 'held',
              'low_power(exit)': 'held',
              reset: 'held',
              bus_reset: 'held',
              cleanup: 'held',
              up_write: 'ending',
            },
          },
          ending: { on: { 'end#plain': '#section.free' } },
        },
      },
    },
  });
}
