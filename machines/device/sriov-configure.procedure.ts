import { setup } from 'xstate';

export const labels = [
  'dev.sriov_configure:begin',
  'dev.pm_runtime_resume_and_get:active',
  'dev.pm_runtime_resume_and_get:failed',
  'dev.memory_lock.down_write',
  'dev.set_power_state(D0)',
  'dev.sriov_active.set',
  'dev.memory_lock.up_write',
  'dev.pci_enable_sriov:begin',
  'dev.pci_iov_add_virtfn:ok',
  'dev.pci_iov_add_virtfn:failed',
  'vf.dev_set.lock.mutex_lock',
  'vf.dev_set.lock.mutex_unlock',
  'dev.pci_enable_sriov:ok',
  'dev.pci_enable_sriov:failed',
  'dev.pm_runtime_put',
  'dev.sriov_active.clear',
  'dev.sriov_configure:ok',
  'dev.sriov_configure:failed',
  'dev.sriov_disable:begin',
  'dev.pci_disable_sriov:begin',
  'dev.pci_disable_sriov:end',
  'dev.sriov_disable:ok',
] as const;

/** What versions do differently. */
export interface SriovVariation {
  /**
   * Whether pci_enable_sriov() runs with memory_lock released, or, before 40ef3edf151e, while it is
   * held for writing: with it the probes of the drivers that the VFs get.
   */
  readonly enable: 'unlocked' | 'under_memory_lock';
}

/** What the C calls on the way, and what comes of it on this thread. */
const cRows = [
  {
    c: 'pm_runtime_resume_and_get(&$dev->dev)',
    label: '{dev}.pm_runtime_resume_and_get',
    returns: { active: '0', failed: 'errno' },
    because: 'that the device is suspended is not drawn',
  },
  {
    c: 'pci_enable_sriov($dev, $_)',
    label: '{dev}.pci_enable_sriov',
    returns: { ok: '0', failed: 'errno' },
    runs: {
      ok: [
        '{dev}.pci_enable_sriov:begin',
        '{dev}.pci_iov_add_virtfn:ok',
        'vf.dev_set.lock.mutex_lock',
        'vf.dev_set.lock.mutex_unlock',
        '{dev}.pci_enable_sriov:ok',
      ],
      failed: [
        '{dev}.pci_enable_sriov:begin',
        '{dev}.pci_iov_add_virtfn:failed',
        '{dev}.pci_enable_sriov:failed',
      ],
    },
    because: 'the driver of the VF is probed on this thread',
  },
  {
    c: 'pci_disable_sriov($dev)',
    label: '{dev}.pci_disable_sriov',
    returns: { end: 'void' },
    runs: {
      end: [
        '{dev}.pci_disable_sriov:begin',
        'vf.dev_set.lock.mutex_lock',
        'vf.dev_set.lock.mutex_unlock',
        '{dev}.pci_disable_sriov:end',
      ],
    },
    because: 'the driver of the VF is unbound on this thread',
  },
];

/** What a driver of the VF that is vfio-pci, too, locks on the thread that adds or removes the VF. */
const OF_THE_VF =
  'vfio_pci_core_register_device, vfio_assign_device_set, vfio_release_device_set, v7.3';

/**
 * Root switches the VFs of a physical function on (`vfio_pci_core_sriov_configure()`): D0 under
 * memory_lock, because the owner may have written D3hot, and `sriov_active`, which refuses the next
 * such write; then the VFs without the lock, and a runtime PM reference for as long as they are on.
 * The buffers stay as they are. `sriov_active` is cleared without the lock, on purpose: a write that
 * races with it gets -EBUSY at most. Before 40ef3edf151e it was pci_num_vf() that refused, which is
 * drawn as the same flag, set and cleared by the PCI core.
 *
 * The VFs are probed before pci_enable_sriov() returns, and unbound before pci_disable_sriov() does.
 * Their driver is vfio-pci here: it takes dev_set->lock of the set that the VF has to itself.
 */
