import type { Difference } from '../design.ts';
import { SRIOV_FIX } from '../sources.ts';

/**
 * Up to v7.1: pci_enable_sriov() runs while memory_lock is held for writing, and with it the probes of
 * the drivers that the VFs get (M18). What refuses a change of power was pci_num_vf(), which is drawn
 * as the same flag, set and cleared by the PCI core.
 */
export const sriovUnderMemoryLock: Difference = {
  at: ['sriov'],
  states: {
    'sriov_configure.get': {
      on: {
        'dev.pm_runtime_resume_and_get:active': 'lock',
        'dev.pm_runtime_resume_and_get:failed': 'return_failed',
      },
    },
    'sriov_configure.power_up': { on: { 'dev.set_power_state(D0)': 'enable' } },
    'sriov_configure.activate': 'gone',
    'sriov_configure.enable': { on: { 'dev.pci_enable_sriov:begin': 'count' } },
    'sriov_configure.count': {
      meta: { source: 'sriov_enable, drivers/pci/iov.c: iov->num_VFs' },
      on: { 'dev.sriov_active.set': 'add_vf' },
    },
    'sriov_configure.add_vf': {
      on: {
        'dev.pci_iov_add_virtfn:ok': 'probe',
        'dev.pci_iov_add_virtfn:failed': 'uncount_failed',
      },
    },
    'sriov_configure.enabled': { on: { 'dev.pci_enable_sriov:ok': 'unlock' } },
    'sriov_configure.unlock': { on: { 'dev.memory_lock.up_write': 'return' } },
    'sriov_configure.uncount_failed': { on: { 'dev.sriov_active.clear': 'not_enabled' } },
    'sriov_configure.not_enabled': { on: { 'dev.pci_enable_sriov:failed': 'unlock_failed' } },
    'sriov_configure.unlock_failed': { on: { 'dev.memory_lock.up_write': 'put_failed' } },
    'sriov_configure.put_failed': { on: { 'dev.pm_runtime_put': 'return_failed' } },
    'sriov_configure.clear_failed': 'gone',
    'sriov_configure.disabled': { on: { 'dev.pci_disable_sriov:end': 'uncount' } },
    'sriov_configure.uncount': {
      meta: { source: 'sriov_disable, drivers/pci/iov.c: sriov_del_vfs(), then num_VFs = 0' },
      on: { 'dev.sriov_active.clear': 'put' },
    },
    'sriov_configure.put': { on: { 'dev.pm_runtime_put': 'return_off' } },
    'sriov_configure.clear': 'gone',
  },
  defects: ['M18'],
  source: `${SRIOV_FIX}, v7.2, which mends it`,
};
