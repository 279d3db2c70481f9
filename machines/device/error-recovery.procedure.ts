import { setup } from 'xstate';

export const labels = [
  'dev.recovery:begin',
  'dev.pm_runtime_get_sync',
  'dev.pci_bus_error_reset',
  'dev.pm_runtime_put',
  'dev.recovery:end',
] as const;

/**
 * Recovery of a fatal error (`pcie_do_recovery()`, from AER): vfio-pci tells its user
 * (`vfio_pci_core_aer_err_detected()`) and says that it can recover; the link is reset all the same,
 * because it is frozen, and nobody saves or restores a device below it: that is for slot_reset, which
 * vfio-pci does not have.
 */
export function errorRecovery() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'error_recovery',
    description: 'pcie_do_recovery() of pci_channel_io_frozen, drivers/pci/pcie/err.c',
    meta: {
      labels,
      source:
        'pcie_do_recovery, drivers/pci/pcie/err.c; aer_root_reset, drivers/pci/pcie/aer.c; ' +
        'pci_reset_bridge, drivers/pci/pci.c; vfio_pci_core_aer_err_detected, v7.3',
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'dev.recovery:begin': 'get' } },
      get: { on: { 'dev.pm_runtime_get_sync': 'reset' } },
      reset: {
        description: 'error_detected() was asked, and reset_subordinates() is for the state',
        on: { 'dev.pci_bus_error_reset': 'put' },
      },
      put: { on: { 'dev.pm_runtime_put': 'done' } },
      done: { on: { 'dev.recovery:end': 'idle' } },
    },
  });
}
