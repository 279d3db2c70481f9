import { setup } from 'xstate';

export const labels = [
  'dev.close:begin',
  'dev_set.lock.mutex_lock',
  'dev.cleanup:begin',
  'dev.cleanup:end',
  'dev.core_disable:begin',
  'dev.core_disable:end',
  'dev.open_count.dec',
  'dev_set.lock.mutex_unlock',
  'dev.close:ok',
] as const;

/**
 * The last close of a device: `vfio_pci_core_close_device()`, which its callers
 * (`vfio_df_group_close()`, `vfio_df_unbind_iommufd()`) run under dev_set->lock.
 */
export function close() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'close',
    description: 'vfio_pci_core_close_device()',
    meta: {
      labels,
      c: {
        function: 'vfio_df_group_close',
        file: 'drivers/vfio/group.c',
        also: ['drivers/vfio/vfio_main.c', 'drivers/vfio/pci/vfio_pci_core.c'],
        entries: [
          {
            begins: 'dev.close:begin',
            parameters: { df: '@df' },
            returns: { 'dev.close:ok': 'void' },
          },
        ],
        leads: { 'df.device': '@dev' },
        pointers: { close_device: 'vfio_pci_core_close_device' },
        rows: [
          { c: '$dev->vdev.open_count', is: '1', because: 'it is the last close of the device' },
          { c: '$dev->ops->close_device', is: '1', because: 'the drivers of vfio-pci have it' },
        ],
      },
      source: 'vfio_pci_core_close_device, v7.3',
    },
    initial: 'open',
    states: {
      open: { tags: ['quiescent'], on: { 'dev.close:begin': 'lock_set' } },
      lock_set: { on: { 'dev_set.lock.mutex_lock': 'cleanup' } },
      cleanup: { on: { 'dev.cleanup:begin': 'cleaning_up' } },
      cleaning_up: { on: { 'dev.cleanup:end': 'disable' } },
      disable: { on: { 'dev.core_disable:begin': 'disabling' } },
      disabling: { on: { 'dev.core_disable:end': 'count' } },
      count: {
        meta: { source: 'vfio_df_close, drivers/vfio/vfio_main.c, v7.3' },
        on: { 'dev.open_count.dec': 'unlock_set' },
      },
      unlock_set: { on: { 'dev_set.lock.mutex_unlock': 'return' } },
      return: { on: { 'dev.close:ok': 'closed' } },
      closed: { tags: ['quiescent', 'closed'] },
    },
  });
}
