import { setup } from 'xstate';

export const labels = [
  'dev.core_disable:begin',
  'dev.memory_lock.down_write',
  'dev.pm_runtime_engaged:true',
  'dev.pm_runtime_engaged:false',
  'dev.pm_runtime_engaged.clear',
  'dev.pm_runtime_get_noresume',
  'dev.pm_wake_eventfd:true',
  'dev.pm_wake_eventfd:false',
  'dev.pm_wake_eventfd.clear',
  'dev.memory_enabled:true',
  'dev.memory_enabled:false',
  'dev.move(false):begin',
  'dev.move(false):end',
  'dev.memory_lock.up_write',
  'dev.pm_runtime_resume:active',
  'dev.pm_runtime_resume:suspended',
  'dev.pm_runtime_resume:failed',
  'dev.runtime_resume:begin',
  'dev.runtime_resume:end',
  'dev.set_power_state(D0)',
  'dev.config_free',
  'dev.needs_reset.set',
  'dev.hw.command(INTX_DISABLE)',
  'dev.reset_works:true',
  'dev.reset_works:false',
  'dev.pci_dev_trylock:1',
  'dev.pci_dev_trylock:0',
  'dev.__pci_reset_function_locked:begin',
  'dev.__pci_reset_function_locked:ok',
  'dev.__pci_reset_function_locked:failed',
  'dev.needs_reset.clear',
  'dev.hw.restore_state',
  'dev.hw.disable',
  'dev_set.try_reset:begin',
  'dev_set.try_reset:end',
  'dev.pm_runtime_put',
  'dev.core_disable:end',
] as const;

/**
 * `vfio_pci_core_disable()`: what closing does to the device itself. It leaves low power first, and
 * that gives access to buffers back if there are any left on the list. Then it resets the function,
 * where it can, and the bus, where the set needs it and nobody else has a device of it open, neither
 * under memory_lock: nothing is to be reached by then.
 */