export function sriovConfigure(variation: SriovVariation) {
  const locked = variation.enable === 'under_memory_lock';
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'sriov_configure',
    description: 'vfio_pci_core_sriov_configure(), drivers/vfio/pci/vfio_pci_core.c',
    meta: {
      labels,
      c: {
        function: 'vfio_pci_core_sriov_configure',
        file: 'drivers/vfio/pci/vfio_pci_core.c',
        entries: [
          {
            begins: 'dev.sriov_configure:begin',
            parameters: { vdev: '@dev', nr_virtfn: '1' },
            returns: {
              'dev.sriov_configure:ok': '1',
              'dev.sriov_configure:failed': ['errno', '-EINVAL'],
            },
          },
          {
            begins: 'dev.sriov_disable:begin',
            parameters: { vdev: '@dev', nr_virtfn: '0' },
            returns: { 'dev.sriov_disable:ok': '0' },
          },
        ],
        rows: cRows,
      },
      source: locked
        ? 'vfio_pci_core_sriov_configure before 40ef3edf151e'
        : 'vfio_pci_core_sriov_configure, v7.3',
    },
    initial: 'off',
    states: {
      off: { tags: ['quiescent'], on: { 'dev.sriov_configure:begin': 'get' } },
      get: {
        on: {
          'dev.pm_runtime_resume_and_get:active': 'lock',
          'dev.pm_runtime_resume_and_get:failed': locked ? 'return_failed' : 'clear_failed',
        },
      },
      lock: { on: { 'dev.memory_lock.down_write': 'power_up' } },
      power_up: { on: { 'dev.set_power_state(D0)': locked ? 'enable' : 'activate' } },
      ...(!locked && {
        activate: { on: { 'dev.sriov_active.set': 'unlock' } },
        unlock: { on: { 'dev.memory_lock.up_write': 'enable' } },
      }),
      enable: { on: { 'dev.pci_enable_sriov:begin': locked ? 'count' : 'add_vf' } },
      ...(locked && {
        count: {
          meta: { source: 'sriov_enable, drivers/pci/iov.c: iov->num_VFs' },
          on: { 'dev.sriov_active.set': 'add_vf' },
        },
      }),
      add_vf: {
        on: {
          'dev.pci_iov_add_virtfn:ok': 'probe',
          'dev.pci_iov_add_virtfn:failed': locked ? 'uncount_failed' : 'not_enabled',
        },
      },
      probe: { on: { 'vf.dev_set.lock.mutex_lock': 'probe_vf' } },
      probe_vf: {
        description: 'the VF joins its set',
        meta: { source: OF_THE_VF },
        on: { 'vf.dev_set.lock.mutex_unlock': 'enabled' },
      },
      enabled: { on: { 'dev.pci_enable_sriov:ok': locked ? 'unlock' : 'return' } },
      not_enabled: {
        on: { 'dev.pci_enable_sriov:failed': locked ? 'unlock_failed' : 'put_failed' },
      },
      ...(locked && {
        uncount_failed: { on: { 'dev.sriov_active.clear': 'not_enabled' } },
        unlock: { on: { 'dev.memory_lock.up_write': 'return' } },
        unlock_failed: { on: { 'dev.memory_lock.up_write': 'put_failed' } },
      }),
      return: { on: { 'dev.sriov_configure:ok': 'on' } },
      put_failed: { on: { 'dev.pm_runtime_put': locked ? 'return_failed' : 'clear_failed' } },
      ...(!locked && {
        clear_failed: {
          meta: { source: 'vfio_pci_core_sriov_configure, v7.3: out_del' },
          on: { 'dev.sriov_active.clear': 'return_failed' },
        },
      }),
      return_failed: { on: { 'dev.sriov_configure:failed': 'off' } },
      on: { tags: ['quiescent'], on: { 'dev.sriov_disable:begin': 'disable' } },
      disable: { on: { 'dev.pci_disable_sriov:begin': 'remove_vf' } },
      remove_vf: { on: { 'vf.dev_set.lock.mutex_lock': 'unbind_vf' } },
      unbind_vf: {
        description: 'the VF leaves its set',
        meta: { source: OF_THE_VF },
        on: { 'vf.dev_set.lock.mutex_unlock': 'disabled' },
      },
      disabled: { on: { 'dev.pci_disable_sriov:end': locked ? 'uncount' : 'put' } },
      ...(locked && {
        uncount: {
          meta: { source: 'sriov_disable, drivers/pci/iov.c: sriov_del_vfs(), then num_VFs = 0' },
          on: { 'dev.sriov_active.clear': 'put' },
        },
      }),
      put: { on: { 'dev.pm_runtime_put': locked ? 'return_off' : 'clear' } },
      ...(!locked && { clear: { on: { 'dev.sriov_active.clear': 'return_off' } } }),
      return_off: { on: { 'dev.sriov_disable:ok': 'off' } },
    },
  });
}
