import { setup } from 'xstate';

export const labels = [
  'dev.sriov_configure:begin',
  'dev.pm_runtime_resume_and_get:active',
  'dev.pm_runtime_resume_and_get:failed',
  'dev.memory_lock.down_write',
  'dev.set_power_state(D0)',
  'dev.sriov_active.set',
  'dev.memory_lock.up_write',
  'dev.pci_enable_sriov:ok',
  'dev.pci_enable_sriov:failed',
  'dev.pm_runtime_put',
  'dev.sriov_active.clear',
  'dev.sriov_configure:ok',
  'dev.sriov_configure:failed',
  'dev.sriov_disable:begin',
  'dev.pci_disable_sriov',
  'dev.sriov_disable:ok',
] as const;

/**
 * Root switches the VFs of a physical function on (`vfio_pci_core_sriov_configure()`): D0 under
 * memory_lock, because the owner may have written D3hot, and `sriov_active`, which refuses the next
 * such write; then the VFs without the lock, and a runtime PM reference for as long as they are on.
 * The buffers stay as they are. `sriov_active` is cleared without the lock, on purpose: a write that
 * races with it gets -EBUSY at most.
 */
export function sriovConfigure() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'sriov_configure',
    description: 'vfio_pci_core_sriov_configure(), drivers/vfio/pci/vfio_pci_core.c',
    meta: { labels, source: 'vfio_pci_core_sriov_configure, v7.3' },
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
      enable: {
        on: {
          'dev.pci_enable_sriov:ok': 'return',
          'dev.pci_enable_sriov:failed': 'put_failed',
        },
      },
      return: { on: { 'dev.sriov_configure:ok': 'on' } },
      put_failed: { on: { 'dev.pm_runtime_put': 'clear_failed' } },
      clear_failed: {
        meta: { source: 'vfio_pci_core_sriov_configure, v7.3: out_del' },
        on: { 'dev.sriov_active.clear': 'return_failed' },
      },
      return_failed: { on: { 'dev.sriov_configure:failed': 'off' } },
      on: { tags: ['quiescent'], on: { 'dev.sriov_disable:begin': 'disable' } },
      disable: { on: { 'dev.pci_disable_sriov': 'put' } },
      put: { on: { 'dev.pm_runtime_put': 'clear' } },
      clear: { on: { 'dev.sriov_active.clear': 'return_off' } },
      return_off: { on: { 'dev.sriov_disable:ok': 'off' } },
    },
  });
}
