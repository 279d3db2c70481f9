// Truth: the C of v7.3.
import { assign, setup } from 'xstate';
import { madeOnce } from '../made-once.ts';

export const labels = [
  'dev.sysfs_create_group:ok',
  'dev.sysfs_create_group:-EEXIST',
  'fd.open:ok',
  'fd.open:-ENOENT',
  'fd.get_active:ok',
  'fd.put_active',
  'dev.allocate.remove:ok',
  'dev.allocate.remove:-ENOENT',
  'dev.allocate.drain',
  'dev.sysfs_remove_group:begin',
  'dev.sysfs_remove_group:end',
] as const;

/**
 * The group `p2pmem` of a device in sysfs, and its file `allocate`. pci_p2pdma_unmap_mappings() removes
 * the file alone, and waits for the mmap() calls that run in it; the pool stays, and where there is a pool
 * pci_p2pdma_setup_pool() returns before it makes a group, so that the file does not come back. Whether a descriptor still gets in, it says itself
 * (p2pmem_fd), which hears of the removal in the same step.
 *
 * @param most - most mmap() calls at once
 * @param initially - `present` where the system starts with a BAR registered
 */
export const allocateFile = madeOnce(function allocateFile(
  most: number,
  initially: 'absent' | 'present' = 'absent',
) {
  const machine = setup({
    types: {
      context: {} as { active: number },
      events: {} as { type: (typeof labels)[number] },
    },
    guards: { nobodyInside: ({ context }) => context.active === 0 },
    actions: {
      enter: assign({ active: ({ context }) => Math.min(context.active + 1, most) }),
      leave: assign({ active: ({ context }) => Math.max(context.active - 1, 0) }),
    },
  });
  return machine.createMachine({
    id: 'allocate_file',
    description: '/sys/bus/pci/devices/…/p2pmem/allocate, mode 0660',
    meta: {
      labels,
      source:
        'pci_p2pdma_setup_pool, pci_p2pdma_unmap_mappings, v7.3; kernfs_drain, fs/kernfs/dir.c',
    },
    context: { active: 0 },
    initial: initially,
    states: {
      absent: {
        tags: ['quiescent'],
        meta: { shows: { allocate: 'false' } },
        on: {
          'dev.sysfs_create_group:ok': 'present',
          'fd.open:-ENOENT': 'absent',
          'fd.get_active:ok': 'absent',
          'fd.put_active': 'absent',
          'dev.allocate.remove:-ENOENT': 'absent',
          'dev.sysfs_remove_group:begin': 'absent',
          'dev.sysfs_remove_group:end': 'absent',
        },
      },
      present: {
        tags: ['quiescent'],
        meta: { shows: { allocate: 'true' } },
        on: {
          'dev.sysfs_create_group:-EEXIST': 'present',
          'fd.open:ok': 'present',
          'fd.get_active:ok': { target: 'present', actions: 'enter' },
          'fd.put_active': { target: 'present', actions: 'leave' },
          'dev.allocate.remove:ok': 'draining',
          'dev.sysfs_remove_group:begin': 'removing',
        },
      },
      draining: {
        description: 'nobody new gets in; those inside are waited for',
        meta: { shows: { allocate: 'false' } },
        on: {
          'dev.sysfs_create_group:-EEXIST': 'draining',
          'fd.open:-ENOENT': 'draining',
          'fd.get_active:ok': 'draining',
          'fd.put_active': { target: 'draining', actions: 'leave' },
          'dev.allocate.remove:-ENOENT': 'draining',
          'dev.allocate.drain': { guard: 'nobodyInside', target: 'no_file' },
          'dev.sysfs_remove_group:begin': 'removing',
        },
      },
      no_file: {
        description: 'the group is there, without `allocate`; size and available can be read',
        tags: ['quiescent'],
        meta: { shows: { allocate: 'false' } },
        on: {
          'dev.sysfs_create_group:-EEXIST': 'no_file',
          'fd.open:-ENOENT': 'no_file',
          'fd.get_active:ok': 'no_file',
          'dev.allocate.remove:-ENOENT': 'no_file',
          'dev.allocate.drain': 'no_file',
          'fd.put_active': 'no_file',
          'dev.sysfs_remove_group:begin': 'removing',
        },
      },
      removing: {
        description:
          'sysfs_remove_group(): the file goes with it, and is drained where it is there',
        on: {
          'dev.sysfs_create_group:-EEXIST': 'removing',
          'fd.open:-ENOENT': 'removing',
          'fd.get_active:ok': 'removing',
          'fd.put_active': { target: 'removing', actions: 'leave' },
          'dev.allocate.remove:-ENOENT': 'removing',
          'dev.allocate.drain': { guard: 'nobodyInside', target: 'removing' },
          'dev.sysfs_remove_group:begin': 'removing',
          'dev.sysfs_remove_group:end': { guard: 'nobodyInside', target: 'absent' },
        },
      },
    },
  });
});
