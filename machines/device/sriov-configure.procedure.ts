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

/** What a driver of the VF that is vfio-pci, too, locks on the thread that adds or removes the VF. */
const OF_THE_VF =
  'vfio_pci_core_register_device, vfio_assign_device_set, vfio_release_device_set, v7.3';

/**
 * Root switches the VFs of a physical function on (`vfio_pci_core_sriov_configure()`): D0 under
 * memory_lock, because the owner may have written D3hot, and `sriov_active`, which refuses the next
 * such write; then the VFs without the lock, and a runtime PM reference for as long as they are on.
 * The buffers stay as they are. `sriov_active` is cleared without the lock, on purpose: a write that
 * races with it gets -EBUSY at most.
 *
 * The VFs are probed before pci_enable_sriov() returns, and unbound before pci_disable_sriov() does.
 * Their driver is vfio-pci here: it takes dev_set->lock of the set that the VF has to itself.
 */
export function sriovConfigure() {
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
      source: 'vfio_pci_core_sriov_configure, v7.3',
    },
    initial: 'off',
    states: {
      off: { tags: ['quiescent'], on: { 'dev.sriov_configure:begin': 'get' } },
      get: {
        on: {
          'dev.pm_runtime_resume_and_get:active': 'lock',
          'dev.pm_runtime_resume_and_get:failed': 'clear_failed',
        },
      },
      lock: { on: { 'dev.memory_lock.down_write': 'power_up' } },
      power_up: { on: { 'dev.set_power_state(D0)': 'activate' } },
      activate: { on: { 'dev.sriov_active.set': 'unlock' } },
      unlock: { on: { 'dev.memory_lock.up_write': 'enable' } },
      enable: { on: { 'dev.pci_enable_sriov:begin': 'add_vf' } },
      add_vf: {
        on: {
          'dev.pci_iov_add_virtfn:ok': 'probe',
          'dev.pci_iov_add_virtfn:failed': 'not_enabled',
        },
      },
      probe: { on: { 'vf.dev_set.lock.mutex_lock': 'probe_vf' } },
      probe_vf: {
        description: 'the VF joins its set',
        meta: { source: OF_THE_VF },
        on: { 'vf.dev_set.lock.mutex_unlock': 'enabled' },
      },
      enabled: { on: { 'dev.pci_enable_sriov:ok': 'return' } },
      not_enabled: {
        on: { 'dev.pci_enable_sriov:failed': 'put_failed' },
      },
      return: { on: { 'dev.sriov_configure:ok': 'on' } },
      put_failed: { on: { 'dev.pm_runtime_put': 'clear_failed' } },
      clear_failed: {
        meta: { source: 'vfio_pci_core_sriov_configure, v7.3: out_del' },
        on: { 'dev.sriov_active.clear': 'return_failed' },
      },
      return_failed: { on: { 'dev.sriov_configure:failed': 'off' } },
      on: { tags: ['quiescent'], on: { 'dev.sriov_disable:begin': 'disable' } },
      disable: { on: { 'dev.pci_disable_sriov:begin': 'remove_vf' } },
      remove_vf: { on: { 'vf.dev_set.lock.mutex_lock': 'unbind_vf' } },
      unbind_vf: {
        description: 'the VF leaves its set',
        meta: { source: OF_THE_VF },
        on: { 'vf.dev_set.lock.mutex_unlock': 'disabled' },
      },
      disabled: { on: { 'dev.pci_disable_sriov:end': 'put' } },
      put: { on: { 'dev.pm_runtime_put': 'clear' } },
      clear: { on: { 'dev.sriov_active.clear': 'return_off' } },
      return_off: { on: { 'dev.sriov_disable:ok': 'off' } },
    },
  });
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