export function coreDisable() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'core_disable',
    description: 'vfio_pci_core_disable(), drivers/vfio/pci/vfio_pci_core.c',
    meta: {
      labels,
      c: inC,
      source: 'vfio_pci_core_disable, v7.3',
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'dev.core_disable:begin': 'exit_low_power' } },
      exit_low_power: {
        meta: { source: 'vfio_pci_runtime_pm_exit, __vfio_pci_runtime_pm_exit, v7.3' },
        initial: 'lock',
        states: {
          lock: {
            on: {
              'dev.memory_lock.down_write': { target: 'engaged', meta: { commits: 'dev.begin' } },
            },
          },
          engaged: {
            on: {
              'dev.pm_runtime_engaged:true': 'exit',
              'dev.pm_runtime_engaged:false': {
                target: 'test',
                meta: { commits: 'dev.low_power(exit)' },
              },
            },
          },
          exit: {
            on: {
              'dev.pm_runtime_engaged.clear': {
                target: 'get',
                meta: { commits: 'dev.low_power(exit)' },
              },
            },
          },
          get: { on: { 'dev.pm_runtime_get_noresume': 'eventfd' } },
          eventfd: {
            on: { 'dev.pm_wake_eventfd:true': 'put_eventfd', 'dev.pm_wake_eventfd:false': 'test' },
          },
          put_eventfd: { on: { 'dev.pm_wake_eventfd.clear': 'test' } },
          test: {
            on: { 'dev.memory_enabled:true': 'unrevoke', 'dev.memory_enabled:false': 'unlock' },
          },
          unrevoke: { on: { 'dev.move(false):begin': 'unrevoking' } },
          unrevoking: { on: { 'dev.move(false):end': 'unlock' } },
          unlock: {
            on: {
              'dev.memory_lock.up_write': {
                target: '#core_disable.resume',
                meta: { commits: 'dev.end' },
              },
            },
          },
        },
      },
      resume: {
        description: 'a device that sleeps wakes up here; what is answered is ignored',
        on: {
          'dev.pm_runtime_resume:active': 'power_up',
          'dev.pm_runtime_resume:suspended': 'wake',
          'dev.pm_runtime_resume:failed': 'power_up',
        },
      },
      wake: { on: { 'dev.runtime_resume:begin': 'waking' } },
      waking: { on: { 'dev.runtime_resume:end': 'power_up' } },
      power_up: { on: { 'dev.set_power_state(D0)': 'free_config' } },
      free_config: {
        description: 'vconfig is NULL from here on, and the BARs are released',
        on: { 'dev.config_free': 'dirty' },
      },
      dirty: { on: { 'dev.needs_reset.set': 'intx_disable' } },
      intx_disable: {
        description: 'PCI_COMMAND = INTX_DISABLE, so that memory does not decode',
        on: { 'dev.hw.command(INTX_DISABLE)': 'reset_function' },
      },
      reset_function: {
        description: 'with the locks of the device that it can get: dirty until a reset has worked',
        initial: 'works',
        states: {
          works: {
            on: {
              'dev.reset_works:true': 'trylock',
              'dev.reset_works:false': '#core_disable.restore',
            },
          },
          trylock: {
            description: 'pci_dev_trylock() of the bridge, and of the device',
            on: {
              'dev.pci_dev_trylock:1': 'reset',
              'dev.pci_dev_trylock:0': '#core_disable.restore',
            },
          },
          reset: { on: { 'dev.__pci_reset_function_locked:begin': 'resetting' } },
          resetting: {
            on: {
              'dev.__pci_reset_function_locked:ok': 'clean',
              'dev.__pci_reset_function_locked:failed': '#core_disable.restore',
            },
          },
          clean: { on: { 'dev.needs_reset.clear': '#core_disable.restore' } },
        },
      },
      restore: {
        description: 'pci_restore_state(): config space, COMMAND too, as it was when it was opened',
        on: { 'dev.hw.restore_state': 'disable' },
      },
      disable: {
        description: 'pci_disable_device(): nobody has the device any more',
        on: { 'dev.hw.disable': { target: 'try_reset', meta: { commits: 'dev.disable' } } },
      },
      try_reset: { on: { 'dev_set.try_reset:begin': 'trying_reset' } },
      trying_reset: { on: { 'dev_set.try_reset:end': 'put' } },
      put: {
        description: 'the reference of vfio_pci_core_enable()',
        on: { 'dev.pm_runtime_put': 'done' },
      },
      done: { on: { 'dev.core_disable:end': 'idle' } },
    },
  });
}

/** What its C is, for the comparison. */
const inC = {
  function: 'vfio_pci_core_disable',
  file: 'drivers/vfio/pci/vfio_pci_core.c',
  entries: [{ begins: 'dev.core_disable:begin', parameters: { vdev: '@dev' } }],
  lists: [
    { head: '&$dev->ioeventfds_list', of: 'ioeventfd', size: 1, link: 'next' },
    { head: '&$dev->dummy_resources_list', of: 'dummy_res', size: 1, link: 'res_next' },
  ],
  rows: [
    {
      c: 'pm_runtime_resume(&$dev->dev)',
      label: '{dev}.pm_runtime_resume',
      returns: { active: '0', suspended: '0', failed: 'errno' },
      runs: {
        suspended: [
          '{dev}.pm_runtime_resume:suspended',
          '{dev}.runtime_resume:begin',
          '{dev}.runtime_resume:end',
        ],
      },
      because: 'the PM core calls back on this thread',
    },
    {
      c: 'pci_upstream_bridge($dev)',
      is: 'NULL',
      because: 'the lock of a bridge and that of the device are one trylock',
    },
    {
      c: '$dev->disable_idle_d3',
      is: '0',
      because: 'a parameter of the module that is off unless somebody sets it',
    },
  ],
};
