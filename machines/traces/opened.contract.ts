import { setup } from 'xstate';

export const labels = [
  'opened_before',
  'open:ok',
  'open:failed',
  'core_disable',
  'disable',
  'tested',
  'end#closed',
  'others_closed',
  'revoke',
  'drained',
  'unrevoke',
  'cleanup',
  'unmap',
  'release',
] as const;

/**
 * Whether a device was opened in the trace or before it began. A device that was open before may
 * have buffers whose export was not seen: anything a buffer may do is allowed to them.
 * `opened_before` is no step of a trace: it is where one may begin. That a hot reset asks
 * __vfio_pci_memory_enabled() says that the device is open (open_count), and that it does not says
 * that it is closed; that the last close of a set resets the bus says that every other one is.
 */
export function opened() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'opened',
    description: 'struct vfio_pci_core_device: opened in the trace, or before it began',
    meta: { labels, source: 'vfio_pci_core_enable, vfio_pci_core_disable, v7.3' },
    initial: 'closed',
    states: {
      closed: {
        tags: ['quiescent'],
        on: {
          opened_before: 'before',
          'open:ok': 'open',
          'open:failed': 'closed',
          'end#closed': 'closed',
          others_closed: 'closed',
        },
      },
      open: { tags: ['quiescent'], on: { tested: 'open', core_disable: 'disabling' } },
      open_again: {
        description: 'opened in the trace, when buffers of the time before were left',
        tags: ['quiescent'],
        on: { tested: 'open_again', release: 'open_again', core_disable: 'disabling_before' },
      },
      closed_before: {
        description: 'buffers of the time before are off the list, and may still be released',
        tags: ['quiescent'],
        on: {
          release: 'closed_before',
          'open:ok': 'open_again',
          'open:failed': 'closed_before',
          'end#closed': 'closed_before',
          others_closed: 'closed_before',
        },
      },
      before: {
        description: 'buffers that the trace does not know',
        tags: ['quiescent'],
        on: {
          revoke: 'before',
          drained: 'before',
          unrevoke: 'before',
          cleanup: 'before',
          unmap: 'before',
          release: 'before',
          tested: 'before',
          core_disable: 'disabling_before',
        },
      },
      disabling_before: { on: { release: 'disabling_before', disable: 'closed_before' } },
      disabling: { on: { disable: 'closed' } },
    },
  });
}
