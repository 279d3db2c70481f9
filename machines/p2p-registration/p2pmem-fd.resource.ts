// Truth: the C of v7.3.
import { setup } from 'xstate';

export const labels = [
  'fd.open:ok',
  'fd.open:-ENOENT',
  'fd.close',
  'fd.get_active:ok',
  'fd.get_active:-ENODEV',
  'dev.allocate.remove:ok',
  'dev.sysfs_remove_group:begin',
] as const;

/**
 * A descriptor of `p2pmem/allocate`. One that was opened before the file was removed answers -ENODEV
 * for ever, also where the file is made again.
 */
export function p2pmemFd() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'p2pmem_fd',
    description: 'struct kernfs_open_file of p2pmem/allocate',
    meta: {
      labels,
      source:
        'kernfs_fop_mmap, kernfs_get_active_of, fs/kernfs/file.c, v7.3; seen on 7.3.4: -ENODEV after unbind and after a new bind',
    },
    initial: 'closed',
    states: {
      closed: {
        tags: ['quiescent'],
        on: {
          'fd.open:ok': 'open',
          'fd.open:-ENOENT': 'closed',
          'fd.close': 'closed',
          'fd.get_active:-ENODEV': 'closed',
          'dev.allocate.remove:ok': 'closed',
          'dev.sysfs_remove_group:begin': 'closed',
        },
      },
      open: {
        tags: ['quiescent'],
        on: {
          'fd.open:ok': 'open',
          'fd.open:-ENOENT': 'open',
          'fd.close': 'closed',
          'fd.get_active:ok': 'open',
          'dev.allocate.remove:ok': 'stale',
          'dev.sysfs_remove_group:begin': 'stale',
        },
      },
      stale: {
        tags: ['quiescent'],
        on: {
          'fd.open:ok': 'open',
          'fd.open:-ENOENT': 'stale',
          'fd.close': 'closed',
          'fd.get_active:-ENODEV': 'stale',
          'dev.allocate.remove:ok': 'stale',
          'dev.sysfs_remove_group:begin': 'stale',
        },
      },
    },
  });
}
