import { setup } from 'xstate';

export const labels = [
  'dev.rpm_suspend:begin',
  'dev.memory_lock.down_write',
  'dev.set_power_state(D0)',
  'dev.memory_lock.up_write',
  'dev.rpm_suspend:end',
  'dev.rpm_resume',
  'dev.runtime_resume:begin',
  'dev.runtime_resume:end',
] as const;

/**
 * The PM core, from its workqueue: it suspends the device when nobody holds a reference, through
 * `vfio_pci_core_runtime_suspend()`, which sets D0 because the PCI core will choose the state, and
 * resumes it when the device asks for it (PME).
 */
export function pmCore() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'pm_core',
    description: 'rpm_suspend() and rpm_resume(), drivers/base/power/runtime.c',
    meta: {
      labels,
      c: {
        function: 'vfio_pci_core_runtime_suspend',
        file: 'drivers/vfio/pci/vfio_pci_core.c',
        entries: [
          {
            begins: 'dev.rpm_suspend:begin',
            parameters: { dev: '@dev' },
            returns: { 'dev.rpm_suspend:end': '0' },
          },
        ],
        rows: [{ c: 'dev_get_drvdata($dev)', is: '$dev', because: 'the probe has set it' }],
      },
      source: 'rpm_suspend, rpm_resume, drivers/base/power/runtime.c',
    },
    initial: 'idle',
    states: {
      idle: {
        tags: ['quiescent'],
        on: { 'dev.rpm_suspend:begin': 'suspend', 'dev.rpm_resume': 'resume' },
      },
      suspend: {
        meta: { source: 'vfio_pci_core_runtime_suspend, v7.3' },
        initial: 'lock',
        states: {
          lock: {
            on: {
              'dev.memory_lock.down_write': { target: 'power_up', meta: { commits: 'dev.begin' } },
            },
          },
          power_up: {
            on: {
              'dev.set_power_state(D0)': { target: 'unlock', meta: { commits: 'dev.power(D0)' } },
            },
          },
          unlock: {
            on: { 'dev.memory_lock.up_write': { target: 'done', meta: { commits: 'dev.end' } } },
          },
          done: {
            description: 'the PCI core puts the device into a low power state',
            meta: { source: 'pci_pm_runtime_suspend, drivers/pci/pci-driver.c' },
            on: { 'dev.rpm_suspend:end': '#pm_core.idle' },
          },
        },
      },
      resume: { on: { 'dev.runtime_resume:begin': 'resuming' } },
      resuming: { on: { 'dev.runtime_resume:end': 'idle' } },
    },
  });
}
