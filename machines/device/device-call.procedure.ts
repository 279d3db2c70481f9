import { setup } from 'xstate';

export const labels = [
  'dev.pm_runtime_resume_and_get:active',
  'dev.pm_runtime_resume_and_get:suspended',
  'dev.pm_runtime_resume_and_get:failed',
  'dev.runtime_resume:begin',
  'dev.runtime_resume:end',
  'call',
  'return',
  'dev.pm_runtime_put',
] as const;

const CALL = { returns: { drawn: 'any', other: 'any' }, because: 'a call that is drawn or not' };
/** What the functions do between the two, each by itself. */
const calls = [
  '$_->ioctl($dev, $_, $_)',
  'vfio_ioctl_device_feature($dev, $_)',
  'vfio_get_region_info($dev, $_)',
  'vfio_df_ioctl_attach_pt($_, $_)',
  'vfio_df_ioctl_detach_pt($_, $_)',
  'vfio_pci_config_rw($dev, $rest)',
  'vfio_pci_bar_rw($dev, $rest)',
  'vfio_pci_vga_rw($dev, $rest)',
  '$_->rw($dev, $rest)',
].map((c) => ({ c, label: 'call', ...CALL, runs: { drawn: ['call', 'return'], other: [] } }));

const deviceCallInC = {
  function: 'vfio_device_fops_unl_ioctl',
  file: 'drivers/vfio/vfio_main.c',
  also: ['drivers/vfio/pci/vfio_pci_core.c'],
  entries: [
    { begins: '', parameters: { filep: '@filep' }, returns: { '': 'any' } },
    {
      function: 'vfio_pci_rw',
      begins: '',
      parameters: { vdev: '@dev' },
      returns: { '': 'any' },
    },
  ],
  leads: { 'filep.private_data': '@df', 'df.device': '@dev' },
  rows: [
    ...calls,
    {
      c: 'pm_runtime_resume_and_get($dev)',
      label: '{dev}.pm_runtime_resume_and_get',
      returns: { active: '0', suspended: '0', failed: 'errno' },
      runs: {
        suspended: [
          '{dev}.pm_runtime_resume_and_get:suspended',
          '{dev}.runtime_resume:begin',
          '{dev}.runtime_resume:end',
        ],
      },
      because: 'the PM core resumes the device on the thread of the caller',
    },
    { c: '$dev->driver', is: 'some', because: 'the device has a driver' },
    { c: '$_->pm', is: 'some', because: 'vfio_pci_driver has runtime PM' },
  ],
};

/**
 * A thread of the owner, which makes one call on the device at a time. Every ioctl and every config
 * access holds a runtime PM reference while it runs, so that it finds the device awake: the first
 * one resumes it, on its own thread.
 */
export function deviceCall() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'device_call',
    description: 'an ioctl, or a read or write of config space, on the device fd',
    meta: {
      labels,
      c: deviceCallInC,
      source:
        'vfio_device_fops_unl_ioctl, drivers/vfio/vfio_main.c; vfio_pci_rw, drivers/vfio/pci/vfio_pci_core.c, v7.3',
    },
    initial: 'outside',
    states: {
      outside: {
        tags: ['quiescent'],
        on: {
          'dev.pm_runtime_resume_and_get:active': 'inside',
          'dev.pm_runtime_resume_and_get:suspended': 'resume',
          'dev.pm_runtime_resume_and_get:failed': {
            target: 'outside',
            description: 'the call returns -EIO; nothing was begun',
            meta: { source: 'vfio_device_pm_runtime_get, vfio_pci_rw, v7.3' },
          },
        },
      },
      resume: { on: { 'dev.runtime_resume:begin': 'resuming' } },
      resuming: { on: { 'dev.runtime_resume:end': 'inside' } },
      inside: {
        description: 'a call that is drawn, or one that changes nothing: a config read',
        on: { call: 'in_call', 'dev.pm_runtime_put': 'outside' },
      },
      in_call: { tags: ['in_call'], on: { return: 'leaving' } },
      leaving: { tags: ['leaving'], on: { 'dev.pm_runtime_put': 'outside' } },
    },
  });
}
